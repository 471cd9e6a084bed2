package manifest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// dialling decodes an object of another project into T, and takes from that whom it names.
func dialling[T any](meta func(*T) metav1.ObjectMeta, targets func(*T) []resolve.DialTarget) func(*decoder, *yaml.Node) metav1.Object {
	return func(d *decoder, n *yaml.Node) metav1.Object {
		var v T
		d.decode(n, reflect.ValueOf(&v).Elem())
		return &resolve.Dialling{ObjectMeta: meta(&v), Targets: targets(&v)}
	}
}

// controllerClass reads who acts on the objects of a class.
func controllerClass(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Controller     string `json:"controller"`
			ControllerName string `json:"controllerName"`
		} `json:"spec"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	return &resolve.Class{ObjectMeta: o.ObjectMeta, Controller: o.Spec.Controller + o.Spec.ControllerName}
}

// tlsContext reads what an Emissary shows to its backends.
func tlsContext(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Secret string `json:"secret"`
			ALPN   string `json:"alpn_protocols"`
		} `json:"spec"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	return &resolve.TLSContext{ObjectMeta: o.ObjectMeta, Secret: o.Spec.Secret, ALPN: o.Spec.ALPN}
}

// loose is a value of any type: of another project's objects, which nobody judges here.
type loose struct{ value any }

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &l.value) }

// scaled is a ScaledObject or ScaledJob of KEDA.
type scaled struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Triggers []struct {
			Metadata map[string]loose `json:"metadata"`
		} `json:"triggers"`
	} `json:"spec"`
}

// scaling are the addresses that the triggers of KEDA name: what else they say, such as a
// query, is no address, whatever it looks like.
var scaling = dialling(func(o *scaled) metav1.ObjectMeta { return o.ObjectMeta }, func(o *scaled) (out []resolve.DialTarget) {
	for i, t := range o.Spec.Triggers {
		for _, key := range slices.Sorted(maps.Keys(t.Metadata)) {
			if text, ok := t.Metadata[key].value.(string); ok && reference.NamesHost(key) {
				out = append(out, resolve.DialTarget{Field: resolve.Path("spec", "triggers").Index(i).Child("metadata").Child(key), Key: key, Text: text})
			}
		}
	}
	return out
})

// analysed is an AnalysisTemplate of Argo Rollouts, of a namespace or of the cluster.
type analysed struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Metrics []struct {
			Provider map[string]loose `json:"provider"`
		} `json:"metrics"`
	} `json:"spec"`
}

// analysing are the addresses of metrics: only the providers that an address inside of the
// cluster may be given to. A job runs pods of its own.
var analysing = dialling(func(o *analysed) metav1.ObjectMeta { return o.ObjectMeta }, func(o *analysed) (out []resolve.DialTarget) {
	for i, m := range o.Spec.Metrics {
		for _, from := range [][2]string{{"web", "url"}, {"prometheus", "address"}, {"graphite", "address"}, {"influxdb", "address"}, {"skywalking", "address"}} {
			provider, _ := m.Provider[from[0]].value.(map[string]any)
			if text, ok := provider[from[1]].(string); ok {
				out = append(out, resolve.DialTarget{Field: resolve.Path("spec", "metrics").Index(i).Child("provider").Child(from[0]).Child(from[1]), Key: from[1], Text: text})
			}
		}
	}
	return out
})

// routed is a Route of OpenShift.
type routed struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		To       routedTo   `json:"to"`
		Backends []routedTo `json:"alternateBackends"`
		Port     *struct {
			TargetPort intstr.IntOrString `json:"targetPort"`
		} `json:"port"`
		TLS *struct {
			Termination string `json:"termination"`
		} `json:"tls"`
	} `json:"spec"`
}

type routedTo struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

var routing = dialling(func(o *routed) metav1.ObjectMeta { return o.ObjectMeta }, func(o *routed) (out []resolve.DialTarget) {
	one := resolve.DialTarget{}
	if o.Spec.Port != nil {
		one.Port = o.Spec.Port.TargetPort.String()
	}
	one.TLS = o.Spec.TLS != nil && (o.Spec.TLS.Termination == "reencrypt" || o.Spec.TLS.Termination == "passthrough")
	add := func(to routedTo, at resolve.Field) {
		if to.Name != "" && (to.Kind == "" || to.Kind == "Service") {
			one.Service, one.Field = to.Name, at
			out = append(out, one)
		}
	}
	add(o.Spec.To, "spec.to")
	for i, to := range o.Spec.Backends {
		add(to, resolve.Path("spec", "alternateBackends").Index(i))
	}
	return out
})

// backend is a Service as HTTPProxies and IngressRoutes name it.
type backend struct {
	Kind      string             `json:"kind"`
	Name      string             `json:"name"`
	Namespace string             `json:"namespace"`
	Port      intstr.IntOrString `json:"port"`
	Protocol  string             `json:"protocol"`
	Scheme    string             `json:"scheme"`
	NativeLB  bool               `json:"nativeLB"`
}

func (b *backend) target(at resolve.Field) resolve.DialTarget {
	t := resolve.DialTarget{Field: at, Service: b.Name, Namespace: b.Namespace, TLS: b.Scheme == "https" || b.Protocol == "tls" || b.Protocol == "h2"}
	if b.Port != (intstr.IntOrString{}) {
		t.Port = b.Port.String()
	}
	if b.NativeLB {
		t.Way = "service"
	}
	return t
}

// targets are those of a list of backends.
func targets(all []backend, at resolve.Field) (out []resolve.DialTarget) {
	for i := range all {
		if b := &all[i]; b.Name != "" && (b.Kind == "" || b.Kind == "Service") {
			out = append(out, b.target(at.Index(i)))
		}
	}
	return out
}

// proxied is an HTTPProxy of Contour.
type proxied struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Routes []struct {
			Services []backend `json:"services"`
		} `json:"routes"`
		TCPProxy *struct {
			Services []backend `json:"services"`
		} `json:"tcpproxy"`
	} `json:"spec"`
}

var proxying = dialling(func(o *proxied) metav1.ObjectMeta { return o.ObjectMeta }, func(o *proxied) (out []resolve.DialTarget) {
	for i, r := range o.Spec.Routes {
		out = append(out, targets(r.Services, resolve.Path("spec", "routes").Index(i).Child("services"))...)
	}
	if o.Spec.TCPProxy != nil {
		out = append(out, targets(o.Spec.TCPProxy.Services, resolve.Path("spec", "tcpproxy", "services"))...)
	}
	return out
})

// led is an IngressRoute or IngressRouteTCP of Traefik.
type led struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Routes []struct {
			Services []backend `json:"services"`
		} `json:"routes"`
	} `json:"spec"`
}

var leading = dialling(func(o *led) metav1.ObjectMeta { return o.ObjectMeta }, func(o *led) (out []resolve.DialTarget) {
	for i, r := range o.Spec.Routes {
		out = append(out, targets(r.Services, resolve.Path("spec", "routes").Index(i).Child("services"))...)
	}
	return out
})

// mapped is a Mapping or TCPMapping of Emissary.
type mapped struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Service  string              `json:"service"`
		Port     *intstr.IntOrString `json:"port"`
		Resolver string              `json:"resolver"`
		Host     string              `json:"host_rewrite"`
		TLS      loose               `json:"tls"`
	} `json:"spec"`
}

// mapping is a Service as Emissary writes it: a scheme or none, a name with a namespace or
// without, a port.
var mapping = dialling(func(o *mapped) metav1.ObjectMeta { return o.ObjectMeta }, func(o *mapped) []resolve.DialTarget {
	if o.Spec.Service == "" {
		return nil
	}
	t := resolve.DialTarget{Field: "spec.service", Key: "service", Text: o.Spec.Service, Host: o.Spec.Host}
	switch tls := o.Spec.TLS.value.(type) {
	case string:
		t.TLS, t.Context = true, tls
	case bool:
		t.TLS = tls
	}
	if o.Spec.Resolver != "" && o.Spec.Resolver != "kubernetes-service" {
		t.Way = "pods"
	}
	return []resolve.DialTarget{t}
})
