package conformance

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

// TestPlans has istiod judge plans: PLANS of them, from random meshes of seed SEED on.
// Each wave is applied, and between no two states may a call break or lose its mTLS.
func TestPlans(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "PLANS", 20)
	t.Logf("SEED=%d PLANS=%d", first, count)
	began, seen, shrinking := time.Now(), &tally{}, 2
	var mu sync.Mutex
	group(first, count, generatePlan, func(seed uint64, w world) {
		if unknown(w) != "" {
			return
		}
		k, err := walkPlan(w, planOptions(seed))
		if err == nil && len(k.harms) > 0 {
			k, err = walkPlan(w, planOptions(seed)) // istiod's registries may not have settled
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, w.YAML())
			return
		}
		seen.add(k)
		if len(k.harms) == 0 {
			return
		}
		t.Errorf("seed %d (%s): %d harms, first: %v", seed, toldOptions(planOptions(seed)), len(k.harms), k.harms[0])
		if shrinking--; shrinking >= 0 {
			small, h := shrunkPlan(w, planOptions(seed), k.harms[0].kind, shrinkDocuments)
			t.Logf("seed %d: a smaller world that still does it: %v\n%s", seed, h, small.YAML())
		}
	})
	t.Logf("%d plans in %v: %s", count, time.Since(began).Round(time.Second), seen)
	if missed := seen.missed(); len(missed) > 0 && count >= 200 {
		t.Errorf("no plan had waves of the kinds %v", missed)
	}
	if count >= 200 && (seen.moving*3 < seen.plans || seen.turned < seen.plans/2) {
		t.Error("too few plans have waves, or lead ports to STRICT")
	}
}

// tally counts what a run of plans has exercised.
type tally struct {
	plans, moving, failed, turned, held, waves int
	kinds                                      [10]int
}

func (s *tally) add(k *walk) {
	s.plans++
	if len(k.plan.Waves) > 0 {
		s.moving++
	}
	if len(k.plan.Proof.Failed) > 0 {
		s.failed++
	}
	s.turned, s.held, s.waves = s.turned+k.turned, s.held+len(k.plan.Holds), s.waves+len(k.plan.Waves)
	for i := range k.plan.Waves {
		s.kinds[k.plan.Waves[i].Kind]++
	}
}

// missed are the kinds of waves that no plan had.
func (s *tally) missed() (out []plan.Kind) {
	for _, kind := range plan.Kinds() {
		if s.kinds[kind] == 0 {
			out = append(out, kind)
		}
	}
	return out
}

// String is the summary of a run.
func (s *tally) String() string {
	text := fmt.Sprintf("%d have waves, %d gave up; %d ports became STRICT, %d are held; %d waves:", s.moving, s.failed, s.turned, s.held, s.waves)
	for _, kind := range plan.Kinds() {
		text += fmt.Sprintf(" %d %s", s.kinds[kind], kind)
	}
	return text
}
