package render

import "github.com/mtlsctl/mtlsctl/analyze"

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
	// says what.
	Complete bool          `json:"complete"`
	Missing  []MissingItem `json:"missing"`
	// Items are the findings that count, Hidden those that somebody hid with a reason,
	// Gone those of the baseline that are repaired.
	Items  []FindingItem `json:"items"`
	Hidden []HiddenItem  `json:"hidden"`
	Gone   []GoneItem    `json:"gone"`
	// Ran are the codes of the checks that looked at the input, Skipped those that could
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

// FindingItem is one finding.
type FindingItem struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Severity string `json:"severity" jsonschema:"enum=error,enum=warning,enum=info"`
	// Confidence is lower where the input is incomplete: likely unless something that was
	// not read says otherwise, possible where another reading would explain it away.
	Confidence string `json:"confidence" jsonschema:"enum=certain,enum=likely,enum=possible"`
	// Assumes are the namespaces that the finding takes for injecting sidecars, because no
	// Namespace object says whether they do.
	Assumes []string `json:"assumes"`
	Object  Ref      `json:"object"`
	// Cluster is the object's, "" where only one cluster, or files, were read.
	Cluster  string   `json:"cluster"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
	Message  string   `json:"message"`
	Fix      string   `json:"fix"`
	// Repair is the fix as changes of YAML, empty where none is right for everybody.
	Repair   []EditItem `json:"repair"`
	Involved []Ref      `json:"involved"`
	// Affected are the calls, ports and objects that suffer from it, as far as it counts
	// them; New those of them that the baseline, which knows the finding, does not know.
	Affected []string `json:"affected"`
	New      []string `json:"new"`
	// Controls are what auditors ask that it bears on.
	Controls []ControlItem `json:"controls"`
	// Known is true for a finding that the base of --against has too: it does not count.
	Known bool `json:"known"`
	// Fingerprint names the finding across runs: it survives moved lines and
	// renamed files.
	Fingerprint string `json:"fingerprint"`
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

// Run is how a report came about.
type Run struct {
	Profile analyze.Profile
	FailOn  string
	// Missing is what of the input could not be used, or read of a cluster; what files
	// lack is in the analyze.Report.
	Missing []MissingItem
}

// NewReport is the wire form of what analyze found.
func NewReport(scope Scope, run Run, r *analyze.Report) *Report {
	out := &Report{
		APIVersion: APIVersion, Kind: "Report", Scope: scope.filled(), Items: []FindingItem{}, Skipped: []SkippedItem{},
		NotApplicable: []SkippedItem{}, Missing: []MissingItem{},
		Profile: string(run.Profile), FailOn: run.FailOn, Hidden: []HiddenItem{}, Gone: []GoneItem{},
		Totals: FindingTotals{r.Count(analyze.Error), r.Count(analyze.Warning), r.Count(analyze.Info)},
		Ran:    append([]string{}, r.Ran...),
	}
	for i := range r.Findings {
		out.Items = append(out.Items, newFinding(&r.Findings[i]))
	}
	for i := range r.Hidden {
		out.Hidden = append(out.Hidden, newHidden(&r.Hidden[i]))
	}
	for _, g := range r.Gone {
		out.Gone = append(out.Gone, GoneItem{g.Code, g.Severity.String(), refOf(g.Object), string(g.Field), g.Fingerprint})
	}
	for _, s := range r.Skipped {
		out.Skipped = append(out.Skipped, SkippedItem(s))
	}
	for _, s := range r.Idle {
		out.NotApplicable = append(out.NotApplicable, SkippedItem(s))
	}
	out.Missing = append(out.Missing, run.Missing...)
	for _, m := range r.Missing {
		out.Missing = append(out.Missing, newMissing(m))
	}
	out.Complete = len(out.Missing) == 0
	return out
}

func newFinding(f *analyze.Finding) FindingItem {
	item := FindingItem{
		Code: f.Code, Name: f.Name, Severity: f.Severity.String(), Confidence: f.Confidence.String(), Object: refOf(f.Object), Cluster: f.Cluster, Field: string(f.Field),
		Position: positionOf(f.Position()), Message: f.Message, Fix: f.Fix, Involved: []Ref{}, Fingerprint: f.Fingerprint(),
		Repair: []EditItem{}, Controls: []ControlItem{}, Assumes: append([]string{}, f.Assumes...),
		Affected: []string{}, New: []string{}, Known: f.Known,
	}
	for _, a := range f.Affected {
		item.Affected = append(item.Affected, a.String())
	}
	for _, a := range f.Fresh {
		item.New = append(item.New, a.String())
	}
	for _, e := range f.Repair {
		item.Repair = append(item.Repair, EditItem{refOf(e.Object), e.Verb.String(), string(e.Field), e.Value})
	}
	for _, c := range f.Controls {
		item.Controls = append(item.Controls, ControlItem(c))
	}
	for _, r := range f.Involved {
		item.Involved = append(item.Involved, refOf(r))
	}
	return item
}

// Reaches reports a finding that is at least as grave as a word, never for none.
func (r *Report) Reaches(word string) bool {
	threshold, err := analyze.ParseSeverity(word)
	for i := range r.Items {
		if s, _ := analyze.ParseSeverity(r.Items[i].Severity); err == nil && s >= threshold {
			return true
		}
	}
	return false
}
