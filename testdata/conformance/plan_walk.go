package conformance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// walk is a plan, and istiod's word on every step of it.
type walk struct {
	plan  *plan.Plan
	start *mesh.Mesh
	harms []harm
	counts
}

// counts are what a walk has looked at.
type counts struct {
	// turned are the ports that became STRICT by istiod's own listeners, calls those that
	// worked and were compared, known those of them that only a declaration tells of,
	// moments those of which both ends changed in one wave.
	turned, calls, known, moments int
}

// planWorld reads a world as a user's file would be read.
func planWorld(w world) (plan.World, error) {
	in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(w.YAML()), Workers: 1, Applied: true})
	if err != nil {
		return plan.World{}, err
	}
	if slices.ContainsFunc(in.Problems, func(p resolve.Problem) bool { return p.Cause == "" }) { // istiod is asked without its webhook
		return plan.World{}, fmt.Errorf("problems of the reader: %v", in.Problems)
	}
	return plan.World{Objects: in.Objects, Mesh: mesh.Build(config.Options{MeshConfig: in.MeshConfig, Editable: true, Istio: asTested().Istio}, in.Objects)}, nil
}

// young is when the first wave is applied: after everything that a world has.
var young = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)

// newWalk plans from a world.
func newWalk(w world, o plan.Options) (*walk, error) {
	from, err := planWorld(w)
	if err != nil {
		return nil, err
	}
	return &walk{plan: plan.New(from, o), start: from.Mesh}, nil
}

// walkPlan plans from a world and asks istiod about every state on the way.
func walkPlan(w world, o plan.Options) (*walk, error) {
	k, err := newWalk(w, o)
	if err != nil {
		return nil, err
	}
	return k, k.judge(w)
}

// judge applies wave after wave, and takes each back once to see whether it can be.
func (k *walk) judge(w world) error {
	if len(k.plan.Waves) == 0 {
		return nil
	}
	ports := w.ports()
	first, err := newStage(w, ports)
	if err != nil {
		return err
	}
	known := declaredIn(k.start, first.behind)
	now := first
	for i := range k.plan.Waves {
		wave := &k.plan.Waves[i]
		at := young.Add(time.Duration(i) * time.Minute)
		next, err := step(now.world, wave.Changes, at, ports)
		if err != nil {
			return fmt.Errorf("%s: %w", told(wave), err)
		}
		k.compare(known, wave, now, next)
		back, err := step(next.world, undone(wave), at.Add(time.Second), ports)
		if err != nil {
			return fmt.Errorf("back from %s: %w", told(wave), err)
		}
		k.harms = append(k.harms, differences(wave, now, back)...)
		now = next
	}
	k.arrived(first, now)
	return nil
}

// step applies changes and asks istiod about the outcome.
func step(w world, changes []plan.Change, at time.Time, ports []uint32) (*stage, error) {
	next, err := w.applied(changes, at)
	if err != nil {
		return nil, err
	}
	return newStage(next, ports)
}

// undone are the changes that take a wave back, the last one first.
func undone(w *plan.Wave) []plan.Change {
	out := make([]plan.Change, len(w.Changes))
	for i := range w.Changes {
		out[len(out)-1-i] = w.Changes[i].Undo()
	}
	return out
}

// differences are where istiod's answers are not what they were before a wave.
func differences(w *plan.Wave, before, back *stage) []harm {
	var out []harm
	wave := told(w)
	for _, name := range both(before.modes, back.modes) {
		for _, port := range both(before.modes[name], back.modes[name]) {
			if was, is := before.modes[name][port], back.modes[name][port]; modeOnly(was) != modeOnly(is) {
				out = append(out, harm{stays, wave, spot{name, port}.String(), was, is})
			}
		}
	}
	for _, client := range both(before.calls, back.calls) {
		for _, key := range both(before.calls[client], back.calls[client]) {
			was, is := before.calls[client][key], back.calls[client][key]
			if !maps.Equal(was, is) {
				out = append(out, harm{stays, wave, client + " -> " + key, fmt.Sprint(was), fmt.Sprint(is)})
			}
		}
	}
	for _, client := range both(before.elsewhere, back.elsewhere) {
		if was, is := before.elsewhere[client], back.elsewhere[client]; was != is {
			out = append(out, harm{stays, wave, client + " -> unknown hosts", was, is})
		}
	}
	return out
}

// arrived looks at the ports that count in the end: STRICT, or held.
func (k *walk) arrived(first, last *stage) {
	held := map[plan.Target]bool{}
	for _, h := range k.plan.Holds {
		held[h.Target] = true
	}
	o := k.plan.Options.Advise
	if t := k.plan.Options.Traffic; t != nil {
		o.Evidence = evidence.New(t, k.start)
	}
	a := advise.New(k.start, o)
	for _, w := range k.start.Workloads() {
		if touches := k.plan.Options.Touches; touches != nil && !touches(w) {
			continue
		}
		for _, advice := range a.Workload(w) {
			at := spot{string(w.Ref.Kind) + " " + w.Ref.Path(), uint32(advice.Port.Number)}
			was, is := first.served(at), last.served(at)
			strict := modeOnly(is) == "STRICT"
			if strict && modeOnly(was) != "STRICT" {
				k.turned++
			}
			switch isHeld := held[plan.Target{Workload: w.Ref, Port: advice.Port.Number}]; {
			case k.plan.Options.To == resolve.Strict && !strict && !isHeld:
				k.harms = append(k.harms, harm{leaves, "the plan", at.String(), was, is})
			case strict && isHeld && modeOnly(was) != "STRICT":
				k.harms = append(k.harms, harm{overruns, "the plan", at.String(), was, is})
			}
		}
	}
}
