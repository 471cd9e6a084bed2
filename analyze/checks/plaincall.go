package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// plainCall is a call that is known to come as plaintext, in words: "deploy/report of
// batch, which has no sidecar, calls pay.shop:80 (env PAY_URL)".
type plainCall struct {
	says, fix string
	refs      []resolve.Ref
	// known is true where somebody is known to make it, or means to.
	known bool
}

// plainCallers finds the calls that are known to come to a port as plaintext.
type plainCallers struct {
	pass  *analyze.Pass
	hosts map[[2]string]*outbound.Host
	// sent are the calls of clients with a proxy that send plaintext, by server.
	sent map[*inbound.Workload][]analyze.Call
}

func newPlainCallers(p *analyze.Pass) *plainCallers {
	p.DestinationRules()
	c := &plainCallers{p, map[[2]string]*outbound.Host{}, map[*inbound.Workload][]analyze.Call{}}
	for _, h := range p.Mesh().Hosts() {
		if s := h.Service(); s != nil {
			c.hosts[[2]string{s.Ref.Namespace, s.Ref.Name}] = h
		}
	}
	for call := range p.Calls() {
		if e := call.Server; call.Sends.TLS == resolve.SendsPlaintext && e != nil && e.Workload != nil {
			c.sent[e.Workload] = append(c.sent[e.Workload], call)
		}
	}
	return c
}

func (c *plainCallers) to(g guarded, on []*authz.Policy) []plainCall {
	if g.port == nil {
		return nil
	}
	return slices.Concat(c.declared(g, on), c.observed(g), c.special(g), c.configured(g))
}

// special are those of callers that never have a certificate. What could not be read of
// them leaves findings out and makes none, so that the check does not declare it.
func (c *plainCallers) special(g guarded) []plainCall {
	var out []plainCall
	for _, o := range c.pass.Adviser().Advise(g.workload, g.port).Obstacles {
		if slices.Contains([]advise.Kind{advise.Webhook, advise.APIService, advise.Scrape, advise.Probe}, o.Kind) {
			out = append(out, plainCall{says: o.Text, refs: []resolve.Ref{o.By}, known: o.Kind != advise.Scrape,
				fix: fmt.Sprintf("%s; accept the risk: allow it without an identity, with a rule for port %d alone (to.operation.ports), paths, or ipBlocks", o.Kind.SafeWay(), g.call.Port)})
		}
	}
	return out
}

// declared are those of clients without a proxy that configuration speaks of; MTLS0511
// tells of those whom a policy names.
func (c *plainCallers) declared(g guarded, on []*authz.Policy) []plainCall {
	var out []plainCall
	told := map[*inbound.Workload]bool{g.workload: true}
	for _, s := range g.port.Services {
		host := c.hosts[[2]string{s.Namespace, s.Name}]
		if host == nil {
			continue
		}
		for _, d := range c.pass.DependenciesOn(host) {
			w := d.Client
			if w == nil || told[w] || w.Membership.Dataplane != resolve.DataplaneNone || !d.On(s.Port) || d.By.Kind == resolve.KindAuthorizationPolicy {
				continue
			}
			told[w] = true
			if letInByName(on, w) {
				continue
			}
			out = append(out, plainCall{
				says:  fmt.Sprintf("%s, which has no proxy, calls %s:%d (%s)", of(w, g.workload), shortHost(host), s.Port, d.Says),
				fix:   plainFix([]*inbound.Workload{w}),
				refs:  []resolve.Ref{w.Ref, d.By},
				known: true,
			})
		}
	}
	return out
}

// of names a workload, with its namespace where it is another's.
func of(w, from *inbound.Workload) string {
	if w.Ref.Namespace == from.Ref.Namespace {
		return w.Short()
	}
	return w.Short() + " of " + w.Ref.Namespace
}

// observed are those that traffic shows.
func (c *plainCallers) observed(g guarded) []plainCall {
	var out []plainCall
	for _, a := range c.pass.Evidence().At(g.workload) {
		if a.Plaintext.IsZero() || a.MTLS.Last.After(a.Plaintext.Last) || !mayReach(a, g) {
			continue // or it has a proxy by now
		}
		who := a.Client.String()
		if who == "unknown" {
			who = "a client without a name in telemetry"
		}
		out = append(out, plainCall{says: fmt.Sprintf("%s was observed sending plaintext %.0f times", who, a.Plaintext.Count), known: true})
	}
	return out
}

// mayReach reports an arrival at a port: metrics know the service at most.
func mayReach(a evidence.Arrival, g guarded) bool {
	if a.Port != 0 {
		return a.Port == g.call.Port
	}
	for _, s := range g.port.Services {
		if a.Service.Namespace == s.Namespace && a.Service.Name == s.Name {
			return true
		}
	}
	return len(guardedPorts(g.workload)) == 1
}

// configured are those that a rule, an annotation or a gate of auto mTLS turns into plaintext.
// One that nobody is known to make counts only where somebody wrote a rule for it.
func (c *plainCallers) configured(g guarded) []plainCall {
	var out []plainCall
	for _, call := range c.sent[g.workload] {
		if call.Server.Port != g.call.Port || proxysOwn(call.Connection) {
			continue
		}
		var m callsMade
		m.add(c.pass, call.Clients, call.Connection)
		exact := call.Rule != nil && call.Sends.By == call.Rule.Ref && call.Rule.FQDN == call.Host.Name
		known := exact || len(m.declared) > 0 || !m.observed.IsZero()
		if !known && call.Sends.By.Kind != resolve.KindDestinationRule {
			continue
		}
		one := plainCall{
			says:  fmt.Sprintf("clients of %s:%d send plaintext (%s)%s", shortHost(call.Host), call.Port.Number, words.Because(call.Sends.Reason()), m.text()),
			known: known,
		}
		if by := call.Sends.By; !by.IsZero() {
			one.refs = []resolve.Ref{by}
			one.fix = fmt.Sprintf("remove the setting in %s that makes clients send plaintext; accept the risk: allow them without an identity, by ipBlocks, a port or a JWT", by)
		}
		out = append(out, one)
	}
	return out
}
