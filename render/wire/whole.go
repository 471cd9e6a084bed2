package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// without names the first key that a value which was read should have for the structure of
// a report, and has not: "items[3].ports". It is "" where all are there. Keys that may be
// absent are those with omitempty, and those of lacks.
func without(read any, report any, lacks []string) string {
	return missingIn(read, reflect.TypeOf(report), "", lacks)
}

func missingIn(read any, t reflect.Type, at string, lacks []string) string {
	if read == nil {
		return "" // null, or a key that may lack
	}
	switch t.Kind() {
	case reflect.Pointer:
		return missingIn(read, t.Elem(), at, lacks)
	case reflect.Slice:
		list, _ := read.([]any)
		for i, one := range list {
			if missing := missingIn(one, t.Elem(), fmt.Sprintf("%s[%d]", at, i), lacks); missing != "" {
				return missing
			}
		}
	case reflect.Struct:
		keys, ok := read.(map[string]any)
		if !ok {
			return at
		}
		return missingOf(keys, t, at, lacks)
	}
	return ""
}

func missingOf(keys map[string]any, t reflect.Type, at string, lacks []string) string {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			if missing := missingOf(keys, f.Type, at, lacks); missing != "" {
				return missing
			}
			continue
		}
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if key == "" || key == "-" {
			continue
		}
		value, has := keys[key]
		path := strings.TrimPrefix(at+"."+key, ".")
		nullable := f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Interface
		if !has && options != "omitempty" && !slices.Contains(lacks, key) || has && value == nil && !nullable {
			return path
		}
		if missing := missingIn(value, f.Type, path, lacks); missing != "" {
			return missing
		}
	}
	return ""
}
