package manifest

import (
	"encoding/json"
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// decoder turns the nodes of one object into Go values. What does not fit is a
// problem and costs only the field.
type decoder struct {
	doc Document
	// item is where the object stands in doc; layers are further places to look
	// for the lines of its fields.
	item     path
	layers   []*lines
	ref      resolve.Ref
	way      way
	problems []resolve.Problem
	marks    []Mark
	// refused is set when the API server would not take the object, rejected when that
	// was found by its rules, after decoding.
	refused, rejected bool
	refusal           *resolve.Refusal // why it is rejected
	// applied is true for an object that an API server holds, see Options.Applied.
	applied bool
	// spec is that of a custom resource of Istio's.
	spec proto.Message
	// lenient takes protobuf's own field names too, as istiod does for the mesh
	// configuration; in a custom resource the API server prunes them.
	lenient bool
	// part is true for an object of which only a part may be written, see Options.There.
	part bool

	maps  *labelMaps // of the batch, nil for none
	judge *validation.Judge
	pairs []string // scratch

	depth, aliased, unfolded int
	exhausted                bool
	// irregular is set where a mapping has merge keys, or keys that are written twice.
	irregular bool
}

// typed decodes a Kubernetes type by its json tags.
func typed[T any](d *decoder, n *yaml.Node) metav1.Object {
	v := new(T)
	d.decode(n, reflect.ValueOf(v).Elem())
	return any(v).(metav1.Object)
}

// decode sets v to what n says. Null leaves v as it is.
func (d *decoder) decode(n *yaml.Node, v reflect.Value) {
	d.decodeWith(codecOf(v.Type()), n, v)
}

func (d *decoder) decodeWith(c codec, n *yaml.Node, v reflect.Value) {
	if n, ok := d.enter(n); ok {
		c(d, n, v)
		d.leave()
	}
}

func (d *decoder) pointer(n *yaml.Node, v reflect.Value) {
	p := reflect.New(v.Type().Elem())
	d.decode(n, p.Elem())
	v.Set(p)
}

func (d *decoder) stringInto(n *yaml.Node, v reflect.Value) {
	if s, ok := d.text(n); ok {
		v.SetString(s)
	}
}

func (d *decoder) boolInto(n *yaml.Node, v reflect.Value) {
	if b, ok := d.boolean(n); ok {
		v.SetBool(b)
	}
}

func (d *decoder) intInto(n *yaml.Node, v reflect.Value) {
	if i, ok := d.integer(n, v.Type().Bits(), true); ok {
		v.SetInt(i)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value) {
	if !d.want(n, yaml.MappingNode, "an object") {
		return
	}
	fields := fieldsOf(v.Type())
	d.each(n, func(key, value *yaml.Node) {
		if f, ok := fields[key.Value]; ok {
			d.in(key.Value, func() { d.decodeWith(f.codec, value, v.FieldByIndex(f.index)) })
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

// labels is mapping for the type that nearly all maps have. Null is an empty
// value, as for Kubernetes.
func (d *decoder) labels(n *yaml.Node, v reflect.Value) {
	if !d.want(n, yaml.MappingNode, "an object") {
		return
	}
	pairs := d.pairs[:0]
	d.each(n, func(key, value *yaml.Node) {
		d.in(key.Value, func() {
			text := ""
			if n, ok := d.enter(value); ok {
				text, _ = d.text(n)
				d.leave()
			}
			pairs = append(pairs, key.Value, text)
		})
	})
	d.pairs = pairs
	v.Set(reflect.ValueOf(d.maps.of(pairs)))
}

func (d *decoder) slice(n *yaml.Node, v reflect.Value) {
	elem := v.Type().Elem()
	if elem.Kind() == reflect.Uint8 || !d.want(n, yaml.SequenceNode, "a list") {
		return
	}
	s, c := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)), codecOf(elem)
	for i, e := range n.Content {
		d.at(i, func() { d.decodeWith(c, e, s.Index(i)) })
	}
	v.Set(s)
}

// unmarshal is for types that read themselves from JSON: quantities, times.
func (d *decoder) unmarshal(n *yaml.Node, v reflect.Value) {
	b, err := json.Marshal(d.plain(n))
	if err == nil {
		err = v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(b)
	}
	if err != nil && !isParameter(n) {
		v.SetZero()
		message := d.describe(n) + " is not valid here"
		if d.isPublic() {
			message += ": " + err.Error()
		}
		d.report(n, message, "")
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
		d.report(n, fmt.Sprintf("%s where Kubernetes wants %s", d.describe(n), what), "")
	}
	return false
}
