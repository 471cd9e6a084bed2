package wire

import "fmt"

// NamespaceList is the data of --summary: what each namespace has.
type NamespaceList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=NamespaceList"`
	Scope      Scope  `json:"scope"`
	// Filtered is true where a flag leaves ports or calls out.
	Filtered bool `json:"filtered"`
	// Totals are those of all items.
	Totals NamespaceTotals `json:"totals"`
	// Notes show what would settle what is unknown.
	Notes []string        `json:"notes"`
	Items []NamespaceItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// NamespaceTotals counts workloads, ports by mode, and calls by verdict: a class of clients with
// a Service port and a subset each, as the totals of a ConnectionList do. A call is counted at
// the namespace of the host that is called.
type NamespaceTotals struct {
	Totals
	// StrictPercent is the share of the ports that are STRICT, rounded down, null without a port.
	StrictPercent *int          `json:"strictPercent" jsonschema:"nullable"`
	Calls         VerdictTotals `json:"calls"`
}

// NamespaceItem is a namespace.
type NamespaceItem struct {
	Name string `json:"name"`
	NamespaceTotals
}

// ConnectionMatrix is the data of --matrix: calls from each namespace to each.
type ConnectionMatrix struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=ConnectionMatrix"`
	Scope      Scope  `json:"scope"`
	// Filtered is true where a flag leaves calls out.
	Filtered bool `json:"filtered"`
	// Calls are those of all items.
	Calls VerdictTotals `json:"calls"`
	Notes []string      `json:"notes"`
	// Items are the pairs of namespaces that have calls.
	Items []MatrixItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// MatrixItem is the calls from the workloads of one namespace to the hosts of one.
type MatrixItem struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Verdict is that of the calls that need a look first.
	Verdict string        `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	Calls   VerdictTotals `json:"calls"`
}

// Sum is how many there are.
func (t VerdictTotals) Sum() int {
	return t.MTLS + t.Plaintext + t.Broken + t.Passthrough + t.Unknown
}

// Of is how many have a verdict, by its word.
func (t VerdictTotals) Of(verdict string) int {
	return map[string]int{"mtls": t.MTLS, "plaintext": t.Plaintext, "broken": t.Broken, "passthrough-tls": t.Passthrough, "unknown": t.Unknown}[verdict]
}

// Count counts one more of a verdict, by its word; other words are unknown.
func (t *VerdictTotals) Count(verdict string) {
	switch verdict {
	case "mtls":
		t.MTLS++
	case "plaintext":
		t.Plaintext++
	case "broken":
		t.Broken++
	case "passthrough-tls":
		t.Passthrough++
	default:
		t.Unknown++
	}
}

// Add adds those of o.
func (t *VerdictTotals) Add(o VerdictTotals) {
	t.MTLS, t.Plaintext, t.Broken = t.MTLS+o.MTLS, t.Plaintext+o.Plaintext, t.Broken+o.Broken
	t.Passthrough, t.Unknown = t.Passthrough+o.Passthrough, t.Unknown+o.Unknown
}

func (l *NamespaceList) check() error {
	var calls VerdictTotals
	for i := range l.Items {
		calls.Add(l.Items[i].Calls)
	}
	if calls != l.Totals.Calls {
		return fmt.Errorf("incomplete report: its items have %d calls, but its totals are %d", calls.Sum(), l.Totals.Calls.Sum())
	}
	return nil
}

func (l *ConnectionMatrix) check() error {
	var calls VerdictTotals
	for i := range l.Items {
		calls.Add(l.Items[i].Calls)
	}
	if calls != l.Calls {
		return fmt.Errorf("incomplete report: its items have %d calls, but its total is %d", calls.Sum(), l.Calls.Sum())
	}
	return nil
}
