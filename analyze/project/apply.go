package project

import (
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Run is what was analyzed, and how.
type Run struct {
	Config *Config
	// Head is the configuration that a change would bring where Config is that of its base,
	// nil where there is no change: what it adds is told.
	Head    *Config
	Objects *Objects
	Mesh    *mesh.Mesh
	// Baseline holds old findings, nil for none.
	Baseline *Baseline
	// Checks are those that were chosen, those of this package too. All is true when
	// nothing was left out of the profile.
	Checks []*analyze.Check
	All    bool
	Now    time.Time
}

// Apply gives the findings of a report the severities of the configuration, hides those
// that annotations, rules and the baseline hide, and adds what is wrong with these.
func (r *Run) Apply(report *analyze.Report) {
	rules := r.Hide(report)
	own := slices.Concat(r.ignores(report, rules), r.exceptions(), r.annotations(report), r.Added())
	own = slices.DeleteFunc(own, func(f analyze.Finding) bool { return !r.chosen(f.Code) })
	r.weigh(own)
	report.Add(own...)
	for _, c := range Checks() {
		if r.chosen(c.Code) {
			report.Ran = append(report.Ran, c.Code)
		}
	}
	if r.Baseline != nil {
		r.Baseline.Hide(report)
	}
}

// Hide is the part of Apply that gives severities and hides; the rules that hid something
// are true in what it returns.
func (r *Run) Hide(report *analyze.Report) (rules []bool) {
	r.weigh(report.Findings)
	rules = make([]bool, len(r.Config.Ignores))
	report.Hide(func(f *analyze.Finding) *analyze.Reason {
		if why := r.Objects.hidden(f); why != nil {
			return why
		}
		return r.byRule(f, rules)
	})
	return rules
}

func (r *Run) chosen(code string) bool {
	return slices.ContainsFunc(r.Checks, func(c *analyze.Check) bool { return c.Code == code })
}

func (r *Run) weigh(findings []analyze.Finding) {
	for i := range findings {
		if s, set := r.Config.Severities[findings[i].Code]; set {
			findings[i].Severity = s
		}
	}
}

// byRule is why the first lasting rule hides a finding, nil where none does. All rules
// that fit are marked: none of them is idle.
func (r *Run) byRule(f *analyze.Finding, used []bool) (why *analyze.Reason) {
	for i := range r.Config.Ignores {
		rule := &r.Config.Ignores[i]
		if rule.ended(r.Now) || !rule.fits(f, r.Objects) {
			continue
		}
		used[i] = true
		if why == nil {
			why = &analyze.Reason{By: analyze.ByRule, Text: rule.Reason, At: rule.At, Until: LastDay(rule.Expires)}
		}
	}
	return why
}
