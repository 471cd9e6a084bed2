package inbound

import (
	"cmp"
	"fmt"
	"slices"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// istioClasses are the Gateway API classes that Istio serves with pods of its
// own; the value is what they are.
var istioClasses = map[string]resolve.Dataplane{
	"istio": resolve.DataplaneGateway, "istio-waypoint": resolve.DataplaneWaypoint, "istio-east-west": resolve.DataplaneGateway,
	resolve.AgentgatewayClass: resolve.DataplaneGateway, resolve.AgentgatewayWaypointClass: resolve.DataplaneWaypoint,
}

// kubeGateways adds those of gateways, of the Gateway API, whose pods istiod will create: no
// workload in the input stands for them yet.
func (r *Resolver) kubeGateways(gateways []config.Typed[*gatewayv1.Gateway], workloads []*Workload) []*Workload {
	taken := map[resolve.Ref]bool{}
	for _, w := range workloads {
		if name := w.Labels[resolve.GatewayNameLabel]; name != "" {
			taken[resolve.Ref{Kind: resolve.KindKubeGateway, Namespace: w.Ref.Namespace, Name: name}] = true
		}
	}
	var out []*Workload
	for _, o := range gateways {
		dataplane, istio := istioClasses[string(o.As.Spec.GatewayClassName)]
		if o.As.Spec.GatewayClassName == resolve.AgentgatewayWaypointClass && !r.world.Control.Of(resolve.DefaultRevision).Has(release.AgentgatewayWaypoint) {
			continue // nothing acts on the class
		}
		if istio && !taken[o.Ref()] && len(o.As.Spec.Addresses) == 0 {
			out = append(out, r.kubeGateway(o, dataplane))
		}
	}
	return out
}

// kubeGateway is the workload that istiod makes of a gateway: named after it, with
// one port for each listener.
func (r *Resolver) kubeGateway(o config.Typed[*gatewayv1.Gateway], dataplane resolve.Dataplane) *Workload {
	name := fmt.Sprintf("%s-%s", o.As.Name, o.As.Spec.GatewayClassName)
	if dataplane == resolve.DataplaneWaypoint { // whose names have no suffix (2D.8)
		name = o.As.Name
	}
	name = cmp.Or(o.As.Annotations[resolve.GatewayServiceAccountAnnotation], name)
	w := &Workload{
		Ref: o.Ref(), Origin: o.Origin, Labels: map[string]string{resolve.GatewayNameLabel: o.As.Name}, ServiceAccount: name,
		Membership: resolve.NewMembership(dataplane, resolve.Because(resolve.CauseGatewayClass, resolve.Details{Text: string(o.As.Spec.GatewayClassName)}), resolve.Place{Origin: o.Origin, Field: "spec.gatewayClassName"}),
	}
	w.Membership.Revision = resolve.DefaultRevision
	w.Membership.Agentgateway = o.As.Spec.GatewayClassName == resolve.AgentgatewayClass || o.As.Spec.GatewayClassName == resolve.AgentgatewayWaypointClass
	w.Trust = r.world.Control.TrustOf(resolve.DefaultRevision)
	d := &decider{workload: w, pod: &pod.Pod{Origin: o.Origin}, in: &Contest{}}
	if dataplane == resolve.DataplaneGateway {
		d.servers = kubeServers(o, r.world.Control.Of(resolve.DefaultRevision))
	}
	if dataplane == resolve.DataplaneWaypoint {
		d.pod.Ports = []pod.ContainerPort{{Number: resolve.HBONEPort, Name: "mesh"}}
	}
	w.pod = d.pod
	w.Ports = d.ports(nil)
	w.Default = d.forAny()
	return w
}

func kubeServers(o config.Typed[*gatewayv1.Gateway], k *config.Plane) []gatewayServer {
	var out []gatewayServer
	for i, l := range o.As.Spec.Listeners {
		s := gatewayServer{
			by: o.Ref(), origin: o.Origin, field: resolve.Path("spec", "listeners").Index(i), port: int32(l.Port),
			protocol: resolve.ServicePortProtocol(0, string(l.Protocol), false, nil),
		}
		s.merging = merging{created: o.As.CreationTimestamp.Time, name: o.As.Name, namespace: o.As.Namespace, index: i, spelled: string(l.Protocol), options: l.TLS != nil, http: s.protocol.Class() == resolve.ClassHTTP}
		if l.Hostname != nil {
			s.hosts = []string{string(*l.Hostname)}
		}
		if l.TLS != nil {
			s.tls = listenerTLS(l.TLS) + clientCertificates(o.As.Spec.TLS, &l, k)
		}
		out = append(out, s)
	}
	return out
}

func listenerTLS(tls *gatewayv1.ListenerTLSConfig) string {
	mode := "Terminate"
	if tls.Mode != nil {
		mode = string(*tls.Mode)
	}
	var names []string
	for _, ref := range tls.CertificateRefs {
		names = append(names, string(ref.Name))
	}
	slices.Sort(names)
	if len(names) > 0 {
		return fmt.Sprintf("%s, credential %v", mode, names)
	}
	return mode
}

// terminateMode is the option of a listener that says whether clients have to show a certificate.
const terminateMode = "gateway.istio.io/tls-terminate-mode"

// clientCertificates is what a listener that ends TLS asks of clients, "" for nothing: by the
// validation of its port, else by that of the Gateway.
func clientCertificates(tls *gatewayv1.GatewayTLSConfig, l *gatewayv1.Listener, k *config.Plane) string {
	if tls == nil || tls.Frontend == nil || l.TLS.Mode != nil && *l.TLS.Mode != gatewayv1.TLSModeTerminate {
		return ""
	}
	validation := tls.Frontend.Default.Validation
	if i := slices.IndexFunc(tls.Frontend.PerPort, func(p gatewayv1.TLSPortConfig) bool { return p.Port == l.Port }); i >= 0 {
		validation = tls.Frontend.PerPort[i].TLS.Validation
	}
	if validation == nil || len(validation.CACertificateRefs) == 0 {
		return ""
	}
	switch option := l.TLS.Options[terminateMode]; {
	case option == "OPTIONAL_MUTUAL":
		return ", client certificate optional"
	case option != "MUTUAL" && validation.Mode == gatewayv1.AllowInsecureFallback && k.Has(release.InsecureFallback):
		return ", client certificate optional and not verified"
	}
	return ", client certificate required"
}
