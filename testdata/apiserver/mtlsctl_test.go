package apiserver

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// built is the mtlsctl of the repository, made once for the run.
var built = sync.OnceValues(func() (string, error) { return program("mtlsctl", root, ".") })

// output is how one run of mtlsctl ended.
type output struct {
	stdout, stderr string
	code           int
	took           time.Duration
}

// mtlsctl runs the binary as a user runs it: a process of its own, with no
// kubeconfig but the one that its arguments name.
func mtlsctl(t *testing.T, args ...string) output {
	t.Helper()
	out, _ := running(t, args...)
	return out
}

// running is mtlsctl with what is known of its process when it has ended.
func running(t *testing.T, args ...string) (output, *os.ProcessState) {
	t.Helper()
	file, err := built()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, file, args...)
	c.Env = append(os.Environ(), "KUBECONFIG="+os.DevNull, "NO_COLOR=1")
	c.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	began := time.Now()
	err = c.Run()
	out := output{stdout.String(), stderr.String(), c.ProcessState.ExitCode(), time.Since(began)}
	if ended := (*exec.ExitError)(nil); err != nil && !errors.As(err, &ended) {
		t.Fatalf("mtlsctl %q: %v", args, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("mtlsctl %q has not ended in three minutes\n%s", args, out.stderr)
	}
	return out, c.ProcessState
}
