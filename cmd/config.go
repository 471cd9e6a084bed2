package cmd

import (
	"errors"
	"fmt"
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

// configFile is how it is written.
type configFile struct {
	Exceptions []yaml.Node `yaml:"exceptions"`
}

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

func parseConfig(file string, text []byte) (*projectConfig, error) {
	var written configFile
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&written); err != nil && len(strings.TrimSpace(string(text))) > 0 {
		return nil, fmt.Errorf("%s: %s", file, inOneLine(err))
	}
	c := &projectConfig{}
	for i := range written.Exceptions {
		n := &written.Exceptions[i]
		at := resolve.Position{File: file, Line: n.Line}
		e, err := exceptionOf(n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		e.At = at
		c.exceptions = append(c.exceptions, *e)
	}
	return c, nil
}

// inOneLine is what the parser says, without its name.
func inOneLine(err error) string {
	return strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
}

func exceptionOf(n *yaml.Node) (*advise.Exception, error) {
	var w exceptionEntry
	text, err := yaml.Marshal(n)
	if err != nil {
		return nil, err
	}
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&w); err != nil {
		return nil, errors.New("the exception cannot be read: " + inOneLine(err))
	}
	e := &advise.Exception{Namespace: w.Namespace, Name: w.Name, Ports: w.Ports, Owner: w.Owner, Reason: w.Reason}
	for _, required := range [][2]string{{"namespace", w.Namespace}, {"name", w.Name}, {"mode", w.Mode}, {"owner", w.Owner}, {"reason", w.Reason}} {
		if required[1] == "" {
			return nil, fmt.Errorf("the exception has no %s", required[0])
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
