package conformance

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// planOptions are what a seed asks of its plan.
func planOptions(seed uint64) plan.Options {
	r := rand.New(rand.NewPCG(seed, 21))
	o := plan.Options{To: resolve.Strict, Scope: plan.Scope(r.IntN(3)), Join: plan.Joining(r.IntN(3)), MaxWave: []int{0, 0, 1, 3}[r.IntN(4)]}
	if r.IntN(10) == 0 {
		o.To = resolve.Permissive
	}
	if r.IntN(2) == 0 {
		o.Traffic = quietWeek()
	}
	if r.IntN(8) == 0 {
		o.Touches = func(w *inbound.Workload) bool { return w.Ref.Namespace == "shop" }
	}
	return o
}

// quietWeek is a whole record in which nobody sent plaintext.
func quietWeek() *evidence.Traffic {
	to := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	return &evidence.Traffic{Source: "a week of metrics", From: to.Add(-7 * 24 * time.Hour), To: to}
}

// toldOptions are options in a line.
func toldOptions(o plan.Options) string {
	return fmt.Sprintf("to %s, scope %s, inject %s, at most %d a wave, record %t, only shop %t", o.To, o.Scope, o.Join, o.MaxWave, o.Traffic != nil, o.Touches != nil)
}
