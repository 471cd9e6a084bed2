package cmd_test

import (
	"io"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// TestBounds: every command that reads files ends with a sentence and 3 where it takes more
// than it may, with nothing of an answer. Nobody writes what is read, so that nothing else
// ends a run.
func TestBounds(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"analyze"}, {"describe"}, {"connections"}, {"migrate-plan"}, {"diff", "../testdata/mesh/bookinfo"}, {"test", "../testdata/expect/shop.yaml"},
	} {
		for bound, want := range map[string]string{
			"--max-memory=1Mi": "error: the answer needs more memory than --max-memory 1Mi\nhint: raise --max-memory, or read less",
			"--timeout=50ms":   "error: no answer within --timeout 50ms\nhint: raise --timeout, or read less",
		} {
			s, out, errs := captured()
			in, quiet := io.Pipe()
			s.In = in
			code := cmd.Main(append(args, "-f", "-", bound), s)
			quiet.Close()
			if code != 3 || !strings.HasPrefix(errs.String(), want) || out.Len() > 0 {
				t.Errorf("mtlsctl %s %s: exit code %d, want 3 and %q\n%s%s", strings.Join(args, " "), bound, code, want, errs, out)
			}
		}
	}
}

// TestBoundsHold: a run within its bounds is none the worse for them.
func TestBoundsHold(t *testing.T) {
	t.Parallel()
	args := []string{"describe", "-f", "../testdata/mesh/bookinfo"}
	want := answer(t, nil, args...)
	if got := answer(t, nil, append(args, "--max-memory", "500G", "--timeout", "1h")...); string(got) != string(want) {
		t.Errorf("the bounds change the answer:\n%s", got)
	}
	for _, word := range []string{"much", "-1", "0"} {
		s, _, errs := captured()
		if code := cmd.Main(append(args, "--max-memory="+word), s); code != 2 || !strings.Contains(errs.String(), "want a size") {
			t.Errorf("--max-memory %s: exit code %d, want 2\n%s", word, code, errs)
		}
	}
}
