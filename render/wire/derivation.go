package wire

// DerivationStep is one step of the argument about a call.
type DerivationStep struct {
	Topic  string            `json:"topic"`
	Points []DerivationPoint `json:"points"`
}

// DerivationPoint is one sentence of a step: what was checked and what follows.
type DerivationPoint struct {
	Text string `json:"text"`
	// Cause is what was found, as a word that stays the same from release to release.
	Cause string `json:"cause"`
	// Rule is the number of the rule of precedence that it rests on.
	Rule     string   `json:"rule"`
	Position Position `json:"position"`
}
