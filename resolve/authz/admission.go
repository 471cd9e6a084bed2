package authz

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Admission is what AuthorizationPolicies make of a call that arrives. The zero value is that of
// a call on which none acts.
type Admission struct {
	// Judged is true where policies act on the call.
	Judged  bool
	Verdict Verdict
	// By are the policies that deny it: those that say DENY, or those that say ALLOW, none of
	// which lets the caller in; nil where it is not denied.
	By []*Policy
}

// Denied reports a call that is refused whatever it asks for.
func (a *Admission) Denied() bool { return a.Judged && a.Verdict.Denied() }

// Key is equal for admissions that are the same.
func (a *Admission) Key() string {
	key := fmt.Sprint(a.Judged, a.Verdict)
	for _, p := range a.By {
		key += " " + p.Ref.Path()
	}
	return key
}

// Court judges the calls of a mesh by the AuthorizationPolicies of their servers. Safe for
// concurrent use.
type Court struct {
	mesh *mesh.Mesh
	sets map[*mesh.Mesh]*Set
	// panels are the policies of workloads that have some, equal ones the same.
	panels map[*inbound.Workload]*Panel
}

type court struct{}

// In is the court of a mesh, made when somebody asks first; that of several clusters judges each
// call by the policies of the server's own.
func In(m *mesh.Mesh) *Court {
	return m.Joined().Derived(court{}, func(m *mesh.Mesh) any {
		c := &Court{mesh: m, sets: map[*mesh.Mesh]*Set{m: New(m)}, panels: map[*inbound.Workload]*Panel{}}
		for _, part := range m.Parts() {
			c.sets[part] = New(part)
		}
		if !c.Idle() {
			c.seat()
		}
		return c
	}).(*Court)
}

// seat finds the panels of all workloads.
func (c *Court) seat() {
	same := map[string]*Panel{}
	for _, w := range c.mesh.Workloads() {
		if !Guards(w) && w.Membership.Dataplane != resolve.DataplaneGateway {
			continue
		}
		on := c.Set(w).On(w)
		key := w.Cluster
		for _, p := range on {
			key += " " + p.Ref.Path()
		}
		if same[key] == nil {
			same[key] = newPanel(on)
		}
		c.panels[w] = same[key]
	}
}

// Panel are the policies that act on a call when it arrives, nil where no proxy is there that
// would carry them out.
func (c *Court) Panel(con *outbound.Connection) *Panel {
	if con.Server == nil || con.Server.Workload == nil || con.Server.Address != "" || con.Outcome.Verdict == resolve.VerdictBroken || con.Serves.Mode == resolve.None {
		return nil
	}
	return c.panels[con.Server.Workload]
}

// Set are the policies that count for a workload.
func (c *Court) Set(w *inbound.Workload) *Set { return c.sets[c.mesh.Part(w.Cluster)] }

// Idle reports a mesh in which no policy acts on any call.
func (c *Court) Idle() bool {
	for _, s := range c.sets {
		if slices.ContainsFunc(s.all, (*Policy).Acts) {
			return false
		}
	}
	return c.mesh.Gap(resolve.KindAuthorizationPolicy) == nil
}

// TellsAccounts reports policies that tell callers of one namespace apart.
func (c *Court) TellsAccounts() bool {
	for _, s := range c.sets {
		for _, p := range s.all {
			if p.Acts() && slices.ContainsFunc(p.Rules, (*Rule).tellsAccounts) {
				return true
			}
		}
	}
	return false
}

func (r *Rule) tellsAccounts() bool {
	return slices.ContainsFunc(r.terms, func(t Term) bool {
		switch t.Name {
		case "principals", "notPrincipals", "source.principal", "serviceAccounts", "notServiceAccounts", "source.serviceAccount":
			return true
		}
		return false
	})
}

// Admit says whether a call of a client is let in by the policies of its server. What is broken
// before it arrives is not judged. client is who calls, nil for a caller of whom
// nothing is known.
func (c *Court) Admit(con *outbound.Connection, client *Identity) Admission {
	panel := c.Panel(con)
	if panel == nil {
		return Admission{}
	}
	if c.mesh.Gap(resolve.KindAuthorizationPolicy) != nil {
		return Admission{Judged: true}
	}
	if len(panel.policies) > 0 && !Guards(con.Server.Workload) {
		return Admission{Judged: true} // which of a gateway's servers takes the call, and with what, is not followed
	}
	before := c.atWaypoint(con, client)
	if len(panel.policies) == 0 || before.Denied() {
		return before
	}
	call, known := arriving(con, client)
	if !known {
		return Admission{Judged: true}
	}
	a := decide(panel.policies, call)
	if before.Judged && !a.Denied() {
		a.Verdict = min(before.Verdict, a.Verdict) // Depends before Admitted
	}
	return a
}

// Nobody says whether a call without identity to a port is let in.
func (c *Court) Nobody(w *inbound.Workload, p *inbound.Port, verdict resolve.Verdict) Admission {
	panel := c.panels[w]
	switch {
	case panel == nil, verdict == resolve.VerdictBroken, p.Decision.Mode == resolve.None:
		return Admission{}
	case c.mesh.Gap(resolve.KindAuthorizationPolicy) != nil:
		return Admission{Judged: true}
	case len(panel.policies) == 0:
		return Admission{}
	case !Guards(w):
		return Admission{Judged: true}
	}
	return decide(panel.policies, Call{Port: p.Number, Filter: FilterOf(w, p.Protocol), Trust: namesOf(w)})
}

// decide is Judge with the policies that refuse.
func decide(policies []*Policy, call Call) Admission {
	a := Admission{Judged: true, Verdict: Judge(policies, call)}
	if !a.Verdict.Denied() {
		return a
	}
	for _, p := range policies {
		if a.Verdict == DeniedByDeny && p.Action == Deny && p.Answer(call) == Always || a.Verdict == DeniedByAllow && p.Action == Allow {
			a.By = append(a.By, p)
		}
	}
	return a
}

// arriving is the call as the server's proxy sees it; known is false where nobody can tell which
// identity it shows, if any.
func arriving(con *outbound.Connection, client *Identity) (call Call, known bool) {
	w := con.Server.Workload
	_, protocol := w.Serves(con.Server.Port)
	call = Call{Port: con.Server.Port, Filter: FilterOf(w, protocol), Trust: namesOf(w)}
	switch con.Arrives().TLS {
	case resolve.SendsPlaintext:
		return call, con.Outcome.Verdict == resolve.VerdictPlaintext
	case resolve.SendsIstioMutual, resolve.SendsHBONE:
		call.Identified, call.Who = true, caller(con, client)
		return call, con.Outcome.Verdict == resolve.VerdictMTLS
	case resolve.SendsSimple, resolve.SendsMutual:
		if call.Identified = con.Outcome.Verdict == resolve.VerdictMTLS; call.Identified { // by a certificate of its own
			return call, true
		}
		if con.Outcome.Verdict == resolve.VerdictPassthroughTLS { // handed on unopened, by a chain for TCP
			call.Filter = max(call.Filter, TCPFilter)
			return call, true
		}
	}
	return call, false
}

// caller is whose certificate the server sees: the waypoint's where one forwards the call.
func caller(con *outbound.Connection, client *Identity) *Identity {
	if n := len(con.Legs); n > 0 {
		through := con.Legs[n-1].From
		return NewIdentity(namesOf(con.Server.Workload)[0], through.Namespace, through.Name)
	}
	return client
}

// namesOf are the trust domains that a server's policies take for each other.
func namesOf(w *inbound.Workload) []string {
	if w.Trust == nil {
		return []string{resolve.DefaultTrustDomain}
	}
	return w.Trust.Names()
}

// Guards reports a workload whose proxy carries out AuthorizationPolicies as a server of
// the mesh, or may: gateways have TLS of their own, and proxyless ones are not resolved.
func Guards(w *inbound.Workload) bool {
	switch w.Membership.Dataplane {
	case resolve.DataplaneSidecar, resolve.DataplaneVM, resolve.DataplaneAmbient, resolve.DataplaneUnknown:
		return true
	}
	return false
}

// FilterOf is what reads the rules at a port of a protocol (2.12).
func FilterOf(w *inbound.Workload, p resolve.Protocol) Filter {
	if w.Membership.Dataplane == resolve.DataplaneAmbient {
		return Ztunnel
	}
	return protocolFilter(p)
}

func protocolFilter(p resolve.Protocol) Filter {
	switch p {
	case resolve.ProtocolHTTP, resolve.ProtocolHTTP2, resolve.ProtocolGRPC, resolve.ProtocolGRPCWeb, resolve.ProtocolProxy:
		return HTTPFilter
	case resolve.ProtocolTCP, resolve.ProtocolTLS, resolve.ProtocolHTTPS, resolve.ProtocolMongo, resolve.ProtocolRedis, resolve.ProtocolMySQL:
		return TCPFilter
	}
	return Sniffed
}
