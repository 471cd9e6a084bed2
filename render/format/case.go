package format

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
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
	// Incomplete says what the answer lacks and could change it, "" where it is complete.
	Incomplete string
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
	Object         resolve.Ref
	Field, Cluster string
	Position       resolve.Position
	Fingerprint    string
	Controls       []string
	// Same are further objects that have the case for the same cause.
	Same []Place
}

// Place is a further object of a case: what is wrong there, and where that is written.
type Place struct {
	Object              resolve.Ref
	Field               string
	Message, Confidence string
	Position            resolve.Position
	Fingerprint         string
}

// maxPlaces is how many further objects a text names.
const maxPlaces = 3

// Says is the message, after how sure it is where that is less than certain, and what else
// has the same cause.
func (c Case) Says() string {
	text := sure(c.Confidence, c.Message)
	if len(c.Same) == 0 {
		return text
	}
	var names []string
	for _, p := range c.Same[:min(len(c.Same), maxPlaces)] {
		names = append(names, p.text())
	}
	text += "; same cause: " + strings.Join(names, ", ")
	if more := len(c.Same) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// sure puts before a text how sure it is, where that is less than certain.
func sure(confidence, text string) string {
	if confidence != "" && confidence != analyze.Certain.String() {
		return confidence + ": " + text
	}
	return text
}

// text names the object and where it is written.
func (p *Place) text() string {
	if p.Position.File == "" {
		return p.Object.String()
	}
	return p.Object.String() + " (" + p.Position.String() + ")"
}

// each are the case and its further places, each as a case of its own, for formats that have
// one place a line.
func (c *Case) each() []Case {
	first := *c
	first.Same = nil
	out := []Case{first}
	for _, p := range c.Same {
		one := first
		one.Name, one.Object, one.Field, one.Message, one.Confidence = p.Object.String(), p.Object, p.Field, p.Message, p.Confidence
		one.Position, one.Fingerprint, one.Detail = p.Position, p.Fingerprint, ""
		out = append(out, one)
	}
	return out
}

// eachOf are the cases one by one, see each.
func eachOf(list []Case) []Case {
	out := make([]Case, 0, len(list))
	for i := range list {
		out = append(out, list[i].each()...)
	}
	return out
}

// file is where the case is written.
func (c *Case) file() string { return fileOf(c.Object, c.Position) }

// fileOf is where an object is written. What was read from a cluster has its object's name
// there: readers of pipelines take nothing without a file.
func fileOf(object resolve.Ref, at resolve.Position) string {
	if at.File != "" {
		return at.File
	}
	return "cluster/" + strings.ToLower(string(object.Kind)) + "/" + object.Path()
}

// casesOf are a View's; cmd offers their formats only where there are some.
func casesOf(v View, format string) (Cases, error) {
	if c, ok := v.(Checked); ok {
		return c.Cases(), nil
	}
	return Cases{}, fmt.Errorf("output format %s needs findings or test results", format)
}

// placedCases are casesOf with the paths of a pipeline.
func placedCases(v View, format string, o Options) (Cases, error) {
	c, err := casesOf(v, format)
	for _, list := range [][]Case{c.Found, c.Hidden} {
		for i := range list {
			list[i].Position.File = o.place(list[i].Position.File)
			for j := range list[i].Same {
				list[i].Same[j].Position.File = o.place(list[i].Same[j].Position.File)
			}
		}
	}
	return c, err
}
