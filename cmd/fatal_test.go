//go:build unix

package cmd_test

import (
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// TestFatal: where Go itself ends the process (no memory, no stack), which nothing can
// recover, the exit code is not that of usage. The test runs itself as the process.
func TestFatal(t *testing.T) {
	t.Parallel()
	const child = "MTLSCTL_TEST_FATAL"
	if os.Getenv(child) != "" {
		console.Process()
		debug.SetMaxStack(1 << 20)
		_ = deeper(1)
	}
	c := exec.Command(os.Args[0], "-test.run", "^TestFatal$")
	c.Env = append(os.Environ(), child+"=1")
	out, err := c.CombinedOutput()
	status, ok := c.ProcessState.Sys().(syscall.WaitStatus)
	if !strings.Contains(string(out), "stack overflow") || !ok || !status.Signaled() || status.Signal() != syscall.SIGABRT {
		t.Errorf("%v, want that the process ends by a signal\n%.500s", err, out)
	}
	if status.CoreDump() {
		t.Error("writes its memory into a file")
	}
}

func deeper(n int) int {
	if n == 0 {
		return 0
	}
	return deeper(n+1) + 1
}
