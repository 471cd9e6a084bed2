package analyze

import (
	"fmt"
	"slices"
	"strconv"
)

// Apply changes an object, given as YAML reads it: maps, lists and scalars. It is for an
// Edit of a field; the error says what the object lacks for it.
func (e *Edit) Apply(object map[string]any) error {
	path := e.Field.Segments()
	if len(path) == 0 {
		return fmt.Errorf("%s: %q is not a field", e.Object, e.Field)
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
	if len(path) == 1 && (e.Verb == Remove || e.Verb == Rename) {
		value, there := m[key]
		if !there {
			return e.lacks(key)
		}
		if e.Verb == Rename {
			return e.rename(m, key, value)
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

func (e *Edit) rename(m map[string]any, key string, value any) error {
	name, is := e.Value.(string)
	if !is {
		return fmt.Errorf("%s, %s: %v is not a name", e.Object, e.Field, e.Value)
	}
	if _, taken := m[name]; taken {
		return fmt.Errorf("%s, %s: %s already exists", e.Object, e.Field, name)
	}
	delete(m, key)
	m[name] = value
	return nil
}

func (e *Edit) inList(list []any, path []string) ([]any, error) {
	i, err := strconv.Atoi(path[0])
	if err != nil || i >= len(list) {
		return list, e.lacks(path[0])
	}
	switch {
	case len(path) == 1 && e.Verb == Rename:
		return list, fmt.Errorf("%s, %s: an element of a list has no name", e.Object, e.Field)
	case len(path) == 1 && e.Verb == Remove:
		return slices.Delete(list, i, i+1), nil
	}
	list[i], err = e.at(list[i], path[1:])
	return list, err
}

func (e *Edit) lacks(what string) error {
	return fmt.Errorf("%s, %s: %s does not exist", e.Object, e.Field, what)
}
