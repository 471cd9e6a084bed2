package wire

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

// ReadReport reads what -o json or -o yaml wrote of analyze or of test: one of the two
// reports is nil.
func ReadReport(text []byte) (*Report, *TestReport, error) {
	var head struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal(text, &head); err != nil {
		return nil, nil, fmt.Errorf("no report: %w", err)
	}
	if err := whole(text, head.Kind); err != nil {
		return nil, nil, err
	}
	switch {
	case head.Kind == "TestReport" && head.APIVersion == APIVersion:
		r := NewTestReport()
		if err := yaml.Unmarshal(text, r); err != nil {
			return nil, nil, fmt.Errorf("no report: %w", err)
		}
		return nil, r, r.check()
	case head.Kind == "Report" && head.APIVersion == APIVersion:
		r := &Report{Complete: true} // an older one says by its problems and gaps what it lacks
		if err := yaml.Unmarshal(text, r); err != nil {
			return nil, nil, fmt.Errorf("no report: %w", err)
		}
		r.Complete = r.Complete && len(r.Scope.Problems)+len(r.Scope.Cluster.Gaps) == 0
		return r, nil, r.check()
	}
	return nil, nil, fmt.Errorf("no report: apiVersion and kind are %q and %q, want %q and Report or TestReport", head.APIVersion, head.Kind, APIVersion)
}

// always are the keys that every version of a report has: one that lacks a key was cut off.
var always = map[string][]string{
	"Report":     {"failOn", "gone", "hidden", "items", "profile", "ran", "scope", "skipped", "totals"},
	"TestReport": {"items", "totals"},
}

// whole refuses a report that was cut off: YAML stays YAML where its end is missing.
func whole(text []byte, kind string) error {
	var keys map[string]any
	if err := yaml.Unmarshal(text, &keys); err != nil {
		return fmt.Errorf("no report: %w", err)
	}
	for _, key := range always[kind] {
		if keys[key] == nil {
			return fmt.Errorf("no whole report: it has no %s, and was cut off", key)
		}
	}
	return nil
}

// check reports what of a report that was read no run can have written.
func (r *Report) check() error {
	var t FindingTotals
	for i := range r.Items {
		switch r.Items[i].Severity {
		case "error":
			t.Error++
		case "warning":
			t.Warning++
		case "info":
			t.Info++
		default:
			return fmt.Errorf("no report: severity %q of item %d", r.Items[i].Severity, i)
		}
	}
	if t != r.Totals {
		return fmt.Errorf("no whole report: it has %s, and its totals say %s", t, r.Totals)
	}
	return nil
}

func (r *TestReport) check() error {
	var t TestTotals
	for i := range r.Items {
		if r.Items[i].Held {
			t.Held++
		} else {
			t.Failed++
		}
	}
	if t != r.Totals {
		return fmt.Errorf("no whole report: %d of its expectations hold and %d fail, and its totals say %d and %d", t.Held, t.Failed, r.Totals.Held, r.Totals.Failed)
	}
	return nil
}
