package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ServicePort finds portLevelMtls entries that name the Service's port instead of
// the workload's (2.5, 6.1).
var ServicePort = register(&analyze.Check{
	Code:     "MTLS0106",
	Name:     "service-port",
	Severity: analyze.Error,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload, resolve.KindService},
	Reads:    []resolve.Kind{resolve.KindMeshConfig},
	Local:    true,
	Title:    "portLevelMtls uses container ports, not Service ports",
	Why: `The key of portLevelMtls is the port on which the application listens: the Service's targetPort. An entry for the
Service port has no effect on calls through the Service. (portLevelSettings of a DestinationRule are the opposite:
they use the Service port.)`,
	Fix:      "use the target port",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: servedWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  portLevelMtls:
    80: {mode: PERMISSIVE}
`,
	After: servedWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  portLevelMtls:
    8080: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		p.Workloads()
		p.Services()
		eachPortEntry(p, func(pa *inbound.PeerAuthentication, e inbound.PortMode) {
			if target, is := meantPort(p, pa, e.Port); is {
				p.Report(countsOtherWay(p, pa, e, target))
			}
		})
	},
})

// meantPort is the port behind the Service's port that an entry names, false for an entry
// that names one of a workload, or none.
func meantPort(p *analyze.Pass, pa *inbound.PeerAuthentication, port int32) (inbound.Port, bool) {
	for _, w := range p.Mesh().Selected(pa) {
		if w.Listens(port) {
			return inbound.Port{}, false
		}
	}
	for _, w := range p.Mesh().Selected(pa) {
		if targets := w.Behind(port); len(targets) > 0 {
			return targets[0], true
		}
	}
	return inbound.Port{}, false
}

// countsOtherWay is an entry for a Service's port, which was meant for its target.
func countsOtherWay(p *analyze.Pass, pa *inbound.PeerAuthentication, e inbound.PortMode, target inbound.Port) analyze.Finding {
	s := serviceBehind(target, e.Port)
	f := analyze.Finding{Object: pa.Ref, Origin: pa.Origin, Field: pa.PortField(e.Port), Fix: fmt.Sprintf("use %d, the target port of Service %s:%d", target.Number, s.Name, s.Port)}
	f.Message = fmt.Sprintf("%d is the port of Service %s, but portLevelMtls uses container ports: container port %d stays %s", e.Port, s.Name, target.Number, served(target.Decision))
	if _, taken := pa.Port(target.Number); !taken && e.Mode == resolve.Permissive && !ownTLSInto(p, pa, target.Number) && !bypassesProxy(p, pa, target.Number) { // any other mode may take from calls what they need
		f.Repair = toPort(p, pa, e, target.Number)
	}
	return f
}

// bypassesProxy reports a port that no proxy of one of the policy's workloads stands in front of: clients
// send mTLS into it by what the policy says.
func bypassesProxy(p *analyze.Pass, pa *inbound.PeerAuthentication, port int32) bool {
	return slices.ContainsFunc(p.Mesh().Selected(pa), func(w *inbound.Workload) bool {
		d, _ := w.Serves(port)
		return d.Mode == resolve.None
	})
}

// ownTLSInto reports a port of the policy's workloads to which a client sends TLS with
// certificates of its own: a STRICT port may take that, a PERMISSIVE one for HTTP never does (4.1).
func ownTLSInto(p *analyze.Pass, pa *inbound.PeerAuthentication, port int32) bool {
	type place struct {
		server *inbound.Workload
		port   int32
	}
	into := analyze.Shared(p, "own TLS", func(m *mesh.Mesh) map[place]bool {
		out := map[place]bool{}
		for _, c := range m.Shared(outbound.Filter{}) {
			if c.Sends.TLS == resolve.SendsMutual && c.Server != nil && c.Server.Workload != nil {
				out[place{c.Server.Workload, c.Server.Port}] = true
			}
		}
		return out
	})
	return slices.ContainsFunc(p.Mesh().Selected(pa), func(w *inbound.Workload) bool { return into[place{w, port}] })
}

// toPort are the edits that move an entry to a port that has none. Of several entries that
// are meant for one port, only one could get its name: each is written there instead.
func toPort(p *analyze.Pass, pa *inbound.PeerAuthentication, e inbound.PortMode, port int32) []analyze.Edit {
	from := pa.PortField(e.Port)
	for _, other := range pa.Ports {
		if target, is := meantPort(p, pa, other.Port); is && target.Number == port && other.Port != e.Port && other.Mode == e.Mode {
			return []analyze.Edit{
				{Object: pa.Ref, Verb: analyze.Remove, Field: from},
				{Object: pa.Ref, Verb: analyze.Set, Field: pa.PortField(port), Value: map[string]any{"mode": e.Mode.String()}},
			}
		}
	}
	return []analyze.Edit{{Object: pa.Ref, Verb: analyze.Rename, Field: from, Value: fmt.Sprint(port)}}
}

func serviceBehind(port inbound.Port, servicePort int32) inbound.ServicePort {
	for _, s := range port.Services {
		if s.Port == servicePort {
			return s
		}
	}
	return inbound.ServicePort{}
}

// served is the mode in a sentence: what a sidecar would serve where nobody knows.
func served(d resolve.Decision) string {
	if d.Mode == resolve.Unknown && d.IfMeshed != resolve.Unset {
		return d.IfMeshed.String()
	}
	return d.Mode.String()
}
