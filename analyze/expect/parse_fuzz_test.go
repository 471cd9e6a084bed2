package expect_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/expect"
)

// FuzzParse: whatever a file holds, its tests are read or refused in one line that names
// the file, and what is read says what it expects.
func FuzzParse(f *testing.F) {
	f.Add([]byte("apiVersion: mtlsctl.io/v1alpha1\nkind: MeshTest\nexpect:\n- {workload: deploy/a, port: 80, mode: [STRICT, TLS]}\n- {from: a, to: 'b:80', verdict: mtls}\n- {no-plaintext-into: c}\n"))
	f.Add([]byte("kind: MeshTest\nexpect: &a [*a]\n"))
	f.Add([]byte("a: b\n---\nkind: MeshTest\nexpect: {}\nmetadata: 1\n"))
	f.Add([]byte("kind: MeshTest\nexpect: [{port: 99999, workload: a, mode: UNSET}]\n"))
	f.Add([]byte("kind: MeshTest\nexpect.key: 0\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		tests, err := expect.Parse("x.yaml", text)
		if err != nil {
			typed := strings.Contains(err.Error(), "expect.") && !strings.Contains(string(text), "expect.") // a name of Go's
			if message := err.Error(); !strings.HasPrefix(message, "x.yaml:") || typed {
				t.Errorf("%q: the error names no place, or a name of Go's: %s", text, message)
			}
			return
		}
		for _, one := range tests {
			for i := range one.Expectations {
				e := &one.Expectations[i]
				if e.String() == "" || e.At.Line == 0 || e.Workload == "" && e.From == "" && e.NoPlaintextInto == "" {
					t.Errorf("%q: read the expectation %+v", text, e)
				}
			}
		}
	})
}
