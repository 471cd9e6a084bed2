package manifest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// scalarOf reads a value of a field that is neither message, list nor map.
func (d *decoder) scalarOf(n *yaml.Node, f protoreflect.FieldDescriptor) (v protoreflect.Value, ok bool) {
	if n = Follow(n); n == nil {
		return v, false
	}
	if n.Kind != yaml.ScalarNode {
		d.refuse(n, d.describe(n)+" where Istio wants a single value", "")
		return v, false
	}
	before := len(d.problems)
	switch f.Kind() {
	case protoreflect.StringKind:
		if what := notAString(n); what != "" && !d.lenient {
			d.notString(n, what, "Istio wants a string", d.refuse)
			return v, false
		}
		s, ok := d.text(n)
		return protoreflect.ValueOfString(s), ok
	case protoreflect.EnumKind:
		return d.enum(n, f.Enum())
	case protoreflect.BoolKind:
		b, valid := d.boolean(n)
		v, ok = protoreflect.ValueOfBool(b), valid
	case protoreflect.BytesKind:
		b, err := base64.StdEncoding.DecodeString(n.Value)
		v, ok = protoreflect.ValueOfBytes(b), err == nil
	default:
		v, ok = d.number(n, f.Kind())
	}
	if !ok {
		d.problems = d.problems[:before]
		what := d.describeSwitch(n)
		if f.Kind() == protoreflect.BytesKind {
			what = d.describe(n)
		}
		d.refuse(n, fmt.Sprintf("%s where Istio wants %s", what, wanted(f.Kind())), "")
	}
	return v, ok
}

func wanted(k protoreflect.Kind) string {
	switch k {
	case protoreflect.BoolKind:
		return "true or false"
	case protoreflect.BytesKind:
		return "base64"
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return "a number"
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind:
		return "a whole number, 0 or greater"
	}
	return "a whole number"
}

func (d *decoder) number(n *yaml.Node, k protoreflect.Kind) (protoreflect.Value, bool) {
	n = d.unquoted(n)
	switch k {
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		i, ok := d.integer(n, 32, false)
		return protoreflect.ValueOfUint32(uint32(i)), ok
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		i, ok := d.integer(n, 64, false)
		return protoreflect.ValueOfUint64(uint64(i)), ok
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		i, ok := d.integer(n, 64, true)
		return protoreflect.ValueOfInt64(i), ok
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64)
		if k == protoreflect.FloatKind {
			return protoreflect.ValueOfFloat32(float32(f)), err == nil && !math.IsNaN(f)
		}
		return protoreflect.ValueOfFloat64(f), err == nil && !math.IsNaN(f)
	}
	i, ok := d.integer(n, 32, true)
	return protoreflect.ValueOfInt32(int32(i)), ok
}

func (d *decoder) enum(n *yaml.Node, e protoreflect.EnumDescriptor) (protoreflect.Value, bool) {
	if v := e.Values().ByName(protoreflect.Name(n.Value)); v != nil && n.Tag == "!!str" {
		return protoreflect.ValueOfEnum(v.Number()), true
	}
	if i, err := strconv.ParseInt(n.Value, 10, 32); d.lenient && err == nil && n.Tag == "!!int" {
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(i)), true
	}
	words := make([]string, e.Values().Len())
	for i := range words {
		words[i] = string(e.Values().Get(i).Name())
	}
	d.refuse(n, fmt.Sprintf("%s is not one of %s", d.describeSwitch(n), strings.Join(words, ", ")), likelyWord(n.Value, words))
	return protoreflect.Value{}, false
}

// unquoted is a number in quotes as the number in it. Istio reads its own configuration, which
// no schema of the API server guards, as protobuf's JSON: a string that is a JSON number is
// one.
func (d *decoder) unquoted(n *yaml.Node) *yaml.Node {
	if !d.lenient || n.Tag != "!!str" || isBare(n) {
		return n
	}
	var number json.Number
	if json.Unmarshal([]byte(n.Value), &number) != nil || n.Value != string(number) {
		return n
	}
	bare := *n
	bare.Style, bare.Tag = 0, "!!int"
	if strings.ContainsAny(n.Value, ".eE") {
		bare.Tag = "!!float"
	}
	return &bare
}
