package cmd_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// TestClosedPipe: a reader that has seen enough, as head -1, is no error.
func TestClosedPipe(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	s, _, errs := captured()
	s.Out = w
	if code := cmd.Main([]string{"describe", "-f", "../testdata/mesh/bookinfo"}, s); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if strings.Contains(errs.String(), "error") {
		t.Errorf("complains about a closed pipe:\n%s", errs)
	}
}

// TestClosedPipeFails: the exit code of a gate is that of its answer, also where its reader
// goes away: analyze | head -1 fails under pipefail when it has to.
func TestClosedPipeFails(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"1 analyze":      {"analyze", "-f", "../testdata/mesh/shop"},
		"1 diff":         {"diff", "../testdata/mesh/bookinfo", "-f", "../testdata/diff/bookinfo.yaml"},
		"1 test":         {"test", "../testdata/expect/shop.yaml"},
		"1 migrate-plan": {"migrate-plan", "-f", "../testdata/mesh/market", "--traffic", "../testdata/traffic/market.csv"},
		"0 analyze":      {"analyze", "-f", "../testdata/mesh/shop", "--fail-on", "never"},
		"3 describe":     {"describe", "-f", "../testdata/mesh/bookinfo", "-f", "../testdata/mesh/bookinfo/nowhere.yaml"},
	} {
		s, _, errs := captured()
		s.Out = &leaving{writes: 1}
		if code := cmd.Main(args, s); want != fmt.Sprint(code, " ", args[0]) {
			t.Errorf("mtlsctl %s: exit code %d, want %s\n%s", strings.Join(args, " "), code, want, errs)
		}
	}
}

// TestClosedPipeMidway: a reader may leave in the middle of a long answer, which is
// written piece by piece.
func TestClosedPipeMidway(t *testing.T) {
	t.Parallel()
	s, _, errs := captured()
	s.In = manyServices(60)
	w := &leaving{}
	s.Out = w
	if code := cmd.Main([]string{"connections", "-f", "-", "-o", "json"}, s); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if w.writes != 2 || strings.Contains(errs.String(), "error") {
		t.Errorf("%d writes, want 2; stderr:\n%s", w.writes, errs)
	}
}

// leaving takes one write and is gone.
type leaving struct{ writes int }

func (l *leaving) Write(p []byte) (int, error) {
	if l.writes++; l.writes > 1 {
		return 0, syscall.EPIPE
	}
	return len(p), nil
}

// manyServices is a namespace of n workloads with a Service each: n*n calls.
func manyServices(n int) *strings.Reader {
	var b strings.Builder
	b.WriteString(fmt.Sprintf(townNamespace, "shop"))
	for i := range n {
		b.WriteString("---\n" + strings.NewReplacer("NAMESPACE", "shop", "NAME", fmt.Sprint("s", i)).Replace(townWorkload))
	}
	return strings.NewReader(b.String())
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestWriteError: an answer that was not written is not an answer.
func TestWriteError(t *testing.T) {
	t.Parallel()
	s, _, errs := captured()
	s.Out = full{}
	if code := cmd.Main([]string{"describe", "-f", "../testdata/mesh/bookinfo"}, s); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	if !strings.Contains(errs.String(), "error: no space left on device") {
		t.Errorf("does not say why:\n%s", errs)
	}
}

// TestOneWrite: an answer is written whole or not at all.
func TestOneWrite(t *testing.T) {
	t.Parallel()
	s, _, _ := captured()
	var c counter
	s.Out = &c
	if code := cmd.Main([]string{"describe", "-f", "../testdata/mesh/bookinfo"}, s); code != 0 || c.writes != 1 {
		t.Errorf("exit code %d, %d writes; want 0 and 1", code, c.writes)
	}
}

type counter struct{ writes int }

func (c *counter) Write(p []byte) (int, error) {
	c.writes++
	return len(p), nil
}

// TestPanic: a broken invariant reaches the user as a sentence.
func TestPanic(t *testing.T) {
	t.Parallel()
	s, _, errs := captured()
	s.Out = broken{}
	code := cmd.Main([]string{"describe", "-f", "../testdata/mesh/bookinfo"}, s)
	if code != 3 || strings.Contains(errs.String(), "goroutine") || !strings.Contains(errs.String(), "hint: ") {
		t.Errorf("exit code %d, stderr:\n%s", code, errs)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { panic("broken invariant") }
