package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

func (v Diff) totals() wire.DiffTotals {
	var t wire.DiffTotals
	t.CallsBroken, _ = v.Count(effect.Breaks)
	t.CallsWeaker, t.PortsWeaker = v.Count(effect.Weaker)
	t.CallsUncertain, t.PortsUncertain = v.Count(effect.Uncertain)
	t.CallsRepaired, _ = v.Count(effect.Repaired)
	t.CallsStronger, t.PortsStronger = v.Count(effect.Stronger)
	_, t.PortsDiffer = v.Count(effect.Differs)
	t.CallsGone, _ = v.Count(effect.Gone)
	for _, w := range v.Workloads {
		addTo(w.Effect, &t.WorkloadsNew, &t.WorkloadsGone)
	}
	for _, f := range v.findings() {
		addTo(f.effect, &t.FindingsNew, &t.FindingsGone)
	}
	t.ObjectsDifferent = v.Objects.Len()
	return t
}

func addTo(e effect.Effect, come, gone *int) {
	if e == effect.New {
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
