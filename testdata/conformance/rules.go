package conformance

import (
	"slices"
	"strings"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// beyondRules are rules of sections 2 and 3 that no generated configuration can
// show, with the reason.
var beyondRules = map[string]string{
	"2.14":  "certificates and SAN checks: no mode depends on them",
	"2.15":  "Gateway servers: router proxies are asked as clients only",
	"2.16":  "TestMixed asks for HBONE, and for no rules",
	"2.17":  "proxyless gRPC has no Envoy listeners",
	"2.18":  "probes are rewritten in the pod, not in istiod",
	"3.1.1": "outbound annotations act on the pod's redirection, istiod does not read them",
	"3.3.5": "Istio's validation refuses it",
	"3.5.3": "TestMixed asks for HBONE, and for no rules",
	"3.5.4": "TestMixed asks ztunnel's index",
	"3.5.5": "TestMixed asks waypoints",
	"3.5.6": "proxyless gRPC has no Envoy clusters",
	"3.5.7": "agentgateway is no Envoy",
}

// wantedRules are those that a run over many meshes has to come by.
var wantedRules = strings.Fields(`
	2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13
	3.1.2 3.1.3 3.1.4
	3.2.1 3.2.2 3.2.3 3.2.4 3.2.5 3.2.6 3.2.7 3.2.8 3.2.9 3.2.10
	3.3.1 3.3.2 3.3.3 3.3.4 3.3.6 3.3.7
	3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.4.7
	3.5.1 3.5.2`)

// ambientCalls are calls with an ambient side, ambientUnknown, with the cause behind it, those of
// which nobody can tell.
const (
	ambientCalls   = "ambient calls"
	ambientUnknown = "ambient calls unknown: "
)

// untold are the causes of calls with an ambient side of which a world really does not tell what
// becomes.
var untold = []resolve.Cause{
	resolve.CauseZtunnelTie, resolve.CauseWaypointDisplaced, // istiod takes any of several objects, or endpoints of another
	resolve.CauseToWaypointUnsure, // there is no Gateway in the file: directly it ends otherwise than through a waypoint
	resolve.CauseServerUnknown,    // plaintext to a STRICT machine that may or may not have a proxy
	resolve.CauseMeantPlainStrict, // the same of an address that is said to be of the mesh
	resolve.CauseAmbientTie,       // policies of one age
}

// reached counts the rules that worlds exercised.
type reached map[string]int

func (r reached) saw(rule string, holds bool) {
	if holds && rule != "" {
		r[rule]++
	}
}

// of collects the rules that mtlsctl's own answers name, and those that only the
// shape of a world shows.
func (r reached) of(o *ours) {
	for _, w := range o.mesh.Workloads() {
		r.workload(w)
	}
	r.policies(o.mesh)
	for _, class := range o.mesh.Clients() {
		if class.Proxied() && class.Dataplane != resolve.DataplaneUnknown {
			r.client(o.mesh, class)
		}
	}
	r.destinationRules(o.mesh)
}

func (r reached) workload(w *inbound.Workload) {
	r.saw(words.Rule(w.Membership.Why), true)
	for _, s := range w.Chain.Steps {
		r.saw("2.1", true)
		r.saw(words.Rule(s.Why), true)
	}
	if w.Membership.Dataplane != resolve.DataplaneSidecar {
		return
	}
	for i := range w.Ports {
		p := &w.Ports[i]
		r.saw(words.Rule(p.Decision.Why), true)
		for _, s := range p.Decision.Shadowed {
			r.saw(words.Rule(s.Why), true)
		}
		r.saw("2.7", len(p.Services) > 1)
		r.saw("2.8", p.Decision.Why.Cause == resolve.CausePortPolicy && len(p.Services) == 0)
		r.saw("2.9", !w.Sidecar.IsZero() && len(p.Services) > 0 && p.Protocol == resolve.ProtocolAuto)
		r.saw("2.12", classOf(p.Protocol) == "http")
		r.saw("2.13", p.Decision.Mode == resolve.Disable)
	}
}

func (r reached) policies(m *mesh.Mesh) {
	for _, object := range m.Objects(resolve.KindPeerAuthentication) {
		if p, ok := object.Value.(*securityv1.PeerAuthentication); ok {
			r.saw("2.6", p.Spec.Selector != nil && len(p.Spec.Selector.MatchLabels) == 0)
		}
	}
}

// client collects the rules of every call of a class, known or not.
func (r reached) client(m *mesh.Mesh, class *outbound.ClientClass) {
	for _, h := range m.Hosts() {
		if h.Alias != "" {
			r.saw("3.1.4", true)
			continue
		}
		for con := range m.Calls(class, h) {
			r.call(con, class, m.RootNamespace())
			if d := m.Trace(class.Workloads[0], h, con.Port, con.Subset); d != nil {
				for _, s := range d.Steps {
					for _, p := range s.Points {
						r.saw(words.Rule(p.Why), p.Why.Cause != resolve.CauseTraceNoMatch)
					}
				}
			}
		}
	}
}

func (r reached) call(con outbound.Connection, class *outbound.ClientClass, root string) {
	s := con.Sends
	r.saw(words.Rule(s.Why), true)
	if class.Dataplane == resolve.DataplaneAmbient || len(con.Legs) > 0 || con.Server != nil && con.Server.Captured() {
		r.saw(ambientCalls, true)
		why := con.Outcome.Why
		if why.Cause == resolve.CauseBehindWaypoint {
			why = why.Details().Base
		}
		r.saw(ambientUnknown+string(why.Cause), con.Server != nil && con.Outcome.Verdict == resolve.VerdictUnknown)
	}
	r.saw("3.1.2", !class.Sidecar.IsZero() && !s.Why.Cause.HostUnknown())
	r.saw("3.3.1", strings.Contains(string(s.Field), "portLevelSettings"))
	r.saw("3.3.6", s.TLS == resolve.SendsSimple || s.TLS == resolve.SendsMutual)
	r.saw("3.4.2", s.Why.Cause.Switch() && con.Serves.Mode == resolve.Strict && s.By.Kind == resolve.KindPeerAuthentication)
	r.saw("3.4.6", con.Host.Ref.Kind == resolve.KindServiceEntry && s.Auto)
	r.saw("3.4.7 through", s.Through != "" && s.TLS == resolve.SendsIstioMutual)
	r.saw("3.5.1", class.Dataplane == resolve.DataplaneGateway)
	if rule := con.Rule; rule != nil {
		r.saw("3.2.1", !strings.Contains(rule.Host, ".") && rule.Host != "*")
		r.saw("3.2.2", strings.HasPrefix(rule.Host, "*"))
		switch rule.Ref.Namespace {
		case class.Namespace:
			r.saw("3.2.3 client", true)
		case con.Host.Namespace:
			r.saw("3.2.3 service", true)
		case root:
			r.saw("3.2.3 root", true)
		}
		r.saw("3.2.7", rule.HasSelector)
	}
	if e := con.Server; e != nil && e.Workload != nil {
		r.saw("3.5.2", e.Workload.Membership.Dataplane == resolve.DataplaneGateway && s.Auto)
	}
}

// destinationRules collects what only the rules beside each other show.
func (r reached) destinationRules(m *mesh.Mesh) {
	private := slices.Contains(m.Config().GetDefaultDestinationRuleExportTo(), ".")
	for _, d := range m.DestinationRules() {
		r.saw("3.2.6", private && len(d.ExportTo()) == 0)
		r.saw("3.2.10", d.Ref.Namespace == m.RootNamespace() && len(d.ExportTo()) > 1 && slices.Contains(d.ExportTo(), "."))
	}
}

// unreached lists the wanted rules that were not exercised.
func (r reached) unreached() []string {
	var out []string
	for _, rule := range append(slices.Clone(wantedRules), "3.2.3 client", "3.2.3 service", "3.2.3 root", "3.4.7 through") {
		if r[rule] == 0 {
			out = append(out, rule)
		}
	}
	return out
}
