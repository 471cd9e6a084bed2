package wire

// PlanUpgrade is what an upgrade of Istio changes by itself, beside the waves of a plan.
type PlanUpgrade struct {
	// From and To are the versions as people read them.
	From string `json:"from"`
	To   string `json:"to"`
	// Safe is true where the upgrade is safe at one of the moments.
	Safe bool `json:"safe"`
	// Gates are the moments at which it can take place: before the first wave, and after each.
	Gates []PlanGate `json:"gates"`
}

// PlanGate is one moment, and what the upgrade changes at it.
type PlanGate struct {
	// After is the number of the wave before it, 0 for the moment before the first.
	After int `json:"afterWave"`
	// Safe is true where the upgrade breaks and weakens nothing, and brings no error.
	Safe   bool       `json:"safe"`
	Totals DiffTotals `json:"totals"`
	// Rows are ports and calls that change, findings those that appear and disappear, as diff has
	// both.
	Rows     []DiffRow  `json:"rows"`
	Findings []DiffItem `json:"findings"`
}
