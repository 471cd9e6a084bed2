package validation

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// value checks v against s.
func (r *report) value(s *schema, v Value, at *place) {
	is := v.Type()
	if is == Null {
		if !s.Nullable {
			r.add(CauseType, at, "null is not allowed here")
		}
		return
	}
	if !r.isOf(s, v, is, at) {
		return
	}
	switch is {
	case Object:
		r.object(s, v, at)
	case List:
		r.list(s, v, at)
	case Text:
		r.text(s, v.Text(), at)
	case Integer, Number:
		r.number(s, v.Number(), at)
	}
	for _, name := range s.Rules {
		if f := rules[name]; !f.holds(v) {
			if f.at != "" {
				at = r.child(at, f.at)
			}
			r.add(f.cause, at, f.message)
			return
		}
	}
}

// isOf reports whether v has the type that s wants. A whole number that is written
// as 5.0 is one.
func (r *report) isOf(s *schema, v Value, is Type, at *place) bool {
	switch {
	case s.Type == "" || s.Type == is, is == Integer && s.Type == Number:
		return true
	case is == Number && s.Type == Integer && v.Number() == math.Trunc(v.Number()):
		return true
	}
	r.add(CauseType, at, fmt.Sprintf("%s where %s is needed", article(is), article(s.Type)))
	return false
}

func article(t Type) string {
	switch t {
	case Object:
		return "an object"
	case List:
		return "a list"
	case Boolean:
		return "true or false"
	case Integer:
		return "a whole number"
	}
	return "a " + string(t)
}

func (r *report) object(s *schema, v Value, at *place) {
	for _, name := range s.Required {
		if v.Get(name) == nil {
			r.add(CauseRequired, at, name+" is required")
		}
	}
	for _, group := range s.AtMostOne {
		if set := count(v, group...); set > 1 {
			r.add(CauseChoice, at, "only one of "+strings.Join(group, ", ")+" can be set")
		}
	}
	if s.MinProperties != nil || s.MaxProperties != nil {
		r.size(v.Len(), s.MinProperties, s.MaxProperties, "entries", at)
	}
	for i := range v.Len() {
		name, below := v.Field(i)
		if known := s.Properties[name]; known != nil {
			r.value(known, below, r.child(at, name))
		} else if s.Values != nil {
			r.value(s.Values, below, r.child(at, name))
		}
	}
}

func (r *report) list(s *schema, v Value, at *place) {
	if s.MinItems != nil || s.MaxItems != nil {
		r.size(v.Len(), s.MinItems, s.MaxItems, "entries", at)
	}
	var seen map[string]bool
	if len(s.Keys) > 0 {
		seen = map[string]bool{}
	}
	for i := range v.Len() {
		item := v.Item(i)
		if s.Items != nil {
			r.value(s.Items, item, r.item(at, i))
		}
		if len(s.Keys) == 0 {
			continue
		}
		key := keyOf(item, s.Keys)
		if seen[key] {
			r.add(CauseDuplicate, r.item(at, i), "a second entry with this "+strings.Join(s.Keys, " and "))
		}
		seen[key] = true
	}
}

// keyOf is what tells an item of a list apart.
func keyOf(item Value, keys []string) string {
	var b strings.Builder
	for _, k := range keys {
		if v := item.Get(k); v != nil {
			fmt.Fprintf(&b, "%s%q%v", v.Type(), v.Text(), v.Number())
		}
		b.WriteByte(0)
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
		r.add(CauseValue, at, fmt.Sprintf("%s does not match %s", Quoted(v), s.Pattern))
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		r.add(CauseValue, at, fmt.Sprintf("%s is not one of %s", Quoted(v), strings.Join(s.Enum, ", ")))
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

// Quoted is a value for a message, not longer than a line.
func Quoted(v string) string {
	if len(v) > 60 {
		v = strings.ToValidUTF8(v[:57], "") + "..."
	}
	return fmt.Sprintf("%q", v)
}
