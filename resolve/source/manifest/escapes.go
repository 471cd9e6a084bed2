package manifest

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode/utf16"
)

var escapes = regexp.MustCompile(`\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|.)`)

// yamlEscapes rewrites the two JSON escapes that the YAML parser lacks: \/, and
// characters beyond the basic plane, which JSON writes as two \u escapes.
func yamlEscapes(data []byte) []byte {
	if !bytes.Contains(data, []byte(`\u`)) && !bytes.Contains(data, []byte(`\/`)) {
		return data
	}
	return escapes.ReplaceAllFunc(data, func(m []byte) []byte {
		switch {
		case string(m) == `\/`:
			return m[1:]
		case len(m) < len(`\ud83d\ude00`):
			return m
		}
		high, _ := strconv.ParseUint(string(m[2:6]), 16, 16)
		low, _ := strconv.ParseUint(string(m[8:]), 16, 16)
		return []byte(string(utf16.DecodeRune(rune(high), rune(low))))
	})
}
