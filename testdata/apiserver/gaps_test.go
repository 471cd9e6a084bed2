package apiserver

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	gap = regexp.MustCompile(`(?m)cannot list ([a-z.0-9]+)`)
	// klog is a line that a library wrote past mtlsctl's own words.
	klog = regexp.MustCompile(`(?m)^[EWIF][0-9]{4} |^goroutine |panic:`)
)

// gaps are the resources that mtlsctl says it could not list.
func gaps(stderr string) []string {
	var names []string
	for _, m := range gap.FindAllStringSubmatch(stderr, -1) {
		names = append(names, strings.TrimSuffix(m[1], "."))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// incomplete fails the test unless a run says that these resources are missing,
// these only, and ends as one whose answer is not whole.
func incomplete(t *testing.T, out output, resources ...string) {
	t.Helper()
	if out.code != 3 {
		t.Errorf("exit %d, want 3\n%s", out.code, out.stderr)
	}
	slices.Sort(resources)
	if got := gaps(out.stderr); !slices.Equal(got, resources) {
		t.Errorf("gaps %q, want %q\n%s", got, resources, out.stderr)
	}
	plain(t, out)
}

// complete fails the test where a run says that anything is missing.
func complete(t *testing.T, out output) {
	t.Helper()
	if got := gaps(out.stderr); out.code > 1 || len(got) > 0 {
		t.Errorf("exit %d, gaps %q\n%s", out.code, got, out.stderr)
	}
	plain(t, out)
}

// refused fails the test unless a run ends with nothing but one clear line and a
// hint.
func refused(t *testing.T, out output) {
	t.Helper()
	if out.code != 3 {
		t.Errorf("exit %d, want 3", out.code)
	}
	if out.stdout != "" {
		t.Errorf("stdout is not empty:\n%s", out.stdout)
	}
	errors, hints := 0, 0
	for line := range strings.Lines(out.stderr) {
		switch {
		case strings.HasPrefix(line, "error: "):
			errors++
		case strings.HasPrefix(line, "hint: "):
			hints++
		default:
			t.Errorf("neither error nor hint: %s", line)
		}
	}
	if errors != 1 || hints == 0 {
		t.Errorf("%d errors and %d hints\n%s", errors, hints, out.stderr)
	}
	plain(t, out)
}

// plain fails the test where a library spoke past mtlsctl.
func plain(t *testing.T, out output) {
	t.Helper()
	if klog.MatchString(out.stderr) {
		t.Errorf("stderr has a library's own lines:\n%s", out.stderr)
	}
}
