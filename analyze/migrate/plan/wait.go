package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// conditions are what has to be seen before a workload may be STRICT.
func (r *run) conditions(s *state, u *unit) []Condition {
	var out []Condition
	for _, w := range s.unit(u.ref).variants {
		for i := range w.Ports {
			p := &w.Ports[i]
			t := Target{u.ref, p.Number}
			if _, held := r.held[t]; held || p.Decision.Mode == resolve.Strict || !slices.Contains(r.known[u.ref], p.Number) {
				continue
			}
			out = append(out, r.waiting(t, s.advice(&r.Options).Advise(w, p))...)
		}
	}
	return out
}

// waiting are the reasons to look again before a port becomes STRICT: the record, what
// earlier waves have changed for it, and plaintext that this explains.
func (r *run) waiting(t Target, a *advise.Advice) []Condition {
	var out []Condition
	for _, ref := range r.needs[t] {
		out = append(out, Condition{advise.Reason{Text: "a sidecar is injected in an earlier wave", Fix: "record traffic that shows all of its calls as mTLS"}, 1, []resolve.Ref{ref}})
	}
	for _, ref := range r.mendings()[t] {
		out = append(out, Condition{advise.Reason{Text: "changed in an earlier wave", Fix: "record traffic that shows its clients' calls as mTLS"}, 1, []resolve.Ref{ref}})
	}
	for _, o := range a.Obstacles {
		if o.Kind == advise.Plaintext {
			r := o.Reason
			r.Fix = "wait until it sends no plaintext"
			out = append(out, Condition{Reason: r, Ports: 1})
		}
	}
	for _, reason := range slices.Concat(a.Open, a.Wait) {
		if reason.OfRecord || slices.Contains(texts(a.Wait), reason.Text) {
			out = append(out, Condition{Reason: reason, Ports: 1})
		}
	}
	return out
}

// mendedByPort are the rules and scopes that are mended for each port, sorted.
func (p *planner) mendedByPort() map[Target][]resolve.Ref {
	out := map[Target][]resolve.Ref{}
	for _, ref := range sortedRefs(p.mended) {
		for _, server := range p.mended[ref].servers {
			if !slices.Contains(out[server], ref) {
				out[server] = append(out[server], ref)
			}
		}
	}
	return out
}

// wait adds a condition, to one like it that the wave has.
func (w *Wave) wait(c Condition) {
	for i := range w.Wait {
		has := &w.Wait[i]
		if has.Text != c.Text {
			continue
		}
		has.Ports++
		for _, ref := range c.Objects {
			if !slices.Contains(has.Objects, ref) {
				has.Objects = append(has.Objects, ref)
			}
		}
		return
	}
	w.Wait = append(w.Wait, c)
}

func texts(all []advise.Reason) []string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].Text
	}
	return out
}
