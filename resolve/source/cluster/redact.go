package cluster

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/source/trim"
)

// tokens stand in a snapshot for values that are nobody else's. One value has one token, so
// that what was equal still is; they are counted, so that none tells anything of its value.
// The zero tokens are ready to use.
type tokens map[string]string

// isToken reports a text that stands for a value which a snapshot has left out.
func isToken(text string) bool { return strings.HasPrefix(text, public.Token) }

// of is the token of a value. Nothing, and everything, are no values.
func (t tokens) of(value string) string {
	switch {
	case value == "" || value == "*" || isToken(value):
		return value
	case t[value] == "":
		t[value] = fmt.Sprintf("%s%d", public.Token, len(t)+1)
	}
	return t[value]
}

// value is v, a value of a field, with tokens for all that is neither name nor structure.
func (t tokens) value(v any, f *public.Field) any {
	switch v := v.(type) {
	case map[string]any:
		return t.object(v, f)
	case []any:
		for i := range v {
			v[i] = t.value(v[i], f)
		}
		return v
	case string:
		if f.Name() {
			return public.WithoutUser(v)
		}
		if _, err := base64.StdEncoding.DecodeString(v); f.Base64() && err == nil && v != "" {
			return base64.StdEncoding.EncodeToString([]byte(t.of(v)))
		}
		return t.of(v)
	case nil:
		return v
	}
	if f.Known() { // a number or a switch
		return v
	}
	return t.of(fmt.Sprint(v))
}

func (t tokens) object(v map[string]any, f *public.Field) map[string]any {
	if f.OnlyKeys() {
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text, _ := json.Marshal(v[key]) // it was JSON before
			v[key] = t.of(string(text))
		}
		return v
	}
	identity := public.Identity(textOf(v["key"]))
	for _, key := range slices.Sorted(maps.Keys(v)) { // in order: so are the tokens
		below := f.Child(key)
		switch inner := v[key].(type) {
		case map[string]any:
			if key == "annotations" {
				t.annotations(inner)
				continue
			}
		case []any:
			if identity && (key == "values" || key == "notValues") {
				continue
			}
		case bool, float64:
			if !f.Known() { // a token would not be valid
				delete(v, key)
			}
			continue
		}
		v[key] = t.value(v[key], below)
	}
	return v
}

// annotations puts tokens in the place of values of annotations. That there is one may
// decide something, and an object that is written again has to have all of them.
func (t tokens) annotations(all map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(all)) {
		text := textOf(all[key])
		switch {
		case key == public.ProxyConfig:
			all[key] = trim.ProxyConfig(text)
		case public.Annotation(key), key == resolve.LastApplied: // of which a part is left: see applied
		default:
			all[key] = t.of(text)
		}
	}
}

// withoutUsers leaves out of all texts of an object who logs in at a URL.
func withoutUsers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = withoutUsers(inner)
		}
	case []any:
		for i := range v {
			v[i] = withoutUsers(v[i])
		}
	case string:
		return public.WithoutUser(v)
	}
	return v
}
