package format

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"strings"
)

// gitlabFormat is -o gitlab: GitLab's code quality report.
type gitlabFormat struct{}

// qualityIssue is one entry, with the keys that GitLab demands.
type qualityIssue struct {
	Description string          `json:"description"`
	CheckName   string          `json:"check_name"`
	Fingerprint string          `json:"fingerprint"`
	Severity    string          `json:"severity"`
	Location    qualityLocation `json:"location"`
}

type qualityLocation struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

var qualitySeverities = map[string]string{"error": "critical", "warning": "major", "info": "info"}

// Format implements Format. GitLab shows nothing that has no file: what is of a cluster
// has its object's name there.
func (gitlabFormat) Format(b *bytes.Buffer, v View, o Options) error {
	c, err := placedCases(v, "gitlab", o)
	if err != nil {
		return err
	}
	issues := make([]qualityIssue, 0, len(c.Found))
	seen := map[string]int{}
	for _, f := range eachOf(c.Found) {
		one := qualityIssue{Description: f.Name + ": " + f.Says(), CheckName: cmp.Or(f.Code, "expectation"), Severity: qualitySeverities[f.Level], Fingerprint: f.Fingerprint}
		if f.Fix != "" {
			one.Description += ". Fix: " + f.Fix
		}
		if seen[f.Fingerprint]++; seen[f.Fingerprint] > 1 { // GitLab shows one of a kind
			one.Fingerprint += strings.Repeat("-", seen[f.Fingerprint]-1)
		}
		one.Location.Path, one.Location.Lines.Begin = path.Clean(f.file()), max(f.Position.Line, 1)
		issues = append(issues, one)
	}
	if c.HiddenNote != "" {
		note := qualityIssue{Description: c.HiddenNote, CheckName: "hidden", Severity: "info", Fingerprint: "mtlsctl-hidden"}
		note.Location.Path, note.Location.Lines.Begin = path.Clean(c.Hidden[0].file()), max(c.Hidden[0].Position.Line, 1)
		issues = append(issues, note)
	}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(issues)
}
