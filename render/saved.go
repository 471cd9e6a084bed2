package render

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
	switch {
	case head.Kind == "TestReport" && head.APIVersion == APIVersion:
		r := NewTestReport()
		if err := yaml.Unmarshal(text, r); err != nil {
			return nil, nil, fmt.Errorf("no report: %w", err)
		}
		return nil, r, r.check()
	case head.Kind == "Report" && head.APIVersion == APIVersion:
		r := &Report{}
		if err := yaml.Unmarshal(text, r); err != nil {
			return nil, nil, fmt.Errorf("no report: %w", err)
		}
		return r, nil, r.check()
	}
	return nil, nil, fmt.Errorf("no report: apiVersion and kind are %q and %q, want %q and Report or TestReport", head.APIVersion, head.Kind, APIVersion)
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
		return fmt.Errorf("no whole report: it has %s, and its totals say %s", t.words(), r.Totals.words())
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
