package helm

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"time"
)

// renders is the variable that makes a process a renderer: its value is how many bytes of
// memory it may use. It is the only argument too: a variable alone that somebody has set must not
// make a command end without an answer.
const renders = "MTLSCTL_RENDERS_CHARTS"

// tooMuch is the exit code of a renderer that needs more memory than it may.
const tooMuch = 86

// init makes of a process that a Renderer starts a renderer, whatever program it is: a command
// that uses this package as a library, and a test, start themselves.
func init() {
	if memory, err := strconv.ParseInt(os.Getenv(renders), 10, 64); err == nil && memory > 0 && len(os.Args) == 2 && os.Args[1] == renders {
		serve(os.Stdin, os.Stdout, memory)
		os.Exit(0)
	}
}

// answer is what a child says of a release.
type answer struct {
	Rendered *Rendered
	Error    *Error
}

// serve renders the releases that come in, one after the other, and ends with the input: when
// its parent is gone, even in the middle of a template.
func serve(in io.Reader, out io.Writer, memory int64) {
	log.SetOutput(io.Discard) // Helm warns of values, in words of its own
	slog.SetDefault(slog.New(slog.DiscardHandler))
	debug.SetMemoryLimit(memory / 4 * 3)
	debug.SetMaxStack(int(min(memory/4, 128<<20)))
	limit(memory)
	go watch(memory)
	releases := make(chan *Release)
	go func() {
		decoder := gob.NewDecoder(bufio.NewReader(in))
		for {
			r := new(Release)
			if decoder.Decode(r) != nil {
				os.Exit(0)
			}
			releases <- r
		}
	}()
	encoder := gob.NewEncoder(out)
	for r := range releases {
		if encoder.Encode(answered(r)) != nil {
			os.Exit(1)
		}
	}
}

// answered renders a release. What panics in a library costs this release only.
func answered(r *Release) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{Error: &Error{Reason: "Helm failed: " + oneLine(fmt.Sprint(p))}}
		}
	}()
	rendered, err := render(r)
	if err != nil {
		return answer{Error: reason(err)}
	}
	return answer{Rendered: rendered}
}

// looking is how often the memory in use is looked at.
const looking = 5 * time.Millisecond

// watch ends the process when it uses more memory than it may.
func watch(memory int64) {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for range time.Tick(looking) {
		metrics.Read(sample)
		if int64(sample[0].Value.Uint64()-sample[1].Value.Uint64()) > memory {
			os.Exit(tooMuch)
		}
	}
}
