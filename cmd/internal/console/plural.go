package console

import (
	"fmt"
	"strings"
)

// Plural is "1 policy" or "3 policies".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, PluralOf(noun))
}

// PluralOf is the plural of a noun: "policies".
func PluralOf(noun string) string {
	stem, isY := strings.CutSuffix(noun, "y")
	switch {
	case strings.HasSuffix(noun, "s"):
		return noun
	case isY && !strings.HasSuffix(stem, "a"):
		return stem + "ies"
	}
	return noun + "s"
}

// Some lists the first words and counts the others.
func Some(words []string, most int) string {
	if len(words) == 0 {
		return "none"
	}
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}
