package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// StrictInReach finds ports that take plaintext of which none of their known clients has
// need.
var StrictInReach = register(&analyze.Check{
	Code:      "MTLS0407",
	Name:      "strict-in-reach",
	Severity:  analyze.Info,
	Open:      true,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Reads:     []resolve.Kind{resolve.KindNamespace},
	Title:     "A port accepts plaintext although all of its known clients send mTLS",
	Why: `Every client in configuration or traffic has a sidecar and sends mTLS to the port, and no probe, scrape, webhook,
DestinationRule or client outside the mesh blocks STRICT. Until the port is STRICT it also accepts any client without an
identity, and no known client needs that. Without traffic data other clients are unknown.`,
	Fix:  "make them STRICT: mtlsctl migrate-plan lists the steps, and --explain shows the decision for each port",
	Docs: []string{"https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/"},

	Controls: inTransit,
	Before:   reachWorld("PERMISSIVE"),
	After:    reachWorld("STRICT"),
	Run: func(p *analyze.Pass) {
		for _, r := range reachesOf(p) {
			p.Report(r.finding(p))
		}
	},
})

// ready is a port that could be STRICT as far as anybody knows.
type ready struct {
	backend
	clients []*inbound.Workload
}

// inReach are those that one field keeps from STRICT, or the lack of any in a namespace.
type inReach struct {
	decision resolve.Decision
	ports    []ready
	// guessed is true where no record of traffic says who else calls.
	guessed bool
}

// reachesOf groups the ports by what makes them PERMISSIVE. Only ports that somebody is
// known to call are asked about: of the others nothing is to be said.
func reachesOf(p *analyze.Pass) []*inReach {
	called := calledPorts(p)
	type key struct {
		by        resolve.Ref
		field     resolve.Field
		namespace string
	}
	index, order := map[key]*inReach{}, []*inReach(nil)
	for _, w := range p.Workloads() {
		seen := len(p.Evidence().At(w)) > 0
		for i := range w.Ports {
			q := &w.Ports[i]
			if q.Decision.Mode != resolve.Permissive || len(q.Services) == 0 || w.Membership.Dataplane != resolve.DataplaneSidecar || !seen && !called[w][q.Number] {
				continue
			}
			clients, guessed := readyFor(p.Adviser(), w, q)
			if len(clients) == 0 {
				continue
			}
			d := permissiveBy(w, q.Decision)
			k := key{by: d.By, field: d.Field}
			if k.by.IsZero() {
				k.namespace = w.Ref.Namespace
			}
			if index[k] == nil {
				index[k] = &inReach{decision: d}
				order = append(order, index[k])
			}
			index[k].guessed = index[k].guessed || guessed
			index[k].ports = append(index[k].ports, ready{backend{w, q}, clients})
		}
	}
	return order
}

// permissiveBy is what makes a port PERMISSIVE: the policy that decides, but the wider one
// where taking that away would leave the port PERMISSIVE all the same.
func permissiveBy(w *inbound.Workload, d resolve.Decision) resolve.Decision {
	if d.Scope != resolve.ScopeWorkload && d.Scope != resolve.ScopePort {
		return d
	}
	wider := resolve.Decision{Mode: resolve.Permissive}
	for _, s := range w.Chain.Steps {
		if s.Applies && s.Mode != resolve.Unset && (s.Scope == resolve.ScopeMesh || s.Scope == resolve.ScopeNamespace) {
			wider = resolve.Decision{Mode: s.Mode, Scope: s.Scope, By: s.By, Field: s.Field, Origin: s.Origin}
		}
	}
	if wider.Mode != resolve.Permissive {
		return d
	}
	return wider
}

// calledPorts are the workloads' ports behind hosts that configuration says are called.
func calledPorts(p *analyze.Pass) map[*inbound.Workload]map[int32]bool {
	out, done := map[*inbound.Workload]map[int32]bool{}, map[*outbound.Host]bool{}
	for _, w := range p.Workloads() {
		for _, d := range p.DependenciesOf(w) {
			if done[d.Host] {
				continue
			}
			done[d.Host] = true
			for i := range d.Host.Ports {
				for _, e := range d.Host.Ports[i].Endpoints {
					if e.Workload == nil {
						continue
					}
					if out[e.Workload] == nil {
						out[e.Workload] = map[int32]bool{}
					}
					out[e.Workload][e.Port] = true
				}
			}
		}
	}
	return out
}

// readyFor are the clients of a port that nothing known keeps from STRICT, none where
// something does. guessed is true where only a record of traffic is missing.
func readyFor(a *advise.Adviser, w *inbound.Workload, q *inbound.Port) (clients []*inbound.Workload, guessed bool) {
	if !a.Counts(w, q) {
		return nil, false
	}
	advice := a.Advise(w, q)
	ofMesh := func(r advise.Reason) bool { return !r.OfRecord }
	if len(advice.Obstacles)+len(advice.Wait) > 0 || slices.ContainsFunc(advice.Open, ofMesh) {
		return nil, false
	}
	for _, c := range advice.Callers {
		if c.Place != advise.Inside {
			return nil, false
		}
		if c.Workload != nil && ofThePort(c.Dependency) && !slices.Contains(clients, c.Workload) {
			clients = append(clients, c.Workload)
		}
	}
	return clients, len(advice.Open) > 0
}

// ofThePort reports a call that is known to be to this port: seen, or declared with the port
// or to a host that has no other. A policy that lets a client in says that it may call.
func ofThePort(d *declared.Call) bool {
	return d == nil || !d.Handed && d.By.Kind != resolve.KindAuthorizationPolicy && (d.Port != 0 || len(d.Host.Ports) == 1)
}

func (r *inReach) finding(p *analyze.Pass) analyze.Finding {
	first, d := r.ports[0], r.decision
	f := analyze.Finding{Object: d.By, Field: d.Field, Origin: d.Origin}
	for _, q := range r.ports {
		f.Affected = append(f.Affected, affectedPort(q.workload, q.port.Number))
	}
	if ns := p.Namespace(first.workload.Ref.Namespace); d.By.IsZero() {
		f.Object, f.Origin = resolve.Ref{Kind: resolve.KindNamespace, Name: first.workload.Ref.Namespace}, originOf(ns, first.workload)
	}
	var servers []*inbound.Workload
	var examples []string
	for _, q := range r.ports {
		if !slices.Contains(servers, q.workload) {
			servers = append(servers, q.workload)
		}
		if len(examples) < maxExamples {
			examples = append(examples, fmt.Sprintf("port %d of %s (called by %s)", q.port.Number, q.workload.Short(), firstNames(q.clients)))
		}
	}
	for _, w := range servers[:min(len(servers), maxExamples)] {
		f.Involved = append(f.Involved, w.Ref)
	}
	if len(r.ports) == 1 {
		f.Message = fmt.Sprintf("%s accepts plaintext although every known client sends mTLS, and nothing known blocks STRICT", examples[0])
	} else {
		f.Message = fmt.Sprintf("%s of %s accept plaintext although every known client sends mTLS, and nothing known blocks STRICT: %s",
			counted(len(r.ports), "port"), workloads(len(servers)), strings.Join(examples, ", "))
	}
	if r.guessed {
		f.Confidence = analyze.Likely
		f.Message += "; without traffic data other clients are unknown"
	}
	return f
}
