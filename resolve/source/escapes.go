package source

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode/utf16"
)

var surrogates = regexp.MustCompile(`\\+u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)

// yamlEscapes rewrites the one JSON escape that YAML lacks: characters beyond
// the basic plane, which JSON writes as two \u escapes.
func yamlEscapes(data []byte) []byte {
	if !bytes.Contains(data, []byte(`\u`)) {
		return data
	}
	return surrogates.ReplaceAllFunc(data, func(m []byte) []byte {
		slashes := bytes.IndexByte(m, 'u')
		if slashes%2 == 0 { // the backslash before u is itself escaped
			return m
		}
		high, _ := strconv.ParseUint(string(m[slashes+1:slashes+5]), 16, 16)
		low, _ := strconv.ParseUint(string(m[slashes+7:]), 16, 16)
		return append(bytes.Clone(m[:slashes-1]), string(utf16.DecodeRune(rune(high), rune(low)))...)
	})
}
