package helm

import (
	"regexp"
	"strings"
	"unicode"

	"sigs.k8s.io/yaml"
)

// separator is where Helm cuts what a template renders to: "---apiVersion: v1" is two documents
// to it.
var separator = regexp.MustCompile(`(?:^|\s*\n)---\s*`)

// document is one of a rendered text, and the line on which it begins, from 0.
type document struct {
	text string
	line int
}

// documents cuts a text as Helm does, and leaves out what is empty.
func documents(text string) []document {
	var list []document
	start := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	line, counted := 0, 0
	add := func(from, to int) {
		from += len(text[from:to]) - len(strings.TrimLeftFunc(text[from:to], unicode.IsSpace))
		if from < to {
			line, counted = line+strings.Count(text[counted:from], "\n"), from
			list = append(list, document{text[from:to], line})
		}
	}
	at := start
	for _, cut := range separator.FindAllStringIndex(text[start:], -1) {
		add(at, start+cut[0])
		at = start + cut[1]
	}
	add(at, len(text))
	return list
}

// joined are the documents of a template as one text that kubectl's reader cuts at the same
// places, with the lines that its lines come from. Those that the release does not deploy are left out.
func (r *Release) joined(name, text string, lines []int) (Template, bool) {
	var b strings.Builder
	b.WriteString("# Source: " + name + "\n") // so that it never begins as JSON does: to Helm it is YAML
	out := Template{Name: name, Lines: []int{1}}
	kept := 0
	for _, d := range documents(text) {
		if !r.deploys(d.text) {
			continue
		}
		body := strings.TrimRight(d.text, "\n")
		if kept++; kept > 1 {
			b.WriteString("---\n")
			out.Lines = append(out.Lines, lineAt(lines, d.line))
		}
		b.WriteString(body + "\n")
		for i := range strings.Count(body, "\n") + 1 {
			out.Lines = append(out.Lines, lineAt(lines, d.line+i))
		}
	}
	if lines == nil {
		out.Lines = nil
	}
	out.Text = []byte(b.String())
	return out, kept > 0
}

func lineAt(lines []int, i int) int {
	if i < len(lines) {
		return lines[i]
	}
	return 1
}

// hooks are the events that Helm knows; those that are false come only with helm test.
var hooks = map[string]bool{
	"pre-install": true, "post-install": true, "pre-upgrade": true, "post-upgrade": true, "pre-rollback": true, "post-rollback": true,
	"pre-delete": true, "post-delete": true, "test": false, "test-success": false, "test-failure": false,
}

// deploys reports a document that helm install applies at some time: one with a hook that it does
// not know it passes over, and one that is only for helm test stays out too.
func (r *Release) deploys(text string) bool {
	if !strings.Contains(text, "helm.sh/hook") {
		return true
	}
	var head struct {
		Metadata struct {
			Annotations map[string]any `json:"annotations"`
		} `json:"metadata"`
	}
	if yaml.Unmarshal([]byte(text), &head) != nil {
		return true // which is told where it is read
	}
	events, isHook := head.Metadata.Annotations["helm.sh/hook"].(string)
	if !isHook {
		return true
	}
	any := r.Tests
	for one := range strings.SplitSeq(events, ",") {
		installed, known := hooks[strings.ToLower(strings.TrimSpace(one))]
		if !known {
			return false
		}
		any = any || installed
	}
	return any && !r.NoHooks
}
