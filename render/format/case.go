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
	return "cluster/" + strings.ToLower(string(c.Object.Kind)) + "/" + c.Object.Path()
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
