package validation

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// value checks v against s.
func (r *report) value(s *schema, v any, at *place) {
	if v == nil {
		if !s.Nullable {
			r.add(CauseType, at, "null is not allowed here")
		}
		return
	}
	if !r.isOf(s, v, at) {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		r.object(s, v, at)
	case []any:
		r.list(s, v, at)
	case string:
		r.text(s, v, at)
	case bool:
	default:
		r.number(s, numberOf(v), at)
	}
	for _, name := range s.Rules {
		if f := rules[name]; !f.holds(v) {
			if f.at != "" {
				r.add(f.cause, at.child(f.at), f.message)
				continue
			}
			r.add(f.cause, at, f.message)
		}
	}
}

// isOf reports whether v has the type that s wants. A whole number that is written
// as 5.0 is one.
func (r *report) isOf(s *schema, v any, at *place) bool {
	is := typeOf(v)
	switch {
	case s.Type == "" || is == s.Type || is == "integer" && s.Type == "number":
		return true
	case is == "number" && s.Type == "integer" && numberOf(v) == math.Trunc(numberOf(v)):
		return true
	}
	r.add(CauseType, at, fmt.Sprintf("%s where %s is needed", article(is), article(s.Type)))
	return false
}

// typeOf is the JSON type of a value.
func typeOf(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		return "number"
	}
	return "integer"
}

func article(jsonType string) string {
	switch jsonType {
	case "object":
		return "an object"
	case "array":
		return "a list"
	case "boolean":
		return "true or false"
	case "integer":
		return "a whole number"
	}
	return "a " + jsonType
}

func numberOf(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	}
	f, _ := v.(float64)
	return f
}

func (r *report) object(s *schema, v map[string]any, at *place) {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			r.add(CauseRequired, at, name+" is required")
		}
	}
	for _, group := range s.AtMostOne {
		set := slices.DeleteFunc(slices.Clone(group), func(name string) bool { _, ok := v[name]; return !ok })
		if len(set) > 1 {
			r.add(CauseChoice, at.child(set[1]), "only one of "+strings.Join(set, ", ")+" can be set")
		}
	}
	r.size(len(v), s.MinProperties, s.MaxProperties, "entries", at)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if below, ok := s.Properties[name]; ok {
			r.value(below, v[name], at.child(name))
		} else if s.Values != nil {
			r.value(s.Values, v[name], at.child(name))
		}
	}
}

func (r *report) list(s *schema, v []any, at *place) {
	r.size(len(v), s.MinItems, s.MaxItems, "entries", at)
	seen := map[string]bool{}
	for i, item := range v {
		if s.Items != nil {
			r.value(s.Items, item, at.at(i))
		}
		if len(s.Keys) == 0 {
			continue
		}
		key := keyOf(item, s.Keys)
		if seen[key] {
			r.add(CauseDuplicate, at.at(i), "a second entry with this "+strings.Join(s.Keys, " and "))
		}
		seen[key] = true
	}
}

// keyOf is what tells an item of a list apart.
func keyOf(item any, keys []string) string {
	fields, _ := item.(map[string]any)
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "%#v\x00", fields[k])
	}
	return b.String()
}

func (r *report) size(n int, least, most *int, of string, at *place) {
	switch {
	case least != nil && n == 0 && *least == 1:
		r.add(CauseEmpty, at, "it is empty")
	case least != nil && n < *least:
		r.add(CauseValue, at, fmt.Sprintf("%d %s, at least %d are needed", n, of, *least))
	case most != nil && n > *most:
		r.add(CauseValue, at, fmt.Sprintf("%d %s, at most %d are allowed", n, of, *most))
	}
}

func (r *report) text(s *schema, v string, at *place) {
	if s.MinLength != nil || s.MaxLength != nil {
		r.size(utf8.RuneCountInString(v), s.MinLength, s.MaxLength, "characters", at)
	}
	if s.Pattern.Regexp != nil && !s.Pattern.MatchString(v) {
		r.add(CauseValue, at, fmt.Sprintf("%s does not match %s", quoted(v), s.Pattern))
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		r.add(CauseValue, at, fmt.Sprintf("%s is not one of %s", quoted(v), strings.Join(s.Enum, ", ")))
	}
	if s.Format == "byte" {
		if _, err := base64.StdEncoding.DecodeString(v); err != nil {
			r.add(CauseValue, at, "not base64")
		}
	}
}

func (r *report) number(s *schema, v float64, at *place) {
	least, most := s.Minimum, s.Maximum
	switch {
	case least != nil && v < *least:
		r.add(CauseValue, at, fmt.Sprintf("%v is less than %v", v, *least))
	case most != nil && v > *most:
		r.add(CauseValue, at, fmt.Sprintf("%v is more than %v", v, *most))
	case s.Format == "int32" && (v < math.MinInt32 || v > math.MaxInt32):
		r.add(CauseValue, at, fmt.Sprintf("%v does not fit into 32 bits", v))
	}
}

// quoted is a value for a message, not longer than a line.
func quoted(v string) string {
	if len(v) > 60 {
		v = strings.ToValidUTF8(v[:57], "") + "..."
	}
	return fmt.Sprintf("%q", v)
}
