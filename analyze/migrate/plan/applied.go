package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Applied is a wave of an earlier run, as far as the input shows it.
type Applied struct {
	Plan    string
	Wave    int
	Objects []resolve.Ref
}

// AppliedOf finds the waves whose labels objects have, sorted by plan and wave.
func AppliedOf(objects []resolve.Object) []Applied {
	var out []Applied
	for _, o := range objects {
		labels := o.Value.GetLabels()
		id := labels[PlanLabel]
		if id == "" {
			continue
		}
		if wave, err := strconv.Atoi(labels[WaveLabel]); err == nil {
			i := slices.IndexFunc(out, func(a Applied) bool { return a.Plan == id && a.Wave == wave })
			if i < 0 {
				i = len(out)
				out = append(out, Applied{Plan: id, Wave: wave})
			}
			out[i].Objects = append(out[i].Objects, o.Ref())
		}
	}
	for i := range out {
		slices.SortFunc(out[i].Objects, resolve.Ref.Compare)
		out[i].Objects = slices.Compact(out[i].Objects)
	}
	slices.SortFunc(out, func(a, b Applied) int { return cmp.Or(cmp.Compare(a.Plan, b.Plan), a.Wave-b.Wave) })
	return out
}

// name gives the plan its ID: that of an earlier run which it goes on with, else one that
// follows from the first state and what is asked for. Waves count on from there.
func (p *Plan) name() {
	from := 0
	for _, a := range p.Applied {
		p.ID, from = a.Plan, max(from, a.Wave)
	}
	if p.ID == "" {
		p.ID = p.digest()
	}
	for i := range p.Waves {
		w := &p.Waves[i]
		w.Number = from + i + 1
		for j := range w.Changes {
			w.Changes[j].mark(p.ID, fmt.Sprintf("%02d", w.Number))
		}
	}
	p.relabel()
}

// relabel gives what a wave takes over from an earlier one the labels of that one: while
// the plan was in the making they were others, and taking a wave back would bring those.
func (p *Plan) relabel() {
	made := map[resolve.Ref]resolve.Object{}
	for i := range p.Waves {
		for j := range p.Waves[i].Changes {
			c := &p.Waves[i].Changes[j]
			if was, ours := made[c.Ref()]; ours && c.How != Create {
				c.Was = was
			}
			made[c.Ref()] = c.Is
		}
	}
}

// digest is the same for the same waves.
func (p *Plan) digest() string {
	h := sha256.New()
	for _, w := range p.Waves {
		fmt.Fprintln(h, w.Kind)
		for i := range w.Changes {
			c := &w.Changes[i]
			fmt.Fprintln(h, c.How, c.Ref(), c.What)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:8]
}
