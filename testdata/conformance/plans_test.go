package conformance

import (
	"sync"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestPlans has istiod judge plans: PLANS of them, from random meshes of seed SEED on,
// which together must have waves of every kind, and a quarter of FRESH from FRESHSEED on.
// Each wave is applied, and taken back: between no two states may a call break or lose its
// mTLS, and in the end every port is STRICT that the plan does not hold.
func TestPlans(t *testing.T) {
	count := number(t, "PLANS", 20)
	seen := runPlans(t, number(t, "SEED", fixedSeed), count)
	missed := seen.missed()
	switch {
	case count < 200:
		t.Logf("kinds of waves that no plan had, which fails from 200 plans on: %v", missed)
	case len(missed) > 0:
		t.Errorf("no plan had waves of the kinds %v", missed)
	case seen.moving*3 < seen.plans || seen.turned < seen.plans || seen.known == 0:
		t.Error("too few plans have waves, lead ports to STRICT, or know of a call")
	}
	if fresh := number(t, "FRESH", 0) / 4; fresh > 0 {
		runPlans(t, number(t, "FRESHSEED", uint64(time.Now().UnixNano())%1e12)+2e6, fresh)
	}
}

// runPlans judges count plans and shrinks the worlds of the first that do harm.
func runPlans(t *testing.T, first, count uint64) *tally {
	t.Logf("SEED=%d PLANS=%d", first, count)
	began, seen, shrinking := time.Now(), &tally{}, 3
	var mu sync.Mutex
	group(first, count, generatePlan, func(seed uint64, w world) {
		if refusedThen(w) != "" {
			return
		}
		o := planOptions(seed)
		k, err := walkPlan(w, o)
		if err == nil && len(k.harms) > 0 {
			k, err = walkPlan(w, o) // istiod's registries may not have settled
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d (%s): %v\n%s", seed, toldOptions(o), err, w.YAML())
			return
		}
		seen.add(k)
		if len(k.harms) == 0 {
			return
		}
		t.Errorf("seed %d (%s): %d harms, first: %v", seed, toldOptions(o), len(k.harms), k.harms[0])
		if shrinking--; shrinking >= 0 {
			small, h := shrunkPlan(w, o, k.harms[0].kind, shrinkDocuments)
			t.Logf("seed %d: a smaller world that still does it: %v\n%s", seed, h, small.YAML())
		}
	})
	t.Logf("%d plans in %v: %s", count, time.Since(began).Round(time.Second), seen)
	return seen
}

// TestPlansAtOnce keeps the judge honest: of plans whose waves are applied all at once,
// istiod has to find some that break calls, before or while proxies follow.
func TestPlansAtOnce(t *testing.T) {
	found := map[string]int{}
	var mu sync.Mutex
	group(fixedSeed, 60, generatePlan, func(seed uint64, w world) {
		o := planOptions(seed)
		o.To = []resolve.Mode{resolve.Strict, resolve.Permissive}[seed%2] // each has another moment that breaks
		k, err := newWalk(w, o)
		if err == nil && len(k.plan.Waves) > 1 {
			one := plan.Wave{Kind: k.plan.Waves[0].Kind}
			for _, wave := range k.plan.Waves {
				one.Changes = append(one.Changes, wave.Changes...)
			}
			k.plan.Waves = []plan.Wave{one}
			err = k.judge(w)
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			return
		}
		for _, h := range k.harms {
			found[h.kind]++
		}
	})
	t.Logf("found: %v", found)
	if found[breaksFirst] == 0 || found[breaksLast] == 0 {
		t.Error("waves that are applied all at once break no call: the judge sees nothing")
	}
}
