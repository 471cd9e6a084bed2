package validation

import (
	"fmt"
	"slices"
	"strings"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1beta1 "istio.io/api/networking/v1beta1"
	securityapi "istio.io/api/security/v1beta1"
	telemetryapi "istio.io/api/telemetry/v1alpha1"
)

// Meta is what the rules need of an object's metadata.
type Meta struct {
	Name, Namespace     string
	Labels, Annotations map[string]string
}

// Schema says why the API server would refuse an object of a kind of Istio's: the
// version, or what the schema and the rules of the CustomResourceDefinition say of
// body, the whole object. It returns nothing for a kind that there is no table for.
func (n *Judge) Schema(apiVersion, kind string, body Value) []Violation {
	group, version, _ := strings.Cut(apiVersion, "/")
	d := definitionOf(group, kind)
	if d == nil {
		return nil
	}
	r := n.report.of("Kubernetes")
	if !slices.Contains(d.Versions, version) {
		r.add(CauseVersion, r.child(nil, "apiVersion"), fmt.Sprintf("%s has no version %s, only %s", kind, Quoted(version), strings.Join(d.Versions, ", ")))
		return r.violations
	}
	r.value(d.Schema, body, nil)
	return r.violations
}

// Webhook says why Istio's webhook would refuse an object whose spec the schema takes.
// spec is the protobuf message of the kind; for any other there are no violations.
func (n *Judge) Webhook(o Meta, spec any) []Violation {
	r := n.report.of("Istio")
	_, authorization := spec.(*securityapi.AuthorizationPolicy)
	if _, ok := o.Annotations[dryRun]; ok && !authorization {
		r.add(CauseLabel, r.annotation(dryRun), "the annotation is for an AuthorizationPolicy only")
	}
	for _, name := range reservedAnnotations {
		if _, ok := o.Annotations[name]; ok {
			r.add(CauseLabel, r.annotation(name), "the annotation is reserved for Istio itself")
		}
	}
	r.webhook(o, spec)
	return r.violations
}

// reservedAnnotations are those that nobody but istiod may set.
var reservedAnnotations = []string{"internal.istio.io/webhook-always-reject", "internal.istio.io/parent-namespace", "internal.istio.io/parents"}

func (r *report) annotation(name string) *place {
	return r.metadata().child("annotations").child(name)
}

func (r *report) webhook(o Meta, spec any) {
	switch s := spec.(type) {
	case *networkingv1alpha3.DestinationRule:
		r.destinationRule(o, s)
	case *networkingv1alpha3.Sidecar:
		r.sidecar(o, s)
	case *networkingv1alpha3.ServiceEntry:
		r.serviceEntry(o, s)
	case *networkingv1alpha3.WorkloadEntry:
		r.workloadEntry(o, s)
	case *networkingv1alpha3.WorkloadGroup:
		r.workloadGroup(o, s)
	case *networkingv1alpha3.VirtualService:
		r.virtualService(o, s)
	case *networkingv1alpha3.Gateway:
		r.gateway(o, s)
	case *networkingv1alpha3.EnvoyFilter:
		r.envoyFilter(o, s)
	case *networkingv1beta1.ProxyConfig:
		r.proxyConfig(o, s)
	case *securityapi.PeerAuthentication:
		r.peerAuthentication(o, s)
	case *securityapi.RequestAuthentication:
		r.requestAuthentication(o, s)
	case *securityapi.AuthorizationPolicy:
		r.authorizationPolicy(o, s)
	case *telemetryapi.Telemetry:
		r.telemetry(o, s)
	}
}

// Judges reports whether there is a table for a kind.
func Judges(apiVersion, kind string) bool {
	group, _, _ := strings.Cut(apiVersion, "/")
	return definitionOf(group, kind) != nil
}
