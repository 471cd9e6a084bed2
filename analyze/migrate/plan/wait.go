package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// conditions are what has to be seen before a workload may be STRICT.
func (r *run) conditions(s *state, u *unit) []Condition {
	var out []Condition
	for _, w := range s.units[u.ref].variants {
		for i := range w.Ports {
			p := &w.Ports[i]
			t := Target{u.ref, p.Number}
			if _, held := r.held[t]; held || p.Decision.Mode == resolve.Strict || !slices.Contains(r.known[u.ref], p.Number) {
				continue
			}
			for _, reason := range r.waiting(t, s.advice(&r.Options).Advise(w, p)) {
				out = append(out, Condition{reason, 1})
			}
		}
	}
	return out
}

// waiting are the reasons to look again before a port becomes STRICT: the record, what
// earlier waves have changed for it, and plaintext that this explains.
func (r *run) waiting(t Target, a *advise.Advice) []advise.Reason {
	var out []advise.Reason
	for _, ref := range r.needs[t] {
		out = append(out, advise.Reason{Text: nameOf(ref) + " gets its sidecar in a wave before this one", By: ref, Fix: "see its calls arrive by mTLS, all of them"})
	}
	for _, ref := range sortedRefs(r.mended) {
		if slices.Contains(r.mended[ref].servers, t) {
			out = append(out, advise.Reason{Text: ref.String() + " changes in a wave before this one", By: ref, Fix: "see its clients' calls arrive by mTLS"})
		}
	}
	for _, o := range a.Obstacles {
		if o.Kind == advise.Plaintext {
			r := o.Reason
			r.Fix = "watch until it sends none"
			out = append(out, r)
		}
	}
	for _, reason := range slices.Concat(a.Open, a.Wait) {
		if reason.OfRecord || slices.Contains(texts(a.Wait), reason.Text) {
			out = append(out, reason)
		}
	}
	return out
}

func texts(all []advise.Reason) []string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].Text
	}
	return out
}
