package wire

// HiddenItem is a finding that does not count, and why.
type HiddenItem struct {
	FindingItem
	// By is what hides it: an annotation, istioctl's annotation, a rule of .mtlsctl.yaml
	// or the baseline.
	By string `json:"by" jsonschema:"enum=annotation,enum=istioctl,enum=rule,enum=baseline"`
	// Reason is what was written down, "" for a baseline and istioctl's annotation.
	Reason string `json:"reason"`
	// WrittenAt is where that stands.
	WrittenAt Position `json:"writtenAt"`
	// Until is the last day on which it hides, "" for always.
	Until string `json:"until"`
}

// GoneItem is a finding of the baseline that is repaired.
type GoneItem struct {
	Code        string `json:"code"`
	Severity    string `json:"severity" jsonschema:"enum=error,enum=warning,enum=info"`
	Object      Ref    `json:"object"`
	Field       string `json:"field"`
	Fingerprint string `json:"fingerprint"`
}
