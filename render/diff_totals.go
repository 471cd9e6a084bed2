package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

func (v Diff) totals() wire.DiffTotals {
	var t wire.DiffTotals
	t.CallsBroken, _ = v.Count(diff.Breaks)
	t.CallsWeaker, t.PortsWeaker = v.Count(diff.Weaker)
	t.CallsUncertain, t.PortsUncertain = v.Count(diff.Uncertain)
	t.CallsRepaired, _ = v.Count(diff.Repaired)
	t.CallsStronger, t.PortsStronger = v.Count(diff.Stronger)
	_, t.PortsDiffer = v.Count(diff.Differs)
	t.CallsGone, _ = v.Count(diff.Gone)
	for _, w := range v.Workloads {
		addTo(w.Effect, &t.WorkloadsNew, &t.WorkloadsGone)
	}
	for _, f := range v.Findings {
		addTo(f.Effect, &t.FindingsNew, &t.FindingsGone)
	}
	t.ObjectsDifferent = v.Objects.Len()
	return t
}

func addTo(e diff.Effect, come, gone *int) {
	if e == diff.New {
		*come++
	} else {
		*gone++
	}
}

// diffParts are the totals in words, without those that are zero.
func diffParts(t *wire.DiffTotals) []string {
	var parts []string
	for _, p := range []struct {
		n          int
		noun, what string
	}{
		{t.CallsBroken, "call", "newly broken"}, {t.CallsWeaker, "call", "weaker"}, {t.CallsUncertain, "call", "uncertain"},
		{t.PortsWeaker, "port", "weaker"}, {t.PortsUncertain, "port", "uncertain"},
		{t.CallsRepaired, "call", "repaired"}, {t.CallsStronger, "call", "stronger"}, {t.PortsStronger, "port", "stronger"},
		{t.PortsDiffer, "port", "different"}, {t.CallsGone, "call", "gone"}, {t.WorkloadsNew, "workload", "new"}, {t.WorkloadsGone, "workload", "gone"},
		{t.FindingsNew, "finding", "new"}, {t.FindingsGone, "finding", "gone"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", count(p.n, p.noun), p.what))
		}
	}
	return parts
}
