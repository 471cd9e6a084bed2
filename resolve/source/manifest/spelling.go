package manifest

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// unknownField reports a key that the object's schema does not have.
func (d *decoder) unknownField(key *yaml.Node, fields []string) {
	hint := likelyWord(key.Value, fields)
	if hint == "" && len(fields) > 0 && len(fields) <= 12 {
		hint = "known here: " + strings.Join(fields, ", ")
	}
	why := ", as the API server drops it"
	if d.lenient {
		why = " by istiod"
	}
	d.report(key, fmt.Sprintf("unknown field %q; it is ignored%s", key.Value, why), hint)
}

// likelyWord suggests the word that was probably meant, "" when none is near.
func likelyWord(word string, words []string) string {
	best, least := "", max(2, len(word)/4)+1
	for _, w := range words {
		distance := editDistance(plainWord(word), plainWord(w))
		if distance < least {
			best, least = w, distance
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %s?", best)
}

// plainWord makes portLevelMTLS, port_level_mtls and portLevelMtls the same.
func plainWord(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }

// editDistance counts the letters to insert, delete or replace.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
