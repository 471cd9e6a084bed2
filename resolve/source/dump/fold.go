package dump

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// foldKeys takes the underscores out of the keys of a JSON value, in place: Envoy writes
// filter_chains, istioctl filterChains, and encoding/json does not look at the case of a key.
// Keys with a dot are names of somebody, not of fields.
func foldKeys(text []byte) []byte {
	out := text[:0]
	for at := 0; at < len(text); {
		if text[at] != '"' {
			out = append(out, text[at])
			at++
			continue
		}
		end := stringEnd(text, at)
		word := text[at:end]
		at = end
		if next := bytes.TrimLeft(text[end:], " \t\r\n"); len(next) > 0 && next[0] == ':' && !bytes.ContainsAny(word, ".\\") {
			for _, c := range word {
				if c != '_' {
					out = append(out, c)
				}
			}
			continue
		}
		out = append(out, word...)
	}
	return out
}

// stringEnd is where a string that begins at a quote ends.
func stringEnd(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// fold is a key as foldKeys leaves it, in lower case.
func fold(key string) string { return strings.ToLower(strings.ReplaceAll(key, "_", "")) }

// into decodes a value of a dump, whichever way its keys are written. The text is used up.
func into(text []byte, value any) error { return decoded(foldKeys(text), value) }

// decoded is json.Unmarshal with an error that a person can place.
func decoded(text []byte, value any) error {
	err := json.Unmarshal(text, value)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("%s is a %s, which no dump has there", kind.Field, kind.Value)
	}
	return err
}

// word is a text that may as well be a number, or something else that nothing depends on.
type word string

// UnmarshalJSON implements json.Unmarshaler.
func (w *word) UnmarshalJSON(text []byte) error {
	var s string
	if json.Unmarshal(text, &s) == nil {
		*w = word(s)
		return nil
	}
	if len(text) > 0 && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') {
		*w = word(text)
	}
	return nil
}

// flag is a boolean, as protobuf's wrappers are written too.
type flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(text []byte) error {
	var wrapped struct{ Value bool }
	if len(text) > 0 && text[0] == '{' {
		err := json.Unmarshal(text, &wrapped)
		*f = flag(wrapped.Value)
		return err
	}
	return json.Unmarshal(text, (*bool)(f))
}
