package plan

import (
	"fmt"
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// view is what one proxy may have at a moment of a wave: the configuration from before or after, a
// certificate of one domain, and, from its istiod, endpoints named by one.
type view struct {
	of                      *state
	certificate, registered string
}

// trust is what a control plane says of trust domains to a proxy with this view.
func (v view) trust(t *config.Trust) *config.Trust {
	if t == nil {
		return nil
	}
	of := v.of.mesh.Control.TrustOf(t.Revision)
	if of == nil {
		return nil
	}
	return of.Showing(v.certificate).Registered(v.registered)
}

// views are all that proxies may have during a wave: of any two of them each may have any. Until the
// domain changes, every certificate has the former one, and once it is retired none has.
func (r *renaming) views(kind Kind, states ...*state) (out []view) {
	domains := []string{r.From, r.To}
	switch {
	case kind == Retire:
		domains = domains[1:]
	case (kind == Aliases || kind == Identities) && !r.issued():
		domains = domains[:1]
	}
	for _, s := range states {
		for _, certificate := range domains {
			for _, registered := range domains {
				out = append(out, view{s, certificate, registered})
			}
		}
	}
	return out
}

// issued reports that some control plane signs certificates of the new domain already.
func (r *renaming) issued() bool {
	return slices.ContainsFunc(planesOf(r.start.mesh.Control), func(p *config.Plane) bool { return p.Trust().Configured() == r.To })
}

// refusedToday are the calls that fail for their trust domains before anything is changed.
func (r *renaming) refusedToday() map[string]bool {
	out := map[string]bool{}
	for classes, c := range r.start.mesh.Shared(everyCall) {
		if c.Server == nil || c.Server.Workload == nil {
			continue
		}
		if _, refused := c.Distrusts(c.Call.Trust(), c.Server.Workload.Trust); refused {
			for _, class := range classes {
				out[callKey(class, &c)] = true
			}
		}
	}
	return out
}

// everyCall are calls to hidden and rerouted hosts too: proxies may be told of them tomorrow.
var everyCall = outbound.Filter{Hidden: true, Rerouted: true}

// callKey is the same for a call before and after a wave.
func callKey(class *outbound.ClientClass, c *outbound.Connection) string {
	first := class.Workloads[0]
	return fmt.Sprint(first.Ref, first.Variant, " ", c.Host.Name, " ", c.Port.Number, c.Subset, " ", c.Server.Workload.Ref, c.Server.Workload.Variant, c.Server.Port)
}

// prove is the harm that a wave would do, nothing for none. Going back is the same moments in another
// order.
func (r *renaming) prove(kind Kind, next *state) []string {
	return slices.Concat(r.worse(kind, next), r.meantime(kind, r.state, next))
}

// meantime is the harm while proxies have one of the views on some states, each its own.
func (r *renaming) meantime(kind Kind, states ...*state) []string {
	views := r.views(kind, states...)
	r.proof.States += len(views) * len(views)
	return slices.Concat(r.distrust(kind, views, states...), r.misnamed(kind, views, states...))
}

// mostFailed is how many harms of a wave are told.
const mostFailed = 5

// worse is what the wave changes of calls and ports when all is done. Whom policies let in is compared
// name by name, see misnamed, not call by call.
func (r *renaming) worse(kind Kind, next *state) (out []string) {
	before, stop := iter.Pull2(r.state.mesh.Shared(everyCall))
	defer stop()
	for classes, is := range next.mesh.Shared(everyCall) {
		_, was, more := before()
		e, changed := effect.OfVerdicts(was.Outcome.Verdict, is.Outcome.Verdict)
		if !more || was.Host.Name != is.Host.Name || was.Port.Number != is.Port.Number || was.Subset != is.Subset || changed && e.Worse() {
			if out = append(out, fmt.Sprintf("%s: a call of %s to %s:%d: %s", kind, classes[0], is.Host.Name, is.Port.Number, words.Because(is.Outcome.Why))); !more || len(out) == mostFailed {
				return out
			}
		}
	}
	for _, w := range next.mesh.Workloads() {
		for i := range w.Ports {
			is := &w.Ports[i].Decision
			for _, other := range r.state.mesh.Variants(w.Ref) {
				if e, changed := effect.OfModes(other.Decision(w.Ports[i].Number), is); other.Variant == w.Variant && changed && e.Worse() && len(out) < mostFailed {
					out = append(out, fmt.Sprintf("%s: %s port %d would be %s: %s", kind, w.Ref.Typed(), w.Ports[i].Number, is.Mode, words.Because(is.Why)))
				}
			}
		}
	}
	return out
}

// distrust are calls in which one end would not take the certificate of the other at some moment.
func (r *renaming) distrust(kind Kind, views []view, states ...*state) (out []string) {
	known := map[ends]judged{}
	for _, s := range states {
		for classes, c := range s.mesh.Shared(everyCall) {
			if c.Server == nil || c.Server.Workload == nil || c.Sends.TLS != resolve.SendsIstioMutual {
				continue
			}
			j := distrusted(&c, views, known)
			i := slices.IndexFunc(classes, func(class *outbound.ClientClass) bool { return j.refused && !r.excused[callKey(class, &c)] })
			if i < 0 {
				continue
			}
			if out = append(out, fmt.Sprintf("%s: a call of %s to %s:%d would fail while proxies have certificates of both trust domains: %s", kind, classes[i], c.Host.Name, c.Port.Number, words.Because(j.why))); len(out) == mostFailed {
				return out
			}
		}
	}
	return out
}

// ends is equal for calls whose ends take each other alike, where no rule names the server.
type ends struct {
	client, server     *config.Trust
	kubernetes, ofMesh bool
}

// judged is what was found of them.
type judged struct {
	why     resolve.Reason
	refused bool
}

func distrusted(c *outbound.Connection, views []view, known map[ends]judged) (j judged) {
	key := ends{c.Call.Trust(), c.Server.Workload.Trust, c.Host.Kubernetes, c.Serves.OfMesh}
	byName := len(c.Call.Setting.TLS.GetSubjectAltNames()) > 0
	if before, there := known[key]; there && !byName {
		return before
	}
	for _, client := range views {
		told := client.trust(key.client)
		for _, server := range views {
			if j.why, j.refused = c.Distrusts(told, server.trust(key.server)); j.refused {
				break
			}
		}
		if j.refused {
			break
		}
	}
	if !byName {
		known[key] = j
	}
	return j
}

// misnamed are policies that would, at some moment, name other callers than before the plan.
func (r *renaming) misnamed(kind Kind, views []view, states ...*state) (out []string) {
	before, told := map[resolve.Ref]*authz.Policy{}, map[resolve.Ref]bool{}
	for _, p := range authz.PoliciesOf(r.start.mesh).All() {
		before[p.Ref] = p
	}
	for _, plane := range planesOf(r.start.mesh.Control) {
		first, moments := authz.Moment{Domain: plane.Trust().Configured(), Trust: plane.Trust().Names()}, momentsOf(views, plane.Trust())
		for _, s := range states {
			for _, p := range authz.PoliciesOf(s.mesh).All() {
				was := before[p.Ref]
				if len(out) == mostFailed || was == nil || told[p.Ref] || !p.Acts() {
					continue
				}
				if t, who, found := p.Misnames(was, first, moments); found {
					told[p.Ref] = true
					out = append(out, fmt.Sprintf("%s: %s: its %s would not name the same callers as today, for example %s: write every name of %s also with %s, or neither", kind, p.Ref, t.Written(), who, r.To, r.From))
				}
			}
		}
	}
	return out
}

// momentsOf are how views name callers, and the servers of one control plane, each once.
func momentsOf(views []view, plane *config.Trust) (out []authz.Moment) {
	for _, v := range views {
		m := authz.Moment{Domain: v.certificate, Trust: v.trust(plane).Names()}
		if !slices.ContainsFunc(out, func(o authz.Moment) bool { return o.Domain == m.Domain && slices.Equal(o.Trust, m.Trust) }) {
			out = append(out, m)
		}
	}
	return out
}
