package manifest

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// InjectorName is the ConfigMap of the default revision's injector.
const InjectorName = "istio-sidecar-injector"

// injectorValues are those of the Helm values in that ConfigMap that decide who is
// injected and what is captured.
type injectorValues struct {
	Global struct {
		Network      string
		MultiCluster struct {
			ClusterName string
		}
		Proxy struct {
			AutoInject           string
			IncludeInboundPorts  string
			ExcludeInboundPorts  string
			IncludeOutboundPorts string
			ExcludeOutboundPorts string
			IncludeIPRanges      string
			ExcludeIPRanges      string
		}
	}
	SidecarInjectorWebhook struct {
		EnableNamespacesByDefault bool
		RewriteAppHTTPProbe       *bool
		AlwaysInjectSelector      []metav1.LabelSelector
		NeverInjectSelector       []metav1.LabelSelector
	}
}

// injectorMap reads the values of a sidecar injector; nil where there are none.
func injectorMap(d *decoder, n *yaml.Node, revision string) metav1.Object {
	values := Child(n, "data", "values")
	if values == nil {
		return nil
	}
	var v injectorValues
	if err := json.Unmarshal([]byte(values.Value), &v); err != nil {
		d.report(values, "the injector's values are not valid JSON: "+err.Error(), "the injector cannot read them either")
		return nil
	}
	i := &config.Injector{
		Revision: revision, OptIn: v.Global.Proxy.AutoInject == "disabled",
		ByDefault: v.SidecarInjectorWebhook.EnableNamespacesByDefault,
		Always:    v.SidecarInjectorWebhook.AlwaysInjectSelector, Never: v.SidecarInjectorWebhook.NeverInjectSelector,
		KeepsProbes: v.SidecarInjectorWebhook.RewriteAppHTTPProbe != nil && !*v.SidecarInjectorWebhook.RewriteAppHTTPProbe,
		Network:     v.Global.Network, Cluster: v.Global.MultiCluster.ClusterName,
		IncludeInboundPorts: v.Global.Proxy.IncludeInboundPorts, ExcludeInboundPorts: v.Global.Proxy.ExcludeInboundPorts,
		IncludeOutboundPorts: v.Global.Proxy.IncludeOutboundPorts, ExcludeOutboundPorts: v.Global.Proxy.ExcludeOutboundPorts,
		IncludeIPRanges: v.Global.Proxy.IncludeIPRanges, ExcludeIPRanges: v.Global.Proxy.ExcludeIPRanges,
	}
	i.Name, i.Namespace = Scalar(n, "metadata", "name"), Scalar(n, "metadata", "namespace")
	return i
}

// InjectorValuesOnly are the Helm values of an injector that answers depend on.
func InjectorValuesOnly(text string) string {
	var values injectorValues
	if json.Unmarshal([]byte(text), &values) != nil {
		return "mtlsctl-hidden"
	}
	out, err := json.Marshal(values)
	if err != nil {
		return "mtlsctl-hidden"
	}
	return string(out)
}
