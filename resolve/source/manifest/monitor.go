package manifest

import (
	"cmp"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// monitor is what ServiceMonitor and PodMonitor have in common, as written.
type monitor struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Selector          metav1.LabelSelector `json:"selector"`
		NamespaceSelector struct {
			Any        bool     `json:"any"`
			MatchNames []string `json:"matchNames"`
		} `json:"namespaceSelector"`
		Endpoints           []scrape `json:"endpoints"`
		PodMetricsEndpoints []scrape `json:"podMetricsEndpoints"`
	} `json:"spec"`
}

type scrape struct {
	Port       string              `json:"port"`
	PortNumber *int32              `json:"portNumber"`
	TargetPort *intstr.IntOrString `json:"targetPort"`
	Scheme     string              `json:"scheme"`
	TLSConfig  *struct {
		CertFile string         `json:"certFile"`
		Cert     map[string]any `json:"cert"`
	} `json:"tlsConfig"`
	Relabelings []struct {
		TargetLabel string `json:"targetLabel"`
		Action      string `json:"action"`
	} `json:"relabelings"`
}

func serviceMonitor(d *decoder, n *yaml.Node) metav1.Object {
	return readMonitor(d, n, func(m *monitor) []scrape { return m.Spec.Endpoints })
}

func podMonitor(d *decoder, n *yaml.Node) metav1.Object {
	return readMonitor(d, n, func(m *monitor) []scrape { return m.Spec.PodMetricsEndpoints })
}

func readMonitor(d *decoder, n *yaml.Node, endpoints func(*monitor) []scrape) metav1.Object {
	var m monitor
	d.decode(n, reflect.ValueOf(&m).Elem())
	o := &resolve.Monitor{
		ObjectMeta: m.ObjectMeta, Selector: m.Spec.Selector,
		Namespaces: m.Spec.NamespaceSelector.MatchNames, AnyNamespace: m.Spec.NamespaceSelector.Any,
	}
	for _, s := range endpoints(&m) {
		o.Endpoints = append(o.Endpoints, s.endpoint())
	}
	return o
}

func (s scrape) endpoint() resolve.MonitorEndpoint {
	e := resolve.MonitorEndpoint{Port: s.Port, Scheme: strings.ToLower(cmp.Or(s.Scheme, "http"))}
	switch {
	case s.TargetPort != nil:
		e.TargetPort = s.TargetPort.String()
	case s.PortNumber != nil:
		e.TargetPort = strconv.Itoa(int(*s.PortNumber))
	}
	for _, r := range s.Relabelings {
		switch action := strings.ToLower(r.Action); {
		case r.TargetLabel == "__address__" && (action == "" || action == "replace"):
			e.Readdressed = true
		case strings.HasPrefix(action, "keep") || strings.HasPrefix(action, "drop"):
			e.Narrowed = true
		}
	}
	if t := s.TLSConfig; t != nil {
		e.Certificate = t.CertFile != "" || len(t.Cert) > 0
		e.OfMesh = strings.HasSuffix(t.CertFile, "cert-chain.pem") || strings.Contains(t.CertFile, "istio")
	}
	return e
}
