package analyze

import "iter"

// calls are many, and large: they are kept in pieces that are never moved.
type calls [][]Call

// piece is how many calls are kept together.
const piece = 256

func (c *calls) add(one Call) {
	last := len(*c) - 1
	if last < 0 || len((*c)[last]) == piece {
		*c, last = append(*c, nil), last+1
	}
	(*c)[last] = append((*c)[last], one)
}

// each yields the calls in the order in which they were added.
func (c calls) each(yield func(Call) bool) {
	for _, some := range c {
		for i := range some {
			if !yield(some[i]) {
				return
			}
		}
	}
}

// Spent reports that no more repairs are proved, so that none need be made up.
func (p *Pass) Spent() bool { return p.proofs >= maxProofs || p.effort >= maxEffort }

// Calls are those that clients with a proxy can make and that something in the
// configuration decides, or that break, host by host, but for those that are Istio mTLS.
// The caller must not change them.
func (p *Pass) Calls() iter.Seq[Call] {
	p.hosts()
	return p.facts.calls().each
}
