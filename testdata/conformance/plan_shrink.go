package conformance

import "github.com/mtlsctl/mtlsctl/analyze/migrate/plan"

// shrunkPlan is a smaller world in which a plan still does harm of one kind; by is
// shrink, or shrinkDocuments, which takes much less time.
func shrunkPlan(w world, o plan.Options, kind string, by func(world, func(world) bool) world) (world, harm) {
	var last harm
	small := by(w, func(w world) bool {
		k, err := walkPlan(w, o)
		if err != nil {
			return false
		}
		for _, h := range k.harms {
			if h.kind == kind {
				last = h
				return true
			}
		}
		return false
	})
	return small, last
}
