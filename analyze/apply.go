package analyze

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Apply changes an object, given as YAML reads it: maps, lists and scalars. It is for an
// Edit of a field; the error says what the object lacks for it.
func (e *Edit) Apply(object map[string]any) error {
	path := steps(e.Field)
	if len(path) == 0 {
		return fmt.Errorf("%s: %q is no field", e.Object, e.Field)
	}
	_, err := e.at(object, path)
	return err
}

// at is a value after the edit of what lies at the end of the path.
func (e *Edit) at(value any, path []string) (any, error) {
	switch v := value.(type) {
	case []any:
		if len(path) > 0 {
			return e.inList(v, path)
		}
	case map[string]any:
		if len(path) > 0 {
			return v, e.inMap(v, path)
		}
	case nil:
		if len(path) > 0 {
			m := map[string]any{}
			return m, e.inMap(m, path)
		}
	default:
		if len(path) > 0 {
			return value, e.lacks(path[0])
		}
	}
	if e.Verb == Append {
		list, _ := value.([]any)
		return append(list, e.Value), nil
	}
	return e.Value, nil
}

func (e *Edit) inMap(m map[string]any, path []string) error {
	key := path[0]
	if len(path) == 1 && e.Verb == Remove {
		if _, there := m[key]; !there {
			return e.lacks(key)
		}
		delete(m, key)
		return nil
	}
	inner, err := e.at(m[key], path[1:])
	if err == nil {
		m[key] = inner
	}
	return err
}

func (e *Edit) inList(list []any, path []string) ([]any, error) {
	i, err := strconv.Atoi(path[0])
	if err != nil || i >= len(list) {
		return list, e.lacks(path[0])
	}
	if len(path) == 1 && e.Verb == Remove {
		return slices.Delete(list, i, i+1), nil
	}
	list[i], err = e.at(list[i], path[1:])
	return list, err
}

func (e *Edit) lacks(what string) error {
	return fmt.Errorf("%s, %s: there is no %s", e.Object, e.Field, what)
}

// segment is one step of a field: ["text"], [number] or a name.
var segment = regexp.MustCompile(`\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|\.?([A-Za-z_][A-Za-z0-9_]*)`)

// steps are the keys and indexes of a field, nil for a text that is none.
func steps(f resolve.Field) []string {
	var path []string
	length := 0
	for _, m := range segment.FindAllStringSubmatch(string(f), -1) {
		length += len(m[0])
		word := m[2] + m[3]
		if m[1] != "" {
			var err error
			if word, err = strconv.Unquote(m[1]); err != nil {
				return nil
			}
		}
		path = append(path, word)
	}
	if length != len(f) {
		return nil
	}
	return path
}
