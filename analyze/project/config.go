package project

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/yamlnode"
)

// The head of a configuration, which it may leave out.
const (
	APIVersion = "mtlsctl.io/v1alpha1"
	Kind       = "Config"
)

// Config is what .mtlsctl.yaml says. The zero Config says nothing.
type Config struct {
	// File is where it was read.
	File    string
	Ignores []Ignore
	// Exceptions are all that are written, ended ones too: see Lasting.
	Exceptions []advise.Exception
	// Severities are those that findings get instead of their check's, by code.
	Severities map[string]analyze.Severity
	// FailOn is a severity or never, "" for what the command does.
	FailOn string
	// Only and Skip are codes, nil for none.
	Only, Skip []string
	// Profile is "" where none is named.
	Profile analyze.Profile
}

// keys reads each key of the configuration. A reader says what is wrong with its value,
// beginning with the line.
var keys = map[string]func(*Config, *yaml.Node) error{
	"apiVersion": func(_ *Config, n *yaml.Node) error { return fixed(n, "apiVersion", APIVersion) },
	"kind":       func(_ *Config, n *yaml.Node) error { return fixed(n, "kind", Kind) },
	"ignore":     func(c *Config, n *yaml.Node) error { return yamlnode.Each(n, c.addIgnore) },
	"exceptions": func(c *Config, n *yaml.Node) error { return yamlnode.Each(n, c.addException) },
	"severity":   (*Config).readSeverities,
	"failOn":     (*Config).readFailOn,
	"only":       func(c *Config, n *yaml.Node) (err error) { c.Only, err = codes(n); return err },
	"skip":       func(c *Config, n *yaml.Node) (err error) { c.Skip, err = codes(n); return err },
	"profile":    (*Config).readProfile,
}

// Parse reads a configuration: one document. Errors begin with file and line.
func Parse(file string, text []byte) (*Config, error) {
	c := &Config{File: file}
	top, err := document(text)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	if top == nil {
		return c, nil
	}
	values, err := yamlnode.Fields(top, "the configuration", sortedKeys(keys))
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	for _, f := range values {
		if err := keys[f.Key](c, f.Value); err != nil {
			return nil, fmt.Errorf("%s:%w", file, err)
		}
	}
	return c, nil
}

// document is the only document of a text, nil for an empty one.
func document(text []byte) (*yaml.Node, error) {
	var top, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	err := d.Decode(&top)
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf(" not valid YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	case d.Decode(&more) == nil:
		return nil, fmt.Errorf("%d: a second document: the configuration is one document", more.Line)
	}
	return top.Content[0], nil
}

// fixed refuses a head of another version, or of another file.
func fixed(n *yaml.Node, key, want string) error {
	if n.Value != want {
		return fmt.Errorf("%d: %s %q of the configuration: want %s", n.Line, key, n.Value, want)
	}
	return nil
}

func (c *Config) readSeverities(n *yaml.Node) error {
	c.Severities = map[string]analyze.Severity{}
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("%d: severity is a map of codes to severities", n.Line)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		code, err := codeOf(n.Content[i])
		if err != nil {
			return err
		}
		if c.Severities[code], err = analyze.ParseSeverity(n.Content[i+1].Value); err != nil {
			return fmt.Errorf("%d: %w; skip turns a check off", n.Content[i+1].Line, err)
		}
	}
	return nil
}

func (c *Config) readFailOn(n *yaml.Node) error {
	if _, err := analyze.ParseSeverity(n.Value); err != nil && n.Value != "never" {
		return fmt.Errorf("%d: failOn %q: want error, warning, info or never", n.Line, n.Value)
	}
	c.FailOn = strings.ToLower(n.Value)
	return nil
}

func (c *Config) readProfile(n *yaml.Node) (err error) {
	if c.Profile, err = analyze.ParseProfile(n.Value); err != nil {
		return fmt.Errorf("%d: %w", n.Line, err)
	}
	return nil
}
