package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// The exit codes; doc.go says when which.
const (
	exitOK          = 0
	exitFindings    = 1
	ExitUsage       = 2
	ExitInput       = 3
	exitInterrupted = 130
)

// Failure is an error that knows its exit code and what to do next. One without
// a message has nothing left to say.
type Failure struct {
	Code    int
	Message string
	Hints   []string
	// cause is what the failure is made of, nil for one of its own.
	cause error
}

// Error implements error.
func (f *Failure) Error() string { return f.Message }

// Unwrap is the cause.
func (f *Failure) Unwrap() error { return f.cause }

// Usage makes the failure of a command line that cannot be meant.
func Usage(hint, format string, args ...any) error {
	f := &Failure{Code: ExitUsage, Message: fmt.Sprintf(format, args...)}
	if hint != "" {
		f.Hints = []string{hint}
	}
	return f
}

// ErrIncomplete ends a run whose problems are printed already.
var ErrIncomplete = &Failure{Code: ExitInput}

// ErrFindings ends a run whose findings reach --fail-on.
var ErrFindings = &Failure{Code: exitFindings}

// InputError marks what went wrong while a command ran and was nobody's usage.
func InputError(err error) error {
	var f *Failure
	if err == nil || errors.As(err, &f) || errors.Is(err, context.Canceled) || isClosedPipe(err) {
		return err
	}
	code := ExitInput
	if e := (*source.EnvironmentError)(nil); errors.As(err, &e) {
		code = ExitUsage // a choice that is still to be made
	}
	return &Failure{Code: code, Message: err.Error(), Hints: hintsOf(err), cause: err}
}

// hintsOf is what to do about an error of the reader.
func hintsOf(err error) []string {
	var u *cluster.Unreachable
	var g *source.GitError
	var o *source.OverlayError
	var e *source.EnvironmentError
	var p *traffic.Error
	var s *manifest.SnapshotError
	switch {
	case errors.As(err, &s):
		return []string{s.Hint}
	case errors.Is(err, runbook.ErrHidden):
		return []string{"plan from the cluster, from its files, or from a snapshot with --full"}
	case errors.As(err, &p) && p.Hint != "":
		return []string{p.Hint}
	case errors.As(err, &u) && u.Hint != "":
		return []string{u.Hint}
	case errors.As(err, &o) && len(o.Known) == 0:
		return []string{"there is no kustomization in the files"}
	case errors.As(err, &e):
		return []string{environmentHint(e)}
	case errors.As(err, &o):
		return []string{"overlays: " + few(o.Known)}
	case errors.As(err, &g) && g.Hint != "":
		return []string{g.Hint}
	case errors.Is(err, fs.ErrNotExist):
		return []string{absentHint(err)}
	case errors.Is(err, syscall.EISDIR):
		return []string{"name a file in it"}
	case errors.Is(err, fs.ErrPermission):
		return []string{"check the permissions of the file, and the user that runs mtlsctl"}
	}
	return nil
}

// environmentHint is how to choose an environment.
func environmentHint(e *source.EnvironmentError) string {
	names := e.Found.Names()
	switch {
	case len(names) == 0:
		return "nothing in the files deploys other files: leave --environment out"
	case e.Name == "":
		return "--environment " + shell.Word(names[0]) + " answers for one of them, mtlsctl analyze for all"
	}
	return "environments: " + few(names)
}

// absentHint is what to do about a path that leads to nothing.
func absentHint(err error) string {
	var e *fs.PathError
	switch {
	case !errors.As(err, &e):
	case strings.HasPrefix(e.Path, "https:/") || strings.HasPrefix(e.Path, "http:/"):
		return "mtlsctl reads no URL; curl -fsSL " + shell.Word(e.Path) + " | mtlsctl describe -f - reads what it serves"
	case strings.ContainsAny(e.Path, "*?["):
		dir := filepath.Dir(e.Path[:strings.IndexAny(e.Path, "*?[")] + "*")
		return "mtlsctl expands no patterns; -f " + shell.Word(dir) + " reads all below the directory, and -f FILE may be repeated"
	}
	return "paths are relative to the current directory"
}

// few are the first of many names.
func few(names []string) string {
	const most = 12
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

// ExitCode is the only place that turns an error into an exit code. It prints
// what has not been said yet.
func ExitCode(err error, stderr io.Writer) int {
	var f *Failure
	switch {
	case err == nil || isClosedPipe(err):
		return exitOK
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "error: interrupted")
		return exitInterrupted
	case !errors.As(err, &f):
		// What cobra finds wrong with a command line has no type of its own.
		f = &Failure{Code: ExitUsage, Message: err.Error(), Hints: []string{"mtlsctl --help lists commands and flags"}}
	}
	f.print(stderr)
	return f.Code
}

func (f *Failure) print(w io.Writer) {
	if f.Message == "" {
		return
	}
	fmt.Fprintln(w, "error: "+format.Visible(strings.TrimSpace(f.Message)))
	for _, h := range f.Hints {
		fmt.Fprintln(w, "hint: "+format.Visible(h))
	}
}

// UnlessClosed is the error of an answer, none where its reader went away: the exit code is
// that of the answer then, as if all of it had been read.
func UnlessClosed(err error) error {
	if isClosedPipe(err) {
		return nil
	}
	return err
}

// isClosedPipe reports a reader that went away: it has seen enough.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// FirstError is the first of several that is one.
func FirstError(errs ...error) error {
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}
