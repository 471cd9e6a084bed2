package resolve

import (
	"cmp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Injector is what the values of a sidecar injector say for pods that say nothing
// themselves: the ConfigMap istio-sidecar-injector or istio-sidecar-injector-<revision>.
type Injector struct {
	metav1.ObjectMeta
	// Revision is the control plane's, "" for the default one.
	Revision string
	// ByDefault is enableNamespacesByDefault: namespaces without a label inject (1.4e).
	ByDefault bool
	// OptIn is global.proxy.autoInject: disabled, so that only pods that ask for a
	// sidecar get one (1.5).
	OptIn bool
	// Always and Never pick pods that are injected, or not, whatever OptIn says (1.5).
	Always, Never []metav1.LabelSelector
	// KeepsProbes is sidecarInjectorWebhook.rewriteAppHTTPProbe: false, so that probes come
	// to the ports as they are unless a pod's annotation says otherwise (2.18).
	KeepsProbes bool
	// Network and Cluster are global.network and global.multiCluster.clusterName: what
	// proxies say of where they are unless their pod does (3.4.7).
	Network, Cluster string
	// The ports and ranges that annotations of a pod override (2.11, 3.1.1); "" and
	// "*" are Istio's defaults.
	IncludeInboundPorts, ExcludeInboundPorts   string
	IncludeOutboundPorts, ExcludeOutboundPorts string
	IncludeIPRanges, ExcludeIPRanges           string
}

// injectorsOf are the injectors by revision.
func injectorsOf(c *Collection) map[string]*Injector {
	out := map[string]*Injector{}
	for _, o := range c.Others[KindInjector] {
		i := o.Value.(*Injector)
		out[cmp.Or(i.Revision, DefaultRevision)] = i
	}
	return out
}

// NoInjector says nothing: Istio's defaults.
var NoInjector = &Injector{}

// Injector is that of a revision.
func (k *Control) Injector(revision string) *Injector {
	if i := k.injectors[cmp.Or(revision, DefaultRevision)]; i != nil {
		return i
	}
	return NoInjector
}

// skips says why an injector that was called leaves out a pod that neither asks
// for a sidecar nor refuses one, the zero Reason when it does not (1.5).
func (i *Injector) skips(labels map[string]string) Reason {
	switch {
	case anySelects(i.Never, labels):
		return Reason{Cause: CauseNeverInjected}
	case anySelects(i.Always, labels) || !i.OptIn:
		return Reason{}
	}
	return Reason{Cause: CauseOptIn}
}

func anySelects(selectors []metav1.LabelSelector, of map[string]string) bool {
	for i := range selectors {
		selector, err := metav1.LabelSelectorAsSelector(&selectors[i])
		if err == nil && !selector.Empty() && selector.Matches(labels.Set(of)) {
			return true
		}
	}
	return false
}

// Annotated is a pod's annotation, or what the injector sets where it has none.
func Annotated(annotations map[string]string, name, otherwise string) (value string, own bool) {
	if v, ok := annotations[name]; ok {
		return v, true
	}
	return strings.TrimSpace(otherwise), false
}
