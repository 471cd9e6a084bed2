package resolve

import (
	"fmt"
	"slices"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// istioClasses are the Gateway API classes that Istio serves with pods of its
// own; the value is what they are.
var istioClasses = map[string]Dataplane{
	"istio": DataplaneGateway, "istio-waypoint": DataplaneWaypoint, "istio-east-west": DataplaneGateway,
}

// kubeGateways adds those of gateways, of the Gateway API, whose pods istiod will create: no
// workload in the input stands for them yet.
func (r *Resolver) kubeGateways(gateways []Typed[*gatewayv1.Gateway], workloads []*Workload) []*Workload {
	taken := map[Ref]bool{}
	for _, w := range workloads {
		if name := w.Labels[GatewayNameLabel]; name != "" {
			taken[Ref{KindKubeGateway, w.Ref.Namespace, name}] = true
		}
	}
	var out []*Workload
	for _, o := range gateways {
		dataplane, istio := istioClasses[string(o.As.Spec.GatewayClassName)]
		if istio && !taken[o.Ref()] && len(o.As.Spec.Addresses) == 0 {
			out = append(out, r.kubeGateway(o, dataplane))
		}
	}
	return out
}

// kubeGateway is the workload that istiod makes of a gateway: named after it, with
// one port for each listener.
func (r *Resolver) kubeGateway(o Typed[*gatewayv1.Gateway], dataplane Dataplane) *Workload {
	name := fmt.Sprintf("%s-%s", o.As.Name, o.As.Spec.GatewayClassName)
	w := &Workload{
		Ref: o.Ref(), Origin: o.Origin, Labels: map[string]string{GatewayNameLabel: o.As.Name}, ServiceAccount: name,
		Membership: membership(dataplane, Because(CauseGatewayClass, Details{Text: string(o.As.Spec.GatewayClassName)}), Place{o.Origin, "spec.gatewayClassName"}),
	}
	w.Membership.Revision = DefaultRevision
	d := &decider{workload: w, pod: &pod{origin: o.Origin}, in: &Contest{}}
	if dataplane == DataplaneGateway {
		d.servers = kubeServers(o)
	}
	if dataplane == DataplaneWaypoint {
		d.pod.ports = []containerPort{{number: HBONEPort, name: "mesh"}}
	}
	w.pod = d.pod
	w.Ports = d.ports(nil)
	w.Default = d.forAny()
	return w
}

func kubeServers(o Typed[*gatewayv1.Gateway]) []gatewayServer {
	var out []gatewayServer
	for i, l := range o.As.Spec.Listeners {
		s := gatewayServer{
			by: o.Ref(), origin: o.Origin, field: Path("spec", "listeners").Index(i), port: int32(l.Port),
			protocol: ServicePortProtocol(0, string(l.Protocol), false, nil),
		}
		if l.TLS != nil {
			s.tls = listenerTLS(l.TLS)
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
