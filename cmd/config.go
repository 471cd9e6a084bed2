package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// configName is the file that is looked for from the working directory upwards.
const configName = ".mtlsctl.yaml"

// configFlags say where the configuration of a project is.
type configFlags struct{ file string }

func (f *configFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "config", "", "read exceptions from `FILE` (default: .mtlsctl.yaml, from the working directory upwards)")
}

// projectConfig is what a project says about itself. The zero one says nothing.
type projectConfig struct{ exceptions []advise.Exception }

// exceptionKeys are the keys of an exception, those that it must have first.
var exceptionKeys = []string{"namespace", "name", "mode", "owner", "reason", "kind", "ports", "expires"}

// exceptionEntry is one exception as written.
type exceptionEntry struct {
	Namespace string  `yaml:"namespace"`
	Kind      string  `yaml:"kind"`
	Name      string  `yaml:"name"`
	Ports     []int32 `yaml:"ports"`
	Mode      string  `yaml:"mode"`
	Owner     string  `yaml:"owner"`
	Reason    string  `yaml:"reason"`
	Expires   string  `yaml:"expires"`
}

// read reads the file that is named, else the nearest one, else nothing. An exception
// that has ended counts no more, and is said.
func (f *configFlags) read(s Streams) (*projectConfig, error) {
	file := f.file
	if file == "" {
		if file = nearestConfig(); file == "" {
			return &projectConfig{}, nil
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	c, err := parseConfig(file, text)
	if err != nil {
		return nil, &failure{code: exitInput, message: err.Error(), hints: []string{"an exception has namespace, name, mode, owner and reason; kind, ports and expires where they matter"}}
	}
	c.exceptions = slices.DeleteFunc(c.exceptions, func(e advise.Exception) bool {
		ended := !e.Expires.IsZero() && s.Now().After(e.Expires)
		if ended {
			say(s, "note: %s: the exception for %s/%s ended on %s and counts no more", e.At, e.Namespace, e.Name, e.Expires.Format(time.DateOnly))
		}
		return ended
	})
	return c, nil
}

func nearestConfig() string {
	dir, err := os.Getwd()
	for err == nil {
		file := filepath.Join(dir, configName)
		if _, missing := os.Stat(file); !errors.Is(missing, fs.ErrNotExist) {
			return file
		}
		if filepath.Dir(dir) == dir {
			return ""
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

// parseConfig reads one document whose only key is exceptions.
func parseConfig(file string, text []byte) (*projectConfig, error) {
	var top, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&top); errors.Is(err, io.EOF) {
		return &projectConfig{}, nil
	} else if err != nil {
		return nil, fmt.Errorf("%s: not valid YAML: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if d.Decode(&more) == nil {
		return nil, fmt.Errorf("%s:%d: a second document: the configuration is one", file, more.Line)
	}
	list, err := exceptionNodes(top.Content[0])
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	c := &projectConfig{}
	for _, n := range list {
		e, err := exceptionOf(n)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n.Line, err)
		}
		e.At = resolve.Position{File: file, Line: n.Line}
		c.exceptions = append(c.exceptions, *e)
	}
	return c, nil
}

// exceptionNodes are the items of the list. Errors begin with the line.
func exceptionNodes(top *yaml.Node) ([]*yaml.Node, error) {
	if top.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%d: want the key exceptions", top.Line)
	}
	var list []*yaml.Node
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		switch {
		case key.Value != "exceptions":
			return nil, fmt.Errorf("%d: unknown key %s: only exceptions is known", key.Line, key.Value)
		case value.Kind != yaml.SequenceNode && value.Tag != "!!null":
			return nil, fmt.Errorf("%d: exceptions is no list", value.Line)
		}
		list = value.Content
	}
	return list, nil
}

func exceptionOf(n *yaml.Node) (*advise.Exception, error) {
	if n.Kind != yaml.MappingNode {
		return nil, errors.New("the exception is no object")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; !slices.Contains(exceptionKeys, key) {
			return nil, fmt.Errorf("unknown key %s of an exception", key)
		}
	}
	var w exceptionEntry
	if err := n.Decode(&w); err != nil {
		return nil, errors.New("a value of the exception is of the wrong kind: ports are a list of numbers, the others words")
	}
	e := &advise.Exception{Namespace: w.Namespace, Name: w.Name, Ports: w.Ports, Owner: w.Owner, Reason: w.Reason}
	for i, value := range []string{w.Namespace, w.Name, w.Mode, w.Owner, w.Reason} {
		if value == "" {
			return nil, fmt.Errorf("the exception has no %s", exceptionKeys[i])
		}
	}
	for _, pattern := range []string{w.Namespace, w.Name} {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("%q is no pattern", pattern)
		}
	}
	switch strings.ToUpper(w.Mode) {
	case "PERMISSIVE":
		e.Mode = resolve.Permissive
	case "DISABLE":
		e.Mode = resolve.Disable
	default:
		return nil, fmt.Errorf("mode %q: an exception is PERMISSIVE or DISABLE", w.Mode)
	}
	return e, kindAndEnd(e, w)
}

// kindAndEnd reads what an exception may leave out.
func kindAndEnd(e *advise.Exception, w exceptionEntry) error {
	if w.Kind != "" {
		kind, ok := resolve.ParseKind(w.Kind)
		if !ok {
			return fmt.Errorf("kind %q is none", w.Kind)
		}
		e.Kind = kind
	}
	if w.Expires != "" {
		day, err := time.Parse(time.DateOnly, w.Expires)
		if err != nil {
			return fmt.Errorf("expires %q: want a day, such as 2027-01-31", w.Expires)
		}
		e.Expires = day.AddDate(0, 0, 1)
	}
	return nil
}

// sayIdle names the exceptions that are about no port of the mesh: a name that is
// misspelled would keep nothing out.
func (c *projectConfig) sayIdle(s Streams, m *resolve.Mesh) {
	for i := range c.exceptions {
		e := &c.exceptions[i]
		if !slices.ContainsFunc(m.Workloads(), func(w *resolve.Workload) bool {
			return slices.ContainsFunc(w.Ports, func(p resolve.Port) bool { return e.Covers(w, p.Number) })
		}) {
			say(s, "note: %s: the exception for %s/%s is about no port of the input", e.At, e.Namespace, e.Name)
		}
	}
}
