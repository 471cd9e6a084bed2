package source

import (
	"encoding/json"
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// decoder turns the nodes of one object into Go values. What does not fit is a
// problem and costs only the field.
type decoder struct {
	doc document
	// item is where the object stands in doc; layers are further places to look
	// for the lines of its fields.
	item     path
	layers   []*lines
	ref      resolve.Ref
	way      way
	problems []resolve.Problem
	marks    []mark
	// refused is set when the API server would not take the object.
	refused bool
	// lenient takes protobuf's own field names too, as istiod does for the mesh
	// configuration; in a custom resource the API server prunes them.
	lenient bool

	depth, aliased, unfolded int
	exhausted                bool
}

// typed decodes a Kubernetes type by its json tags.
func typed[T any](d *decoder, n *yaml.Node) metav1.Object {
	v := new(T)
	d.decode(n, reflect.ValueOf(v).Elem())
	return any(v).(metav1.Object)
}

var intOrString = reflect.TypeFor[intstr.IntOrString]()

// decode sets v to what n says. Null leaves v as it is.
func (d *decoder) decode(n *yaml.Node, v reflect.Value) {
	n, ok := d.enter(n)
	if !ok {
		return
	}
	defer d.leave()
	t := v.Type()
	switch {
	case t == intOrString:
		d.intOrString(n, v)
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		d.decode(n, p.Elem())
		v.Set(p)
	case unmarshals(t):
		d.unmarshal(n, v)
	default:
		d.decodeKind(n, v)
	}
}

func (d *decoder) decodeKind(n *yaml.Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v)
	case reflect.Map:
		d.mapping(n, v)
	case reflect.Slice:
		d.slice(n, v)
	case reflect.String:
		if s, ok := d.text(n); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		if b, ok := d.boolean(n); ok {
			v.SetBool(b)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if i, ok := d.integer(n, v.Type().Bits(), true); ok {
			v.SetInt(i)
		}
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value) {
	if !d.want(n, yaml.MappingNode, "an object") {
		return
	}
	fields := fieldsOf(v.Type())
	d.each(n, func(key, value *yaml.Node) {
		if index, ok := fields[key.Value]; ok {
			d.in(key.Value, func() { d.decode(value, v.FieldByIndex(index)) })
		}
	})
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value) {
	if !d.want(n, yaml.MappingNode, "an object") || v.Type().Key().Kind() != reflect.String {
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), len(n.Content)/2)
	d.each(n, func(key, value *yaml.Node) {
		elem := reflect.New(v.Type().Elem()).Elem()
		d.in(key.Value, func() { d.decode(value, elem) })
		m.SetMapIndex(reflect.ValueOf(key.Value).Convert(v.Type().Key()), elem)
	})
	v.Set(m)
}

func (d *decoder) slice(n *yaml.Node, v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 || !d.want(n, yaml.SequenceNode, "a list") {
		return
	}
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		d.at(i, func() { d.decode(c, s.Index(i)) })
	}
	v.Set(s)
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func unmarshals(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(unmarshaler)
}

// unmarshal is for types that read themselves from JSON: quantities, times.
func (d *decoder) unmarshal(n *yaml.Node, v reflect.Value) {
	b, err := json.Marshal(d.plain(n))
	if err == nil {
		err = v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(b)
	}
	if err != nil && !isParameter(n) {
		v.SetZero()
		d.report(n, fmt.Sprintf("%s is not valid here: %v", describe(n), err), "")
	}
}

func (d *decoder) intOrString(n *yaml.Node, v reflect.Value) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!int" {
		if i, ok := d.integer(n, 32, true); ok {
			v.Set(reflect.ValueOf(intstr.FromInt32(int32(i))))
		}
		return
	}
	if s, ok := d.text(n); ok {
		v.Set(reflect.ValueOf(intstr.FromString(s)))
	}
}

// want reports a node of the wrong shape.
func (d *decoder) want(n *yaml.Node, kind yaml.Kind, what string) bool {
	if n.Kind == kind {
		return true
	}
	if !isParameter(n) {
		d.report(n, fmt.Sprintf("%s where Kubernetes wants %s", describe(n), what), "")
	}
	return false
}
