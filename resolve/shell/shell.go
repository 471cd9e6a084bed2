// Package shell writes words for a shell: whatever stands in a name, it arrives at a command
// as one word, and nothing in it is run.
package shell

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"al.essio.dev/pkg/shellescape"
)

// Word is a text as one word of a line for a POSIX shell. Every command that is printed for
// people to paste is made of it.
func Word(text string) string {
	if isLine(text) {
		return shellescape.Quote(text)
	}
	// A line cannot hold it as it is, so that printf says it. The shell takes line breaks
	// off the end: no name of Kubernetes has one.
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '/' || i > 0 && c == '-' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	return `"$(printf '` + b.String() + `')"`
}

// isLine reports a text that a line shows as it is, on a terminal and in the log of a
// pipeline.
func isLine(text string) bool {
	return utf8.ValidString(text) && !strings.Contains(text, "##[") && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
