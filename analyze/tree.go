package analyze

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Tree is an object, or its spec, as YAML writes it: maps, lists and scalars; nil for what
// no YAML can hold.
func Tree(object any) map[string]any {
	text, err := json.Marshal(object)
	var tree map[string]any
	if err != nil || json.Unmarshal(text, &tree) != nil {
		return nil
	}
	switch object.(type) {
	case *networkingv1.DestinationRule, *networkingapi.DestinationRule:
		sayMode(tree)
	}
	return tree
}

// sayMode writes the mode of client TLS out where it is DISABLE: that is the zero of its
// type, which no field stands for, and a reader would take what is left for nothing.
func sayMode(v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if tls, ok := inner.(map[string]any); ok && key == "tls" && tls["mode"] == nil {
				tls["mode"] = "DISABLE"
			}
			sayMode(inner)
		}
	case []any:
		for _, inner := range v {
			sayMode(inner)
		}
	}
}

// Rewrite is what makes one tree of the other, field by field, for an object in which the
// tree stands at a field.
func Rewrite(object resolve.Ref, at resolve.Field, was, is any) []Edit {
	if reflect.DeepEqual(was, is) {
		return nil
	}
	switch a := was.(type) {
	case map[string]any:
		if b, ok := is.(map[string]any); ok {
			return rewriteMap(object, at, a, b)
		}
	case []any:
		if b, ok := is.([]any); ok {
			return rewriteList(object, at, a, b)
		}
	}
	return []Edit{{Object: object, Verb: Set, Field: at, Value: is}}
}

func rewriteMap(object resolve.Ref, at resolve.Field, was, is map[string]any) []Edit {
	var out []Edit
	for _, key := range keysOf(was, is) {
		inner := at.Child(key)
		switch a, before := was[key]; {
		case !before:
			out = append(out, Edit{Object: object, Verb: Set, Field: inner, Value: is[key]})
		case is[key] == nil:
			out = append(out, Edit{Object: object, Verb: Remove, Field: inner})
		default:
			out = append(out, Rewrite(object, inner, a, is[key])...)
		}
	}
	return out
}

// rewriteList goes element by element where none came or went; more at the end are
// appended, and any other change writes the list anew.
func rewriteList(object resolve.Ref, at resolve.Field, was, is []any) []Edit {
	if len(is) < len(was) || len(is) > len(was) && !reflect.DeepEqual(was, is[:len(was)]) {
		if i := removed(was, is); i >= 0 {
			return []Edit{{Object: object, Verb: Remove, Field: at.Index(i)}}
		}
		return []Edit{{Object: object, Verb: Set, Field: at, Value: is}}
	}
	var out []Edit
	for i := range was {
		out = append(out, Rewrite(object, at.Child(strconv.Itoa(i)), was[i], is[i])...)
	}
	for _, more := range is[len(was):] {
		out = append(out, Edit{Object: object, Verb: Append, Field: at, Value: more})
	}
	return out
}

// removed is the first element without which one list is the other, -1 for none.
func removed(was, is []any) int {
	if len(was) != len(is)+1 {
		return -1
	}
	i := 0
	for i < len(is) && reflect.DeepEqual(was[i], is[i]) {
		i++
	}
	if !reflect.DeepEqual(was[i+1:], is[i:]) {
		return -1
	}
	for i > 0 && reflect.DeepEqual(was[i-1], was[i]) {
		i--
	}
	return i
}

func keysOf(maps ...map[string]any) []string {
	var keys []string
	for _, m := range maps {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
