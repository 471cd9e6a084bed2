package expect

import (
	"errors"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/analyze/yamlnode"
	"github.com/mtlsctl/mtlsctl/resolve"
)

var expectationKeys = []string{"workload", "port", "mode", "from", "to", "verdict", "no-plaintext-into", "name"}

func (t *Test) addExpectation(n *yaml.Node) error {
	e := Expectation{At: resolve.Position{File: t.At.File, Line: n.Line}}
	w, err := yamlnode.Texts(n, "the expectation", expectationKeys, map[string]func(*yaml.Node) error{
		"mode":    oneOrMore(func(word string) error { return parsed(&e.Modes, served, word) }),
		"verdict": oneOrMore(func(word string) error { return parsed(&e.Verdicts, resolve.ParseVerdict, word) }),
	})
	if err != nil {
		return err
	}
	e.Name, e.Workload, e.From, e.To, e.NoPlaintextInto = w["name"], w["workload"], w["from"], w["to"], w["no-plaintext-into"]
	if w["port"] != "" {
		port, err := strconv.ParseUint(w["port"], 10, 16)
		if err != nil || port == 0 {
			return fmt.Errorf("%d: port %q is not a port number", n.Line, w["port"])
		}
		e.Port = int32(port)
	}
	if err := e.validate(); err != nil {
		return fmt.Errorf("%d: %w", n.Line, err)
	}
	t.Expectations = append(t.Expectations, e)
	return nil
}

// validate reports what an expectation lacks, or has too much.
func (e *Expectation) validate() error {
	mode, call, none := e.Workload != "" || e.Port != 0 || len(e.Modes) > 0, e.From != "" || e.To != "" || len(e.Verdicts) > 0, e.NoPlaintextInto != ""
	switch {
	case mode && !call && !none && e.Workload != "" && len(e.Modes) > 0:
		return nil
	case call && !mode && !none && e.From != "" && e.To != "" && len(e.Verdicts) > 0:
		return nil
	case none && !mode && !call:
		return nil
	}
	return errors.New("an expectation is workload and mode (and port), or from, to and verdict, or no-plaintext-into")
}

// served reads a mode that a port can have.
func served(word string) (resolve.Mode, error) {
	m, err := resolve.ParseMode(word)
	if err != nil || m == resolve.Unset {
		return m, fmt.Errorf("mode %q: a port is STRICT, PERMISSIVE, DISABLE, NONE, TLS or UNKNOWN", word)
	}
	return m, nil
}

func parsed[T any](into *[]T, parse func(string) (T, error), word string) error {
	v, err := parse(word)
	*into = append(*into, v)
	return err
}

// oneOrMore reads a word, or a list of words.
func oneOrMore(read func(string) error) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		items := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			items = n.Content
		}
		for _, item := range items {
			if err := read(item.Value); err != nil {
				return fmt.Errorf("%d: %w", item.Line, err)
			}
		}
		return nil
	}
}
