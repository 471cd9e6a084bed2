package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// Checked is a View that says what was looked at and what was wrong: what machines of a
// pipeline read, such as SARIF and JUnit.
type Checked interface {
	View
	Cases() Cases
}

// Cases are what was looked at.
type Cases struct {
	// Title is what looked: "mtlsctl analyze".
	Title string
	// Rules document the codes that cases have, by code; nil where there are none.
	Rules []*analyze.Check
	// Found are the ones that something is wrong with, Good those that hold.
	Found []Case
	Good  []Case
	// Skipped are those that could not be looked at; Message says why.
	Skipped []Case
	// Hidden are those that somebody hid; HiddenNote counts them in one line, "" for none.
	Hidden     []Case
	HiddenNote string
	// Summary is one line for people.
	Summary string
}

// Case is one thing that was looked at.
type Case struct {
	// Code is the rule's, "" without one.
	Code string
	// Level is error, warning or info; Fails is true where the run fails of it.
	Level string
	Fails bool
	// Group is the namespace, "" for the whole cluster; Name is what it is about.
	Group, Name string
	// Message is one sentence, Fix what to do, Detail a change of YAML: "" for none.
	Message, Fix, Detail string
	Confidence           string
	// HiddenBy is what hides it, "" for what counts, and Reason what was written down.
	HiddenBy, Reason string
	// Known is true for what was there before: on the base that a change is compared with.
	Known          bool
	Object         Ref
	Field, Cluster string
	Position       Position
	Fingerprint    string
	Controls       []string
}

// Says is the message, after how sure it is where that is less than certain.
func (c Case) Says() string {
	if c.Confidence != "" && c.Confidence != analyze.Certain.String() {
		return c.Confidence + ": " + c.Message
	}
	return c.Message
}

// file is where the case is written. What was read from a cluster has its object's name
// there: readers of pipelines take nothing without a file.
func (c *Case) file() string {
	if c.Position.File != "" {
		return c.Position.File
	}
	return "cluster/" + strings.ToLower(c.Object.Kind) + "/" + c.Object.ref().Path()
}

// casesOf are a View's; cmd offers their formats only where there are some.
func casesOf(v View, format string) (Cases, error) {
	if c, ok := v.(Checked); ok {
		return c.Cases(), nil
	}
	return Cases{}, fmt.Errorf("output format %s is for what checks find", format)
}

// placedCases are casesOf with the paths of a pipeline.
func placedCases(v View, format string, o Options) (Cases, error) {
	c, err := casesOf(v, format)
	for _, list := range [][]Case{c.Found, c.Hidden} {
		for i := range list {
			list[i].Position.File = o.place(list[i].Position.File)
		}
	}
	return c, err
}

// Cases implements Checked: a finding is a case, and so is each check that found nothing.
func (v Findings) Cases() Cases {
	c := Cases{Title: "mtlsctl analyze", Rules: v.rules(), Summary: v.found()}
	threshold, err := analyze.ParseSeverity(v.Report.FailOn)
	found := map[string]bool{}
	for i := range v.Report.Items {
		f := &v.Report.Items[i]
		found[f.Code] = true
		severity, _ := analyze.ParseSeverity(f.Severity)
		one := findingCase(f)
		one.Fails = err == nil && severity >= threshold && !f.Known
		c.Found = append(c.Found, one)
	}
	for i := range v.Report.Hidden {
		h := &v.Report.Hidden[i]
		one := findingCase(&h.FindingItem)
		one.HiddenBy, one.Reason = hiders[h.By], h.Reason
		found[h.Code] = true
		c.Hidden = append(c.Hidden, one)
	}
	if lines := v.hiddenLines(true); len(lines) > 0 {
		c.HiddenNote = lines[0]
	}
	for _, code := range v.Report.Ran {
		if !found[code] {
			c.Good = append(c.Good, Case{Code: code, Name: v.title(code)})
		}
	}
	for _, s := range v.Report.Skipped {
		c.Skipped = append(c.Skipped, Case{Code: s.Code, Name: v.title(s.Code), Message: s.Because})
	}
	return c
}

// findingCase is a finding as a case; whether the run fails of it is for the caller.
func findingCase(f *FindingItem) Case {
	one := Case{
		Code: f.Code, Level: f.Severity, Group: f.namespace(), Name: f.about(),
		Message: f.Message, Fix: f.Fix, Detail: repair(f.Repair), Confidence: f.Confidence, Known: f.Known,
		Object: f.Object, Field: f.Field, Cluster: f.Cluster, Position: f.Position, Fingerprint: f.Fingerprint,
	}
	for _, k := range f.Controls {
		one.Controls = append(one.Controls, k.Framework+" "+k.ID)
	}
	return one
}

// rules document the checks that looked, or could not.
func (v Findings) rules() []*analyze.Check {
	codes := map[string]bool{}
	for _, code := range v.Report.Ran {
		codes[code] = true
	}
	for _, s := range v.Report.Skipped {
		codes[s.Code] = true
	}
	var out []*analyze.Check
	for _, c := range v.Checks {
		if codes[c.Code] {
			out = append(out, c)
		}
	}
	return out
}

// title is what a check looks for.
func (v Findings) title(code string) string {
	for _, c := range v.Checks {
		if c.Code == code {
			return c.Title
		}
	}
	return code
}
