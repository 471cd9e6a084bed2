package analyze

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Cause is what several findings of a check have in common: whoever repairs it repairs them
// all. The zero Cause is that of a finding which has one of its own.
type Cause struct {
	// Object is where the cause is, such as the Namespace without a label; Field the part of it.
	Object resolve.Ref
	Field  resolve.Field
	// Why is the reason as the model has it, "" where the check is reason enough.
	Why resolve.Cause
	// Value tells several causes at one place apart: an account, a selector.
	Value string
}

// IsZero reports a finding's own cause.
func (c Cause) IsZero() bool { return c == Cause{} }

// Group is findings of one cause, told once: the first of them, in the order of a report, with
// what all of them affect.
type Group struct {
	Finding
	// Same are the others, in order.
	Same []Finding
}

// groupKey tells groups apart. What counts and what does not never share one, so that a known
// cause hides nothing that is new.
type groupKey struct {
	code, cluster string
	severity      Severity
	known, grown  bool
	cause         Cause
}

// Groups are the findings of a report, those of one cause as one. The findings themselves stay
// what they are: annotations, rules and baselines hide them one by one, and the most severe
// decides the exit code.
func (r *Report) Groups() []Group {
	index := map[groupKey]int{}
	var out []Group
	for i := range r.Findings {
		f := r.Findings[i]
		key := groupKey{f.Code, f.Cluster + "\x00" + strings.Join(f.Environments, "\x00"), f.Severity, f.Known, len(f.Fresh) > 0, f.Cause}
		at, there := index[key]
		if f.Cause.IsZero() || !there {
			index[key] = len(out)
			out = append(out, Group{Finding: f})
			continue
		}
		out[at].Same = append(out[at].Same, f)
	}
	for i := range out {
		out[i].join()
	}
	r.tellGrowth(out)
	return out
}

// join makes the first finding one of all: no surer than the least sure of them.
func (g *Group) join() {
	if len(g.Same) == 0 {
		return
	}
	g.Affected, g.Assumes = slices.Clone(g.Affected), slices.Clone(g.Assumes)
	g.Repair, g.Fresh = slices.Clone(g.Repair), slices.Clone(g.Fresh)
	for i := range g.Same {
		f := &g.Same[i]
		g.Confidence = max(g.Confidence, f.Confidence)
		g.Affected = append(g.Affected, f.Affected...)
		g.Fresh = append(g.Fresh, f.Fresh...)
		g.Assumes = append(g.Assumes, f.Assumes...)
		g.Repair = append(g.Repair, f.Repair...)
	}
	g.Affected, g.Fresh = settled(g.Affected), settled(g.Fresh)
	slices.Sort(g.Assumes)
	g.Assumes = slices.Compact(g.Assumes)
}

// tellGrowth says of groups that the baseline knows the cause: it hides other findings of it.
func (r *Report) tellGrowth(groups []Group) {
	type key struct {
		code, cluster string
		cause         Cause
	}
	known := map[key]bool{}
	for i := range r.Hidden {
		if h := &r.Hidden[i]; h.By == ByBaseline && !h.Cause.IsZero() {
			known[key{h.Code, h.Cluster, h.Cause}] = true
		}
	}
	for i := range groups {
		g := &groups[i]
		if !known[key{g.Code, g.Cluster, g.Cause}] || len(g.Fresh) > 0 {
			continue
		}
		fresh := []Affected{{AffectedObject, g.Object.String()}}
		for _, f := range g.Same {
			fresh = append(fresh, Affected{AffectedObject, f.Object.String()})
		}
		g.Fresh = settled(fresh)
		g.Message = "known cause, " + CountAffected(g.Fresh) + ": " + g.Message
	}
}
