package console

import (
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/term"
	"k8s.io/klog/v2"
)

// Streams is everything that a run takes from its surroundings. Out receives the
// answer and nothing else, Err all the rest.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Env looks up an environment variable, "" when it is not set.
	Env func(string) string
	// Terminal is true when Out is one; Width is then its number of columns.
	// Without a terminal Width is 0: nothing is dropped to fit.
	Terminal bool
	Width    int
	// ErrTerminal is true when Err is a terminal: progress may be shown there.
	ErrTerminal bool
	// Verbose is true where what was read is printed although Err is no terminal.
	Verbose bool
	// Voice is what the command line asks for; Main sets it.
	Voice *Voice
	// Now is the clock.
	Now func() time.Time
	// Name is the path or name by which the program was called, "" for its own.
	Name string

	// FollowUp adds the flags of the run to commands that are printed; Main sets it.
	FollowUp *FollowUp
	// Bounds are those of the run, which Main sets.
	Bounds *Bounds
}

// Process returns the streams of the running process.
func Process() Streams {
	// A reader that has seen enough (head -1) is no error: the write fails with
	// EPIPE instead of the process dying, and Main ends quietly.
	signal.Ignore(syscall.SIGPIPE)
	// Go's own fatal errors end with code 2, that of usage, unless they end by a signal.
	noCore()
	debug.SetTraceback("crash")
	ProcessHeap.calm()
	klog.SetLogger(logr.Discard()) // client-go's log: what matters of it is in the errors
	s := Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv, Now: time.Now, Name: os.Args[0]}
	s.ErrTerminal = term.IsTerminal(int(os.Stderr.Fd()))
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		s.Terminal = true
		s.Width, _, _ = term.GetSize(fd)
		if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
			s.Width = n
		}
	}
	return s
}
