package cmd

import (
	"strings"
	"testing"
)

// FuzzConfig: whatever .mtlsctl.yaml holds, it is read or refused in one line that names
// the file, and an exception that is read has all that one needs.
func FuzzConfig(f *testing.F) {
	f.Add([]byte("exceptions:\n  - {namespace: a, name: b, mode: DISABLE, owner: c, reason: d, ports: [80], expires: 2027-01-31}\n"))
	f.Add([]byte("# nothing\n"))
	f.Add([]byte("exceptions: &a\n  - *a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseConfig("x.yaml", text)
		if err != nil {
			if message := err.Error(); !strings.HasPrefix(message, "x.yaml:") || strings.Contains(message, "cmd.") {
				t.Errorf("%q: %s (config.go)", text, message)
			}
			return
		}
		for _, e := range c.exceptions {
			if e.Namespace == "" || e.Name == "" || e.Owner == "" || e.Reason == "" || e.At.Line == 0 {
				t.Errorf("%q: %+v (config.go)", text, e)
			}
		}
	})
}
