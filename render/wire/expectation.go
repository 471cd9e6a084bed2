package wire

// TestReport is the data of mtlsctl test.
type TestReport struct {
	APIVersion string            `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string            `json:"kind" jsonschema:"enum=TestReport"`
	Totals     TestTotals        `json:"totals"`
	Items      []ExpectationItem `json:"items"`
}

// TestTotals count expectations.
type TestTotals struct {
	Held   int `json:"held"`
	Failed int `json:"failed"`
}

// ExpectationItem is one expectation, and whether it holds.
type ExpectationItem struct {
	// Test is the name of the test, "" without one; Name is the expectation's.
	Test string `json:"test"`
	Name string `json:"name"`
	// Expects is the demand as a sentence.
	Expects  string   `json:"expects"`
	Position Position `json:"position"`
	Held     bool     `json:"held"`
	// Says is what is so instead, "" where it holds.
	Says string `json:"says"`
	// By is the object that makes it so, Culprit where that stands; empty for none.
	By      Ref      `json:"by"`
	Culprit Position `json:"culprit"`
}

// NewTestReport is the wire form of the results of a test after the other.
func NewTestReport() *TestReport {
	return &TestReport{APIVersion: APIVersion, Kind: "TestReport", Items: []ExpectationItem{}}
}

// Add takes in one result, and counts it.
func (r *TestReport) Add(one ExpectationItem) {
	r.Items = append(r.Items, one)
	if one.Held {
		r.Totals.Held++
	} else {
		r.Totals.Failed++
	}
}
