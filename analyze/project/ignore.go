package project

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/yamlnode"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Ignore is a rule that hides findings. What is "" or nil fits any.
type Ignore struct {
	Code string
	// Kind is the word of one: "Gateway" is that of Istio and that of the Gateway API.
	Kind string
	// Namespace and Name are patterns as of a shell.
	Namespace, Name string
	// Labels are those of the object; of a workload its pods' count too.
	Labels labels.Selector
	Reason string
	// Expires is the end of the last day on which it hides, zero for never.
	Expires time.Time
	At      resolve.Position
}

var ignoreKeys = []string{"code", "kind", "namespace", "name", "labels", "reason", "expires"}

// ended reports that the rule hides no more.
func (i *Ignore) ended(now time.Time) bool { return ended(i.Expires, now) }

// fits reports that a finding is what the rule is about.
func (i *Ignore) fits(f *analyze.Finding, objects *Objects) bool {
	if i.Code != "" && i.Code != f.Code || i.Kind != "" && i.Kind != f.Object.Kind.Word() {
		return false
	}
	if !matches(i.Namespace, f.Namespace()) || !matches(i.Name, f.Object.Name) {
		return false
	}
	return i.Labels == nil || objects.Match(f, i.Labels)
}

func matches(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	ok, err := path.Match(pattern, text)
	return ok && err == nil
}

// String is what the rule is about: "MTLS0101, namespace legacy-*".
func (i *Ignore) String() string {
	var parts []string
	for _, p := range []struct{ key, value string }{{"", i.Code}, {"kind ", i.Kind}, {"namespace ", i.Namespace}, {"name ", i.Name}} {
		if p.value != "" {
			parts = append(parts, p.key+p.value)
		}
	}
	if i.Labels != nil {
		parts = append(parts, "labels "+i.Labels.String())
	}
	return strings.Join(parts, ", ")
}

// addIgnore reads one rule.
func (c *Config) addIgnore(n *yaml.Node) error {
	i := Ignore{At: resolve.Position{File: c.File, Line: n.Line}}
	w, err := yamlnode.Texts(n, "the ignore rule", ignoreKeys, map[string]func(*yaml.Node) error{
		"code":   func(n *yaml.Node) (err error) { i.Code, err = codeOf(n); return err },
		"labels": func(n *yaml.Node) (err error) { i.Labels, err = selector(n); return err },
	})
	if err != nil {
		return err
	}
	i.Namespace, i.Name, i.Reason = w["namespace"], w["name"], strings.TrimSpace(w["reason"])
	i.Kind, err = wordOf(n, w["kind"])
	if err == nil {
		i.Expires, err = lastDay(n, w["expires"])
	}
	switch {
	case err != nil:
		return err
	case i.Reason == "":
		return fmt.Errorf("%d: the ignore rule has no reason", n.Line)
	case i.String() == "":
		return fmt.Errorf("%d: the ignore rule would hide everything: set a code, kind, namespace, name or labels", n.Line)
	}
	c.Ignores = append(c.Ignores, i)
	return errors.Join(pattern(n, i.Namespace), pattern(n, i.Name))
}

// selector reads labels: a map, or the words of kubectl -l.
func selector(n *yaml.Node) (labels.Selector, error) {
	var set map[string]string
	if n.Kind == yaml.MappingNode && n.Decode(&set) == nil && len(set) > 0 {
		return labels.SelectorFromSet(set), nil
	}
	s, err := labels.Parse(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || s.Empty() {
		return nil, fmt.Errorf("%d: labels are a map, or words such as app=shop,tier!=db", n.Line)
	}
	return s, nil
}
