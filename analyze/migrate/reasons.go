package migrate

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
)

// Reasons are those behind the port's status: what is in the way, else calls that were
// refused, else what is open, else why it may go on.
func (p *Port) Reasons() []advise.Reason {
	switch {
	case len(p.Obstacles) > 0:
		out := make([]advise.Reason, 0, len(p.Obstacles))
		for _, o := range p.Obstacles {
			out = append(out, o.Reason)
		}
		return out
	case p.Status == Done && len(p.Failures) > 0:
		return p.Refused()
	case p.Status == Undecided, p.Status == Waiting:
		return slices.Concat(p.Open, p.Wait)
	}
	return p.Path.Steps[0].Because
}

// Fixes are what would change the status, each once, the first reason's first; nil for a
// port that is ready.
func (p *Port) Fixes() []string {
	if p.Status == Ready {
		return nil
	}
	var out []string
	for _, r := range p.Reasons() {
		if r.Fix != "" && !slices.Contains(out, r.Fix) {
			out = append(out, r.Fix)
		}
	}
	return out
}
