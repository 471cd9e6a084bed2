package conformance

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

// tally counts what a run of plans has exercised.
type tally struct {
	// crossing is true for plans from sidecars to ambient.
	crossing                           bool
	plans, moving, failed, held, waves int
	counts
	kinds map[plan.Kind]int
}

func (s *tally) add(k *walk) {
	s.plans++
	if len(k.plan.Waves) > 0 {
		s.moving++
	}
	if len(k.plan.Proof.Failed) > 0 {
		s.failed++
	}
	s.held, s.waves = s.held+len(k.plan.Holds), s.waves+len(k.plan.Waves)
	s.turned, s.calls, s.known, s.moments = s.turned+k.turned, s.calls+k.calls, s.known+k.known, s.moments+k.moments
	if s.kinds == nil {
		s.kinds = map[plan.Kind]int{}
	}
	for i := range k.plan.Waves {
		s.kinds[k.plan.Waves[i].Kind]++
	}
}

// missed are the kinds of waves that no plan had.
func (s *tally) missed() (out []plan.Kind) {
	for _, kind := range plan.Kinds() {
		if s.kinds[kind] == 0 && kind.OfAmbient() == s.crossing && !kind.OfTrust() {
			out = append(out, kind)
		}
	}
	return out
}

// String is the summary of a run.
func (s *tally) String() string {
	text := fmt.Sprintf("%d have waves, %d gave up; %d ports became STRICT, %d are held; %d calls compared, %d of them only declared, %d changed at both ends; %d waves:", s.moving, s.failed, s.turned, s.held, s.calls, s.known, s.moments, s.waves)
	for _, kind := range plan.Kinds() {
		text += fmt.Sprintf(" %d %s", s.kinds[kind], kind)
	}
	return text
}
