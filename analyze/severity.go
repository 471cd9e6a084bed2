package analyze

import (
	"fmt"
	"strings"
)

// Severity ranks findings. The zero value is Info.
type Severity uint8

const (
	// Info is worth knowing and needs no action.
	Info Severity = iota
	// Warning is misleading or risky: it does not do what it seems to.
	Warning
	// Error breaks calls or leaves open what was meant to be closed.
	Error
)

var severityWords = [...]string{"info", "warning", "error"}

// String is the word that users read and scripts compare.
func (s Severity) String() string {
	if int(s) < len(severityWords) {
		return severityWords[s]
	}
	return fmt.Sprintf("Severity(%d)", uint8(s))
}

// MarshalText writes the word of String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSeverity(string(b))
	return err
}

// ParseSeverity reads a severity word; the error lists the words.
func ParseSeverity(word string) (Severity, error) {
	for i, w := range severityWords {
		if strings.EqualFold(w, word) {
			return Severity(i), nil
		}
	}
	return Info, fmt.Errorf("unknown severity %q: one of %s", word, strings.Join(severityWords[:], ", "))
}
