package cmd_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/cmd"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

var update = flag.Bool("update", false, "rewrite goldens and transcripts, and still compare")

// clock ticks ten milliseconds whenever it is asked, so that a run always takes
// as long.
func clock() func() time.Time {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(10 * time.Millisecond)
		return now
	}
}

// process are the streams of a transcript's command. WIDTH makes it believe in a
// terminal.
func process() console.Streams {
	width, _ := strconv.Atoi(os.Getenv("WIDTH"))
	return console.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv, Terminal: width > 0, Width: width, Now: clock(), Name: os.Args[0], Verbose: os.Getenv("PIPED") == ""}
}

// captured are streams into buffers, with an empty environment.
func captured() (s console.Streams, out, errs *bytes.Buffer) {
	out, errs = new(bytes.Buffer), new(bytes.Buffer)
	return console.Streams{In: new(bytes.Buffer), Out: out, Err: errs, Env: func(string) string { return "" }, Now: clock(), Verbose: true}, out, errs
}

// answer runs a command line that must succeed and returns its output.
func answer(t testing.TB, stdin io.Reader, args ...string) []byte {
	t.Helper()
	s, out, errs := captured()
	s.In = stdin
	if code := cmd.Main(args, s); code != 0 {
		t.Fatalf("mtlsctl %v: exit code %d\n%s", args, code, errs)
	}
	return out.Bytes()
}
