package cmd

import (
	"fmt"
	"strings"
)

// plural is "1 policy" or "3 policies".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, pluralOf(noun))
}

func pluralOf(noun string) string {
	stem, isY := strings.CutSuffix(noun, "y")
	switch {
	case strings.HasSuffix(noun, "s"):
		return noun
	case isY && !strings.HasSuffix(stem, "a"):
		return stem + "ies"
	}
	return noun + "s"
}

// some lists the first words and counts the others.
func some(words []string, most int) string {
	if len(words) == 0 {
		return "none"
	}
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}
