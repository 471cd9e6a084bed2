//go:build unix

package cmd_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// waiting is a standard input on which nobody types.
type waiting struct{ asked chan struct{} }

func (w waiting) Read([]byte) (int, error) {
	close(w.asked)
	select {}
}

// TestInterrupt: Ctrl-C ends a run that waits for input, with the code that
// shells expect. It must not run in parallel: the signal reaches every run.
func TestInterrupt(t *testing.T) {
	s, _, errs := captured()
	in := waiting{make(chan struct{})}
	s.In = in
	code := make(chan int)
	go func() { code <- cmd.Main([]string{"describe", "-f", "-"}, s) }()
	<-in.asked
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-code:
		if got != 130 || !strings.Contains(errs.String(), "interrupted") {
			t.Errorf("exit code %d, want 130; stderr:\n%s", got, errs)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting")
	}
}

// interrupting presses Ctrl-C when the first piece of an answer arrives.
type interrupting struct{ writes int }

func (i *interrupting) Write(p []byte) (int, error) {
	if i.writes++; i.writes == 1 {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
			return 0, err
		}
	}
	time.Sleep(10 * time.Millisecond) // the signal takes a moment
	return len(p), nil
}

// TestInterruptMidway: Ctrl-C ends an answer that is written piece by piece.
func TestInterruptMidway(t *testing.T) {
	s, _, errs := captured()
	s.In = manyServices(150) // 22,500 items: hundreds of pieces
	w := &interrupting{}
	s.Out = w
	if code := cmd.Main([]string{"connections", "-f", "-", "-o", "json"}, s); code != 130 {
		t.Errorf("exit code %d, want 130; stderr:\n%s", code, errs)
	}
	if w.writes > 100 {
		t.Errorf("%d more pieces were written", w.writes)
	}
}
