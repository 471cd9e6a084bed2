package inbound

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

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
		dataplane, istio := r.gateways.classes.of(string(o.As.Spec.GatewayClassName))
		if o.As.Spec.GatewayClassName == resolve.AgentgatewayWaypointClass && !r.world.Control.Of(resolve.DefaultRevision).Has(release.AgentgatewayWaypoint) {
			continue // nothing acts on the class
		}
		if istio && !taken[o.Ref()] && managedGateway(o.As) && !slices.ContainsFunc(workloads, func(w *Workload) bool { return len(r.gateways.serviceOf(o.Ref(), w.services)) > 0 }) {
			out = append(out, r.kubeGateway(o, dataplane))
		}
	}
	return out
}

// kubeGateway is the workload that istiod makes of a gateway: named after it, with
// one port for each listener.
func (r *Resolver) kubeGateway(o config.Typed[*gatewayv1.Gateway], dataplane resolve.Dataplane) *Workload {
	name := cmp.Or(o.As.Annotations[resolve.GatewayServiceAccountAnnotation], r.gateways.classes.generated(o.As))
	w := &Workload{
		Ref: o.Ref(), Origin: o.Origin, Labels: map[string]string{resolve.GatewayNameLabel: o.As.Name}, ServiceAccount: name,
		Membership: resolve.NewMembership(dataplane, resolve.Because(resolve.CauseGatewayClass, resolve.Details{Text: string(o.As.Spec.GatewayClassName)}), resolve.Place{Origin: o.Origin, Field: "spec.gatewayClassName"}),
	}
	w.Membership.Revision = resolve.DefaultRevision
	w.Membership.Agentgateway = o.As.Spec.GatewayClassName == resolve.AgentgatewayClass || o.As.Spec.GatewayClassName == resolve.AgentgatewayWaypointClass
	w.Trust = r.world.Control.TrustOf(resolve.DefaultRevision)
	d := &decider{workload: w, pod: &pod.Pod{Origin: o.Origin}, in: &Contest{}}
	if dataplane == resolve.DataplaneGateway {
		d.servers = kubeServers(r.gateways.listeners[o.Ref()], r.world.Control.Of(resolve.DefaultRevision))
		through := r.gateways.serviceOf(o.Ref(), r.servicesOf(w))
		for i := range d.servers {
			d.servers[i].through = through
		}
	}
	if dataplane == resolve.DataplaneWaypoint {
		d.pod.Ports = []pod.ContainerPort{{Number: resolve.HBONEPort, Name: "mesh"}}
	}
	w.pod, w.services = d.pod, r.servicesOf(w)
	w.Ports = d.ports(w.services)
	w.Default = d.forAny()
	return w
}

// kubeServers are the servers that istiod makes of the listeners of a Gateway.
func kubeServers(listeners []Listener, k *config.Plane) []gatewayServer {
	var out []gatewayServer
	for i := range listeners {
		l := &listeners[i]
		namespace, name, _ := strings.Cut(l.Internal, "/")
		s := gatewayServer{
			by: l.Gateway, internal: l.Internal, origin: l.Origin, field: l.Field, port: l.Port,
			protocol: resolve.ServicePortProtocol(0, string(l.Protocol), false, nil), takes: l.takes(),
		}
		s.merging = merging{created: l.Created, name: name, namespace: namespace, spelled: string(l.Protocol), hosts: l.Hosts, options: l.TLS != nil, http: s.protocol.Class() == resolve.ClassHTTP}
		if l.TLS != nil {
			s.tls, s.ofMesh = listenerTLS(l.TLS)+l.clientCertificates(k), l.TLS.Options[terminateMode] == "ISTIO_MUTUAL" && l.Mode() == gatewayv1.TLSModeTerminate
		}
		if first := l.LosesTo; first != nil {
			s.dropped = resolve.Because(resolve.CauseListenerConflict, resolve.Details{By: first.Gateway, Field: first.Field}).Numbered(l.Port)
		}
		out = append(out, s)
	}
	return out
}

// terminateMode is the option of a listener that says how clients show who they are.
const terminateMode = "gateway.istio.io/tls-terminate-mode"

// takes is which routes the server of a listener goes by.
func (l *Listener) takes() Takes {
	switch {
	case l.Protocol == gatewayv1.HTTPProtocolType:
		return TakesHTTP
	case l.Protocol == hbone:
		return TakesMesh
	case l.Mode() == gatewayv1.TLSModePassthrough:
		return TakesTLS
	case l.Protocol == gatewayv1.HTTPSProtocolType:
		return TakesHTTPS
	}
	return TakesTCP
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
