package manifest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// text reads a string. A bare number or boolean is taken as its text, but said:
// Kubernetes refuses it.
func (d *decoder) text(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		return "", d.want(n, yaml.ScalarNode, "a string")
	}
	if what := notAString(n); what != "" {
		d.notString(n, what, "Kubernetes wants a string and refuses anything else", d.report)
	}
	return n.Value, true
}

// names reports a name that is none, where the decoder of the kind took its text for it.
func (d *decoder) names(n *yaml.Node) {
	for _, key := range [...]string{"name", "namespace"} {
		field := resolve.Path("metadata", key)
		name := Child(n, "metadata", key)
		if name == nil || name.Kind == yaml.ScalarNode && notAString(name) == "" || slices.ContainsFunc(d.problems, func(p resolve.Problem) bool { return p.Field == field }) {
			continue
		}
		d.in("metadata", func() { d.in(key, func() { d.text(name) }) })
	}
}

// notAString says what kubectl takes an unquoted word for, "" for a string.
func notAString(n *yaml.Node) string {
	switch n.Tag {
	case "!!int", "!!float":
		return "number"
	case "!!bool":
		return "boolean"
	}
	if _, ok := oldBooleans[n.Value]; ok && isBare(n) {
		return "boolean in kubectl's YAML"
	}
	return ""
}

func isBare(n *yaml.Node) bool { return n.Style == 0 }

// oldBooleans are those of YAML 1.1, which kubectl still reads as booleans.
var oldBooleans = map[string]bool{
	"y": true, "Y": true, "yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
	"n": false, "N": false, "no": false, "No": false, "NO": false, "off": false, "Off": false, "OFF": false,
}

func (d *decoder) boolean(n *yaml.Node) (value, ok bool) {
	if n.Tag == "!!bool" {
		return strings.EqualFold(n.Value, "true"), true
	}
	if b, ok := oldBooleans[n.Value]; ok && isBare(n) {
		return b, true
	}
	if !isParameter(n) {
		d.report(n, fmt.Sprintf("%s where Kubernetes wants true or false", d.describeSwitch(n)), "")
	}
	return false, false
}

// integer reads a whole number of so many bits. A quoted number is taken for
// what it says, but said: Kubernetes refuses it.
func (d *decoder) integer(n *yaml.Node, bits int, signed bool) (int64, bool) {
	i, ok := parseInteger(n, bits, signed)
	switch {
	case ok && n.Tag == "!!str":
		d.report(n, d.describeSwitch(n)+" is a string where Kubernetes wants a number and refuses anything else", "take off the quotes")
	case !ok && !isParameter(n):
		d.report(n, fmt.Sprintf("%s where Kubernetes wants a whole number%s", d.describeSwitch(n), rangeOf(n, bits, signed)), "")
	}
	return i, ok
}

func parseInteger(n *yaml.Node, bits int, signed bool) (int64, bool) {
	if n.Kind != yaml.ScalarNode {
		return 0, false
	}
	if n.Tag == "!!float" {
		f, err := strconv.ParseFloat(n.Value, 64)
		return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) < math.Ldexp(1, bits-1)
	}
	text := n.Value
	if n.Tag == "!!int" {
		text = strings.ReplaceAll(text, "_", "")
	}
	if !signed {
		u, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, bits)
		return int64(u), err == nil
	}
	i, err := strconv.ParseInt(text, 0, bits)
	return i, err == nil
}

func rangeOf(n *yaml.Node, bits int, signed bool) string {
	switch {
	case n.Tag != "!!int":
		return ""
	case signed:
		return fmt.Sprintf(" of %d bits", bits)
	}
	return fmt.Sprintf(" from 0 to %d", uint64(1)<<bits-1)
}

// isParameter is true for text that something else fills in before it is
// applied, an OpenShift ${PARAMETER} for one: no use complaining about it.
func isParameter(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "${")
}

// plain turns a node into what encoding/json would have made of it.
func (d *decoder) plain(n *yaml.Node) any {
	n, ok := d.enter(n)
	if !ok {
		return nil
	}
	defer d.leave()
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		d.each(n, func(key, value *yaml.Node) {
			d.in(key.Value, func() { m[key.Value] = d.plain(value) })
		})
		return m
	case yaml.SequenceNode:
		s := make([]any, len(n.Content))
		for i, c := range n.Content {
			d.at(i, func() { s[i] = d.plain(c) })
		}
		return s
	}
	return plainScalar(n)
}

func plainScalar(n *yaml.Node) any {
	if b, ok := oldBooleans[n.Value]; ok && isBare(n) {
		return b
	}
	var v any
	switch n.Tag {
	case "!!int", "!!float", "!!bool":
		if n.Decode(&v) == nil {
			return v
		}
	}
	return n.Value
}
