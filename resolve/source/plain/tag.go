package plain

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// tagOf is what a plain word is in YAML 1.1, which kubectl reads, and in YAML 1.2 alike:
// "" for words that are not the same in both, and for those that are looked at no closer.
func tagOf(word string) string {
	switch c := word[0]; {
	case isLetter(c):
		return tagOfLetters(word)
	case word == "~":
		return "!!null"
	case c >= '0' && c <= '9' || strings.IndexByte("+-.", c) >= 0:
		return tagOfDigits(word)
	}
	return "!!str"
}

// tagOfLetters leaves y, n, yes, no, on and off out, and words with odd capitals.
func tagOfLetters(word string) string {
	switch {
	case len(word) > len("false"):
		return "!!str"
	case word == "true" || word == "false":
		return "!!bool"
	case word == "null":
		return "!!null"
	}
	for _, other := range [...]string{"true", "false", "null", "y", "n", "yes", "no", "on", "off"} {
		if strings.EqualFold(word, other) {
			return ""
		}
	}
	return "!!str"
}

// tagOfDigits knows whole numbers of up to 18 digits and fractions as JSON writes them,
// and words with a letter or sign that no number, date or time has.
func tagOfDigits(word string) string {
	digits := strings.TrimPrefix(word, "-")
	whole, fraction, dot := strings.Cut(digits, ".")
	switch {
	case isDigits(whole) && len(word) <= 18 && (whole[0] != '0' || whole == "0" && word[0] != '-') && !dot:
		return "!!int"
	case isDigits(whole) && len(word) <= 15 && (whole[0] != '0' || whole == "0") && isDigits(fraction):
		return "!!float"
	case strings.ContainsFunc(word, isForeign) || strings.Count(word, ".") > 1 && strings.Trim(word, "0123456789.") == "":
		return "!!str"
	case !strings.ContainsAny(word, "0123456789") && !strings.Contains(word, "."):
		return "!!str"
	}
	return ""
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// isForeign is true for what stands in no number, in any base or as infinity, and in no date or time.
func isForeign(r rune) bool {
	return (r < '0' || r > '9') && !strings.ContainsRune("+-.:_ abcdefABCDEFxXoOiInNtTzZ", r)
}

// isKey is true for keys that are strings, and for numbers, whose text is the key in JSON.
func isKey(n *yaml.Node) bool { return n.Tag == "!!str" || n.Tag == "!!int" }
