package cmd_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mtlsctl/mtlsctl/cmd"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"mtlsctl":      func() { os.Exit(transcribed(os.Args[1:], process())) },
		"kubectl-mtls": func() { os.Exit(cmd.Main(os.Args[1:], process())) },
	})
}

// TestScripts runs the transcripts: whole commands, what they print, and how they
// end. -update rewrites what they compare with.
func TestScripts(t *testing.T) {
	followed := t.TempDir()
	t.Cleanup(func() { manyFollowUps(t, followed) })
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("..", "testdata", "script"),
		UpdateScripts: *update,
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(e *testscript.Env) error {
			e.Setenv(followedUp, filepath.Join(followed, strings.ReplaceAll(filepath.Base(e.WorkDir), "/", "-")))
			for _, folder := range []string{"mesh", "traffic", "proxies"} {
				there, err := filepath.Abs(filepath.Join("..", "testdata", folder))
				if err != nil {
					return err
				}
				if err := os.Symlink(there, filepath.Join(e.WorkDir, folder)); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// exits runs a command and wants its exit code: exits 3 mtlsctl describe ...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG ...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		code = strconv.Itoa(exit.ExitCode())
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}
