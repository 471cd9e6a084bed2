package pipelines

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
)

// parseJUnit reads a report: an error of the mesh is a test that failed, a warning or an
// info is in what a test that passed wrote, and what is not there was looked for in vain.
func parseJUnit(t *testing.T, text string) []finding {
	t.Helper()
	suites, err := junit.Ingest([]byte(text))
	if err != nil {
		t.Fatalf("-o junit: %v", err)
	}
	var all []finding
	for _, s := range suites {
		for _, test := range s.Tests {
			f := finding{Code: strings.Fields(test.Name)[0], Namespace: test.Classname}
			body := test.SystemOut
			if failed := (junit.Error{}); errors.As(test.Error, &failed) {
				f.Severity, body = failed.Type, failed.Body
			} else {
				f.Severity, body, _ = strings.Cut(body, ": ")
			}
			if body != "" {
				all = append(all, junitFinding(f, body))
			}
		}
	}
	return all
}

func junitFinding(f finding, body string) finding {
	f.Message, body, _ = strings.Cut(body, "\nfix: ")
	f.Fix, body, _ = strings.Cut(body, "\nat: ")
	at := strings.LastIndex(body, ":")
	f.File = body[:at]
	f.Line, _ = strconv.Atoi(strings.TrimSpace(body[at+1:]))
	return f
}
