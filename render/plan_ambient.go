package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// ambientFacts are how many workloads are in ambient, before and after a plan that moves them there.
func (v savedPlan) ambientFacts() []format.Point {
	a := v.Ambient
	after := fmt.Sprintf("%d of %s", a.After, count(a.Workloads, "workload"))
	out := []format.Point{
		{Term: "ambient today", Text: fmt.Sprintf("%d of %s with a sidecar or in ambient", a.Before, count(a.Workloads, "workload"))},
		{Term: "after this plan", Text: strings.Join(append([]string{after}, heldCounts(v.Holds)...), ", ")},
	}
	if text := appliedText(v.Applied); text != "" {
		out = append(out, format.Point{Term: "applied", Text: text})
	}
	return out
}

// notes are what means something else after a wave.
func (v savedPlan) notes(all bool) (out []format.Point) {
	for i := range v.Items {
		out = append(out, conditions(fmt.Sprintf("after wave %d", v.Items[i].Number), v.Items[i].Notes, false, all)...)
	}
	return out
}

// ambientIdle is why nothing moves.
func (v savedPlan) ambientIdle() string {
	switch {
	case v.Ambient.Workloads == 0:
		return "nothing to do: no workload has a sidecar"
	case len(v.Holds) > 0:
		return "nothing to do for now: every workload with a sidecar is blocked, see above"
	}
	return "nothing to do: no workload has a sidecar any more"
}

// ambientNext says where to go on.
func (v savedPlan) ambientNext() []string {
	switch {
	case len(v.Items) == 0:
		return nil
	case v.Out != "":
		return []string{"the manifests and the runbook are in " + v.Out + ": start with README.md"}
	}
	return []string{"write the manifests and the runbook: mtlsctl migrate-plan --to ambient --out plan/"}
}

// waveFields are the columns of waves: those of a plan to ambient, or to another trust domain, have
// workloads where others have ports.
func (v savedPlan) waveFields() []field[wire.PlanWave] {
	fields := waveFields()
	if v.Ambient != nil || v.Trust != nil {
		fields[2] = field[wire.PlanWave]{Column: format.Column{Head: "RESTARTS"}, cell: worded(func(w wire.PlanWave) string { return orNone(len(w.Restarts)) })}
		fields = append(fields[:4], fields[5:]...)
	}
	return fields
}
