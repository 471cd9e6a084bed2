package format

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// junitFormat is -o junit: each finding is a test case that fails where the run fails of
// it, each check that found nothing one that passes. An incomplete answer is one with an error:
// nobody can tell whether it is right.
type junitFormat struct{}

// Format implements Format.
func (junitFormat) Format(b *bytes.Buffer, v View, o Options) error {
	c, err := placedCases(v, "junit", o)
	if err != nil {
		return err
	}
	c.shown() // XML cannot hold every character
	suites := junit.Testsuites{Name: c.Title}
	var groups []string
	byGroup := map[string]*junit.Testsuite{}
	suite := func(name string) *junit.Testsuite {
		if byGroup[name] == nil {
			byGroup[name] = &junit.Testsuite{Name: name, ID: len(groups), Time: "0"}
			groups = append(groups, name)
		}
		return byGroup[name]
	}
	for _, list := range [][]Case{c.Found, c.Hidden, c.Good, c.Skipped} {
		for i := range list {
			suite(c.Title + " " + cmp.Or(list[i].Group, "all")).AddTestcase(testcase(&list[i], c.Title))
		}
	}
	if c.Incomplete != "" {
		suite(c.Title + " all").AddTestcase(junit.Testcase{
			Name: "the answer is complete", Classname: c.Title, Time: "0", Error: &junit.Result{Message: c.Incomplete, Data: c.Incomplete},
		})
	}
	for _, name := range groups {
		suites.AddSuite(*byGroup[name])
	}
	b.WriteString(xml.Header)
	return suites.WriteXML(b)
}

func testcase(c *Case, title string) junit.Testcase {
	t := junit.Testcase{Name: strings.TrimSpace(c.Code + " " + c.Name), Classname: cmp.Or(c.Group, title), Time: "0"}
	switch {
	case c.HiddenBy != "":
		t.Skipped = &junit.Result{Message: strings.TrimSuffix("hidden by "+c.HiddenBy+": "+c.Reason, ": "), Data: c.story()}
	case c.Level == "" && c.Message != "":
		t.Skipped = &junit.Result{Message: c.Message}
	case c.Fails:
		t.Failure = &junit.Result{Message: c.Says(), Type: c.Level, Data: c.story()}
	case c.Level != "":
		t.SystemOut = &junit.Output{Data: c.Level + ": " + c.story()}
	}
	return t
}

// story is a case in a few lines of text.
func (c *Case) story() string {
	lines := []string{sure(c.Confidence, c.Message)}
	if c.Fix != "" {
		lines = append(lines, "fix: "+c.Fix)
	}
	if at := c.Position.String(); at != "" {
		lines = append(lines, "at: "+at)
	}
	for i := range c.Same {
		lines = append(lines, "same cause: "+c.Same[i].text())
	}
	return strings.Join(lines, "\n")
}
