package console

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// Heap keeps the memory of a process that reads, answers and ends within a bound. Nearly
// all that is read stays until the answer is written, so that collecting on the way there
// finds little: the collector runs only as memory nears the bound.
type Heap struct{ bound, meshes, ceiling atomic.Int64 }

// ProcessHeap is the heap of this process; the collector knows no bound until calm is called.
var ProcessHeap Heap

const (
	// smallest is a bound below which nobody minds.
	smallest = 112 << 20
	// streaming is the bound of what is read piece by piece: most of it is let go at once.
	streaming = 28 << 20
	// times is how many times what was read the bound is: a mesh of 100,000 workloads, 150 MB
	// of YAML, fits into 2 GB.
	times = 13
	// beside is how many times another mesh of the same objects needs.
	beside = 7
	// program is about what a process takes before it has read anything.
	program = 16 << 20
)

// calm lets the collector wait for the bound. Who sets GOGC or GOMEMLIMIT knows better.
func (h *Heap) calm() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	h.set(smallest)
	h.watch()
}

// Hold makes room for several meshes of what is read, one state beside the other. It is
// called before anything is read.
func (h *Heap) Hold(meshes int) { h.meshes.Store(int64(meshes)) }

// Stream is called before something is read piece by piece: collecting pays then.
func (h *Heap) Stream() {
	if h.bound.Load() > 0 { // else somebody else has the collector
		h.set(streaming)
	}
}

// Reading is told of each text of one input how many bytes it has, before it is decoded,
// and raises the bound: so that nobody collects what is still to be decoded. The largest
// input counts: of one that is read again the last reading has gone.
func (h *Heap) Reading() func(bytes int) {
	var read atomic.Int64
	return func(bytes int) {
		bound := (times+beside*max(0, h.meshes.Load()-1))*read.Add(int64(bytes)) - program
		if last := h.bound.Load(); last > 0 && bound > last+last/16 {
			h.set(bound)
		}
	}
}

func (h *Heap) set(bound int64) {
	h.bound.Store(bound)
	h.limit(bound)
}

// ceil makes the collector work harder before a process takes so much that it has to end.
func (h *Heap) ceil(most int64) {
	h.ceiling.Store(most / 10 * 9)
	if bound := h.bound.Load(); bound > 0 {
		h.limit(bound)
	}
}

func (h *Heap) limit(bound int64) {
	if most := h.ceiling.Load(); most > 0 {
		bound = min(bound, most)
	}
	debug.SetMemoryLimit(bound)
}

// watch makes room after a collection that found too little: what is alive may need more
// than the bound, and collecting again and again would not change that.
func (h *Heap) watch() {
	runtime.AddCleanup(new([64]byte), func(h *Heap) {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		live, bound := int64(sample[0].Value.Uint64()), h.bound.Load()
		if bound == 0 {
			return // somebody else has the collector now
		}
		room := live / 2
		if live > bound {
			room = live // there is no bound to keep any more
		}
		h.limit(max(bound, live+room))
		h.watch()
	}, h)
}
