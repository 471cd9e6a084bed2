package inbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// Workload is something that serves ports: a controller's pods, a bare pod, a
// WorkloadEntry or WorkloadGroup, a Gateway API gateway. Pods of one controller
// that differ in what decides are variants: Workloads with the same Ref and
// different Variant.
type Workload struct {
	Ref    resolve.Ref
	Origin resolve.Origin
	// Cluster is where it runs, "" where only one cluster was read.
	Cluster string
	// Variant numbers the variants of one Ref from 1; 0 when there is only one.
	Variant int
	// Pods is how many running pods this variant stands for, and PodsOf how many
	// the workload has in all; both 0 for a prediction from a template.
	Pods, PodsOf int
	// PodNames are the running pods, sorted; nil for a prediction.
	PodNames []string
	// Labels and Annotations are those of the pods.
	Labels, Annotations map[string]string
	ServiceAccount      string
	// Trust is what its control plane says of trust domains, nil where that could not be read.
	Trust       *config.Trust
	HostNetwork bool
	// Lone is true for a workload of at most one pod: its template wants no more, or no more
	// run.
	Lone bool
	// Native says whether its sidecar is an init container, which runs before others of them.
	Native Native
	// OtherMesh is a mesh, not Istio's, whose proxy the pods have or are to get: "Linkerd"; ""
	// for none.
	OtherMesh string
	// OS is the operating system that the pods ask for, "" where they say none.
	OS string
	// Probes are those that come to the ports as they are (2.18).
	Probes []pod.Probe
	// AsProxy are the application's containers whose traffic is taken for the proxy's own.
	AsProxy    []pod.AsProxy
	Membership resolve.Membership
	// Chain is the inheritance mesh -> namespace -> workload -> port.
	Chain Inheritance
	// Default is the decision of every port that Ports does not name.
	Default resolve.Decision
	// Ports are sorted by number, then transport protocol.
	Ports []Port
	// Servers are those of a gateway's Istio Gateways, in istiod's order.
	Servers []Server
	// Sidecar is the Sidecar resource that shapes its listeners, zero when none.
	Sidecar resolve.Ref
	// Capture is which inbound ports the proxy sees.
	Capture pod.Capture
	// Tunnel is whether it accepts HBONE.
	Tunnel Tunnel

	AllAsProxy bool                  // all of its containers are AsProxy
	Addresses  []string              // of its running pods
	Holders    []pod.PodHolder       // whose each address is
	Network    string                // that a machine says it is in
	At         string                // the address that a WorkloadEntry has
	pod        *pod.Pod              // or template
	TLSLabel   resolve.Field         // where its tlsMode label is written
	services   []*Service            // that select it, oldest first
	policies   []*PeerAuthentication // that select it
	Sayings    []pod.Saying          // hosts that its containers name
	Mounts     []pod.Mount           // ConfigMaps that it uses
	In         Contest
	// annotated are decisions of ports that only annotations about capture name.
	annotated map[int32]resolve.Decision
}

// Identity is the name in the certificate of the workload's pods, without its scheme:
// "cluster.local/ns/shop/sa/pay"; whether they have one is the Membership's matter.
func (w *Workload) Identity() string {
	trust := w.Trust
	if trust == nil {
		trust = &config.Trust{}
	}
	return w.IdentityIn(trust.Domain())
}

// IdentityIn is the name in a certificate of a trust domain.
func (w *Workload) IdentityIn(domain string) string {
	return domain + "/ns/" + w.Ref.Namespace + "/sa/" + cmp.Or(w.ServiceAccount, "default")
}

// Decision is that of a port by its number, TCP, and Default of one that nothing names.
func (w *Workload) Decision(port int32) *resolve.Decision {
	for i := range w.Ports {
		if p := &w.Ports[i]; p.Number == port && p.Protocol != resolve.ProtocolUDP {
			return &p.Decision
		}
	}
	if _, named := w.annotated[port]; named {
		d := w.annotated[port]
		return &d
	}
	return &w.Default
}

// Port is one port of a workload, by the number on which the application listens.
type Port struct {
	Number int32
	// Name is the container port's name, "" when it has none.
	Name string
	// Declared is true when a container, a WorkloadEntry or a listener has the
	// port; false when only a Service or a policy speaks of it.
	Declared bool
	// Protocol is what Istio takes the port for (2.12).
	Protocol resolve.Protocol
	// Services are the service ports that lead here, oldest Service first.
	Services []ServicePort
	Decision resolve.Decision
	// Listener describes the TLS settings of a port whose mode is TLS: "SIMPLE, credential edge-cert".
	Listener string
}

// ServicePort is one port of one Service.
type ServicePort struct {
	Namespace, Name string
	Port            int32
	PortName        string
}

// Compare orders by namespace, name and port.
func (s ServicePort) Compare(o ServicePort) int {
	return cmp.Or(cmp.Compare(s.Namespace, o.Namespace), cmp.Compare(s.Name, o.Name), cmp.Compare(s.Port, o.Port), cmp.Compare(s.PortName, o.PortName))
}

// Inheritance is how a workload's mode came about, widest scope first. Every
// candidate policy is a step, winners and losers.
type Inheritance struct {
	Steps []Step
}

// Step is one policy that was looked at.
type Step struct {
	Scope resolve.Scope
	By    resolve.Ref
	// Mode is what the policy sets for the whole scope, Unset to inherit.
	Mode resolve.Mode
	// Ports are its portLevelMtls entries, by number.
	Ports []PortMode
	// Field is what the policy's Position points at.
	Field  resolve.Field
	Origin resolve.Origin
	// Applies is false for a policy that lost or is ignored; Why says what keeps it from
	// applying, and what an applied one did ("overrides mesh").
	Applies bool
	Why     resolve.Reason
}

// Position is where the policy says it.
func (s Step) Position() resolve.Position { return s.Origin.At(s.Field) }

// PortMode is one portLevelMtls entry.
type PortMode struct {
	Port int32
	Mode resolve.Mode
}

// Short names the workload as tables do: "deploy/web".
func (w *Workload) Short() string { return w.Ref.Kind.Short() + "/" + w.Ref.Name }

// ProxyPort reports a port on which the proxy of the workload listens itself, or would if it
// has one, which may be unknown: no policy, no rule and no plan is about it. Without a proxy
// every port is the application's.
func (w *Workload) ProxyPort(port int32) bool {
	return servers[w.Membership.Dataplane].own(port, w.statusPort())
}

// statusPort is that of the workload's agent.
func (w *Workload) statusPort() int32 {
	if w.pod == nil { // a machine
		return resolve.AgentStatusPort
	}
	return pod.StatusPort(w.pod)
}

// Serves is the decision and protocol of one port of a workload.
func (w *Workload) Serves(port int32) (resolve.Decision, resolve.Protocol) {
	for i := range w.Ports {
		if p := &w.Ports[i]; p.Number == port && p.Protocol != resolve.ProtocolUDP {
			return p.Decision, p.Protocol
		}
	}
	return *w.Decision(port), resolve.ProtocolAuto
}

// Peer is the Service of the port as telemetry names it.
func (s ServicePort) Peer() resolve.Peer { return resolve.Peer{Namespace: s.Namespace, Name: s.Name} }

// Peer is the workload as telemetry names it.
func (w *Workload) Peer() resolve.Peer {
	return resolve.Peer{Namespace: w.Ref.Namespace, Name: w.Ref.Name}
}

// Listens reports a port of the workload that a container declares, or that a Service leads to.
func (w *Workload) Listens(port int32) bool {
	return slices.ContainsFunc(w.Ports, func(p Port) bool { return p.Number == port && (p.Declared || len(p.Services) > 0) })
}

// Behind are the ports of the workload to which a Service's port of another number leads.
func (w *Workload) Behind(servicePort int32) []Port {
	var out []Port
	for _, p := range w.Ports {
		if p.Number != servicePort && slices.ContainsFunc(p.Services, func(s ServicePort) bool { return s.Port == servicePort }) {
			out = append(out, p)
		}
	}
	return out
}

// Annotation is where an annotation of the pods is written.
func (w *Workload) Annotation(key string) resolve.Field {
	if w.pod == nil {
		return ""
	}
	return w.pod.Annotation(key).Field
}

// Headless reports a port to which a headless Service leads: clients' sidecars know its pods by
// their addresses.
func (w *Workload) Headless(p *Port) bool {
	return slices.ContainsFunc(w.services, func(s *Service) bool {
		return s.Headless && slices.ContainsFunc(p.Services, func(sp ServicePort) bool { return sp.Namespace == s.Ref.Namespace && sp.Name == s.Ref.Name })
	})
}
