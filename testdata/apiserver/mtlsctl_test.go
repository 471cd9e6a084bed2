package apiserver

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
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
	return ended(t, file, []string{"KUBECONFIG=" + os.DevNull, "NO_COLOR=1"}, args...)
}

// ended runs a program in this environment and more until it ends.
func ended(t *testing.T, file string, more []string, args ...string) (output, *os.ProcessState) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, file, args...)
	c.Env = append(os.Environ(), more...)
	c.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	began := time.Now()
	err := c.Run()
	out := output{stdout.String(), stderr.String(), c.ProcessState.ExitCode(), time.Since(began)}
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		t.Fatalf("%s %q: %v", filepath.Base(file), args, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s %q has not ended in three minutes\n%s", filepath.Base(file), args, out.stderr)
	}
	return out, c.ProcessState
}
