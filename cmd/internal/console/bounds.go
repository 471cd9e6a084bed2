package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Bounds end a run that takes more memory or time than it may, with a sentence and an exit
// code of its own: what the system would do is to kill it.
type Bounds struct {
	// memory is --max-memory, "" where it is not given.
	memory string
	over   chan *Failure
	mu     sync.Mutex
	timer  *time.Timer // guarded by mu
	ended  chan struct{}
	once   sync.Once
}

// NewBounds are those of a run, with the defaults of the flags.
func NewBounds() *Bounds {
	return &Bounds{over: make(chan *Failure, 1), ended: make(chan struct{})}
}

// Add adds the flags of the bounds.
func (b *Bounds) Add(root *cobra.Command) {
	root.PersistentFlags().StringVar(&b.memory, "max-memory", "", "stop with exit code 3 when more memory than `SIZE` is needed, such as 512Mi or 2G (default: 90% of the memory of the container or the machine)")
	Completes(root, "max-memory", NoFiles)
}

// looking is how often the memory in use is looked at.
const looking = 10 * time.Millisecond

// Begin watches the run of a command from here on.
func (b *Bounds) Begin(c *cobra.Command) error {
	most, given, err := b.most()
	if err != nil {
		return err
	}
	if most > 0 {
		ProcessHeap.ceil(most)
		go b.watch(most, given)
	}
	if f := c.Flags().Lookup("timeout"); f != nil && f.Changed {
		if d, err := time.ParseDuration(f.Value.String()); err == nil && d > 0 {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.timer = time.AfterFunc(d, func() { b.give(tooSlow(d)) })
		}
	}
	return nil
}

// most is how many bytes the process may take, 0 for any; given where the user says so.
func (b *Bounds) most() (bytes int64, given bool, err error) {
	if b.memory != "" {
		q, err := resource.ParseQuantity(b.memory)
		if err != nil || q.Sign() <= 0 {
			return 0, true, Usage("for example --max-memory 2Gi", "--max-memory %q: want a size", b.memory)
		}
		return q.Value(), true, nil
	}
	least := uint64(math.MaxInt64)
	for _, limit := range []memlimit.Provider{memlimit.FromCgroup, memlimit.FromSystem} {
		if n, err := limit(); err == nil && n > 0 {
			least = min(least, n)
		}
	}
	if least == math.MaxInt64 {
		return 0, false, nil // nothing says how much there is
	}
	return int64(least / 10 * 9), false, nil
}

func (b *Bounds) watch(most int64, given bool) {
	for tick := time.NewTicker(looking); ; {
		if held() > most {
			b.give(tooMuch(most, given))
			return
		}
		select {
		case <-tick.C:
		case <-b.ended:
			tick.Stop()
			return
		}
	}
}

// held are the bytes that the process has of the system.
func held() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

func (b *Bounds) give(f *Failure) {
	select {
	case b.over <- f:
	default: // another bound came first
	}
}

// Untimed lets a cluster be read: --timeout is then that of reading it, and what was read
// until then is answered with its gaps.
func (b *Bounds) Untimed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.timer != nil {
		b.timer.Stop()
	}
}

func (b *Bounds) end() {
	b.once.Do(func() { close(b.ended) })
	b.Untimed()
}

// Keep runs a command within the bounds, and is its exit code. A run that is given up goes
// on until the process ends, and nothing of it is heard any more.
func (b *Bounds) Keep(s Streams, run func(Streams) int) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer b.end()
	errs := s.Err
	s.Out, s.Err = &heard{ctx: ctx, out: s.Out}, &heard{ctx: ctx, out: s.Err}
	code := make(chan int, 1)
	go func() { code <- run(s) }()
	select {
	case n := <-code:
		return n
	case f := <-b.over:
		cancel()
		s.Err.(*heard).wait()
		return ExitCode(f, errs)
	}
}

// heard is a writer until its run is given up.
type heard struct {
	ctx context.Context
	out io.Writer
	mu  sync.Mutex
}

// errGivenUp is what a run that nobody hears any more is told.
var errGivenUp = errors.New("mtlsctl stopped")

// Write implements io.Writer.
func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return 0, errGivenUp
	}
	return h.out.Write(p)
}

// wait is until a write that had begun is done.
func (h *heard) wait() {
	h.mu.Lock()
	defer h.mu.Unlock()
}

func tooMuch(most int64, given bool) *Failure {
	size := resource.NewQuantity(most>>20<<20, resource.BinarySI).String()
	f := &Failure{Code: ExitInput, Message: fmt.Sprintf("the answer needs more memory than --max-memory %s", size)}
	raise := "raise --max-memory, or read less: fewer files, or the files of one namespace"
	if !given {
		f.Message = fmt.Sprintf("the answer needs more memory than %s, 90%% of the memory of the container or the machine", size)
		raise = "read less: fewer files, or the files of one namespace; --max-memory SIZE sets another limit"
	}
	f.Hints = []string{raise}
	return f
}

func tooSlow(after time.Duration) *Failure {
	return &Failure{Code: ExitInput, Message: fmt.Sprintf("no answer within --timeout %s", after), Hints: []string{
		"raise --timeout, or read less: fewer files, or the files of one namespace",
	}}
}
