package pipelines

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// output is how a program ended.
type output struct {
	stdout, stderr string
	code           int
}

// unset are variables of whoever runs the tests that would tell mtlsctl or git where
// they run.
var unset = []string{"GITHUB_", "GITLAB_", "CI_", "CI=", "GIT_", "NO_COLOR="}

// plain is the environment without them, and with more.
func plain(more ...string) []string {
	environment := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return slices.ContainsFunc(unset, func(u string) bool { return strings.HasPrefix(v, u) })
	})
	return append(append(environment, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1"), more...)
}

// execute runs a program in a folder until it ends.
func execute(t *testing.T, dir string, environment []string, program string, args ...string) output {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir, c.Env, c.WaitDelay = dir, environment, time.Second
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		t.Fatalf("%s %q: %v", filepath.Base(program), args, err)
	}
	return output{stdout.String(), stderr.String(), c.ProcessState.ExitCode()}
}

// analyze runs mtlsctl analyze in a folder.
func analyze(t *testing.T, dir string, args ...string) output {
	t.Helper()
	file, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	return execute(t, dir, plain("NO_COLOR=1"), file, append([]string{"analyze"}, args...)...)
}

// searched is a PATH that begins with the folders of these files.
func searched(files ...string) string {
	var dirs []string
	for _, f := range files {
		dirs = append(dirs, filepath.Dir(f))
	}
	return "PATH=" + strings.Join(append(dirs, os.Getenv("PATH")), string(os.PathListSeparator))
}
