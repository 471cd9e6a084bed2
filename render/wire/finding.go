package wire

import (
	"fmt"
	"slices"
	"strings"
)

// Report is the data of analyze.
type Report struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=Report"`
	Scope      Scope  `json:"scope"`
	// Profile chose the checks; FailOn is the severity from which on the run ends with
	// exit code 1, or never.
	Profile string `json:"profile" jsonschema:"enum=default,enum=strict,enum=migration"`
	FailOn  string `json:"failOn" jsonschema:"enum=error,enum=warning,enum=info,enum=never"`
	// Complete is false where something is missing that could hide a finding: Missing
	// shows what.
	Complete bool          `json:"complete"`
	Missing  []MissingItem `json:"missing"`
	// Items are the findings that count, Hidden those that somebody hid with a reason,
	// Gone those of the baseline that are repaired.
	Items  []FindingItem `json:"items"`
	Hidden []HiddenItem  `json:"hidden"`
	Gone   []GoneItem    `json:"gone"`
	// Ran are the codes of the checks that checked the input, Skipped those that could
	// not, for want of something that the input may lack; NotApplicable those that had
	// nothing to look at.
	Ran           []string      `json:"ran"`
	Skipped       []SkippedItem `json:"skipped"`
	NotApplicable []SkippedItem `json:"notApplicable"`
	// Totals come last: a report without them was cut off.
	Totals FindingTotals `json:"totals"`
}

// FindingTotals counts findings by severity.
type FindingTotals struct {
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
}

// Add counts one more of a severity.
func (t *FindingTotals) Add(severity string) {
	switch severity {
	case "error":
		t.Error++
	case "warning":
		t.Warning++
	default:
		t.Info++
	}
}

// String counts in words: "2 errors, 1 warning", "nothing found" for the zero value.
func (t FindingTotals) String() string {
	var counts []string
	for _, c := range []struct {
		n    int
		noun string
	}{{t.Error, "error"}, {t.Warning, "warning"}, {t.Info, "note"}} {
		switch {
		case c.n == 1:
			counts = append(counts, "1 "+c.noun)
		case c.n > 1:
			counts = append(counts, fmt.Sprintf("%d %ss", c.n, c.noun))
		}
	}
	if len(counts) == 0 {
		return "nothing found"
	}
	return strings.Join(counts, ", ")
}

// FindingItem is one finding.
type FindingItem struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Severity string `json:"severity" jsonschema:"enum=error,enum=warning,enum=info"`
	// Confidence is lower where the input is incomplete: likely unless something that was
	// not read contradicts it, possible where another reading would explain it away.
	Confidence string `json:"confidence" jsonschema:"enum=certain,enum=likely,enum=possible"`
	// Assumes are the namespaces that the finding takes for injecting sidecars, because no
	// Namespace object shows whether they do.
	Assumes []string `json:"assumes"`
	Object  Ref      `json:"object"`
	// Cluster is the object's, "" where only one cluster, or files, were read.
	Cluster string `json:"cluster"`
	// Environments are those in which it holds, absent where the answer has no environments.
	Environments []string `json:"environments,omitempty"`
	Field        string   `json:"field"`
	Position     Position `json:"position"`
	Message      string   `json:"message"`
	Fix          string   `json:"fix"`
	// Repair is the fix as changes of YAML, empty where none is right for everybody.
	Repair   []EditItem `json:"repair"`
	Involved []Ref      `json:"involved"`
	// Affected are the calls, ports and objects that suffer from it, as far as it counts
	// them; New those of them that the baseline, which knows the finding, does not know.
	Affected []string `json:"affected"`
	New      []string `json:"new"`
	// Controls are what auditors ask that it affects.
	Controls []ControlItem `json:"controls"`
	// Known is true for a finding that the base of --against has too: it does not count.
	Known bool `json:"known"`
	// Cause is what the finding has in common with those in Same, null for a cause of its own:
	// whoever repairs it repairs them all.
	Cause *CauseItem `json:"cause" jsonschema:"nullable"`
	// Same are the further findings of the cause; the message, the field and the position
	// above are those of the first, affected is what all of them affect.
	Same []SameItem `json:"same"`
	// Fingerprint names the finding across runs: it survives moved lines and
	// renamed files.
	Fingerprint string `json:"fingerprint"`
}

// CauseItem is what several findings have in common.
type CauseItem struct {
	// Object is where the cause is, null where the check is reason enough; Field the part of it.
	Object *Ref   `json:"object" jsonschema:"nullable"`
	Field  string `json:"field"`
	// Why is the word of the reason, as in causes elsewhere; Value distinguishes causes at one place.
	Why   string `json:"why"`
	Value string `json:"value"`
}

// SameItem is a further finding of a cause that was reported.
type SameItem struct {
	Object      Ref      `json:"object"`
	Field       string   `json:"field"`
	Position    Position `json:"position"`
	Message     string   `json:"message"`
	Confidence  string   `json:"confidence" jsonschema:"enum=certain,enum=likely,enum=possible"`
	Fingerprint string   `json:"fingerprint"`
}

// EditItem is one change of YAML.
type EditItem struct {
	Object Ref    `json:"object"`
	Verb   string `json:"verb" jsonschema:"enum=remove,enum=set,enum=append,enum=rename,enum=create"`
	// Field is what is removed, set, appended to or renamed, "" for the whole object.
	Field string `json:"field"`
	// Value is what is written, the new name of a key, null where something is removed.
	Value any `json:"value"`
}

// ControlItem is a requirement of a compliance framework.
type ControlItem struct {
	Framework string `json:"framework"`
	ID        string `json:"id"`
}

// SkippedItem is a check that did not run, and why.
type SkippedItem struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Because string `json:"because"`
}

// severities are the words of severities, the least grave first.
var severities = []string{"info", "warning", "error"}

// Reaches reports a finding that is at least as grave as a word: false for never, and for
// any other word that is no severity.
func (r *Report) Reaches(word string) bool {
	threshold := slices.Index(severities, word)
	return threshold >= 0 && slices.ContainsFunc(r.Items, func(f FindingItem) bool { return slices.Index(severities, f.Severity) >= threshold })
}
