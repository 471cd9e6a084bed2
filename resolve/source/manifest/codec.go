package manifest

import (
	"encoding/json"
	"reflect"
	"sync"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// codec sets a value of one Go type to what a node says.
type codec func(d *decoder, n *yaml.Node, v reflect.Value)

var codecs sync.Map // reflect.Type -> codec

// codecOf chooses the codec of a type, once per type.
func codecOf(t reflect.Type) codec {
	if c, ok := codecs.Load(t); ok {
		return c.(codec)
	}
	c := newCodec(t)
	codecs.Store(t, c)
	return c
}

var (
	intOrString = reflect.TypeFor[intstr.IntOrString]()
	labels      = reflect.TypeFor[map[string]string]()
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
)

func newCodec(t reflect.Type) codec {
	switch {
	case t == intOrString:
		return (*decoder).intOrString
	case t == labels:
		return (*decoder).labels
	case t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(unmarshaler):
		return (*decoder).unmarshal
	}
	switch t.Kind() {
	case reflect.Pointer:
		return (*decoder).pointer
	case reflect.Struct:
		return (*decoder).structure
	case reflect.Map:
		return (*decoder).mapping
	case reflect.Slice:
		return (*decoder).slice
	case reflect.String:
		return (*decoder).stringInto
	case reflect.Bool:
		return (*decoder).boolInto
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return (*decoder).intInto
	}
	return func(*decoder, *yaml.Node, reflect.Value) {}
}
