package project

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/yamlnode"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// exceptionKeys are the keys of an exception, those that it must have first.
var exceptionKeys = []string{"namespace", "name", "mode", "owner", "reason", "kind", "ports", "expires"}

// addException reads one exception.
func (c *Config) addException(n *yaml.Node) error {
	e := advise.Exception{At: resolve.Position{File: c.File, Line: n.Line}}
	w, err := yamlnode.Texts(n, "the exception", exceptionKeys, map[string]func(*yaml.Node) error{
		"ports": func(n *yaml.Node) error {
			if n.Decode(&e.Ports) != nil {
				return fmt.Errorf("%d: ports of the exception are a list of numbers", n.Line)
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	for _, key := range exceptionKeys[:5] {
		if strings.TrimSpace(w[key]) == "" {
			return fmt.Errorf("%d: the exception has no %s", n.Line, key)
		}
	}
	e.Namespace, e.Name, e.Owner, e.Reason = w["namespace"], w["name"], w["owner"], w["reason"]
	switch strings.ToUpper(w["mode"]) {
	case "PERMISSIVE":
		e.Mode = resolve.Permissive
	case "DISABLE":
		e.Mode = resolve.Disable
	default:
		return fmt.Errorf("%d: mode %q: the mode of an exception is PERMISSIVE or DISABLE", n.Line, w["mode"])
	}
	if e.Kind, err = kindOf(n, w["kind"]); err != nil {
		return err
	}
	if e.Expires, err = lastDay(n, w["expires"]); err != nil {
		return err
	}
	c.Exceptions = append(c.Exceptions, e)
	return errors.Join(pattern(n, e.Namespace), pattern(n, e.Name))
}

// Lasting are the exceptions that count now, Ended those that did.
func (c *Config) Lasting(now time.Time) []advise.Exception { return c.exceptions(now, false) }

// Ended are the exceptions whose last day is over.
func (c *Config) Ended(now time.Time) []advise.Exception { return c.exceptions(now, true) }

func (c *Config) exceptions(now time.Time, over bool) []advise.Exception {
	var out []advise.Exception
	for _, e := range c.Exceptions {
		if ended(e.Expires, now) == over {
			out = append(out, e)
		}
	}
	return out
}

// ended reports that the end of a last day is over; the zero time never ends.
func ended(end, now time.Time) bool { return !end.IsZero() && !now.Before(end) }
