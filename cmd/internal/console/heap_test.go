package console

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestHeapFollowsWhatIsRead: the bound is set by the bytes that were read, and more are left
// where what is alive needs more. It changes the collector of this process, so nothing may
// run beside it.
func TestHeapFollowsWhatIsRead(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	var h Heap
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		h.bound.Store(0)
		runtime.GC()
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	h.Reading()(1 << 30)
	if now := debug.SetMemoryLimit(-1); now != limit {
		t.Fatalf("the limit is %d before calm", now)
	}
	h.calm()
	for range 3 { // each is read in the place of the one before
		opened := h.Reading()
		for range 100 {
			opened(1 << 20)
		}
	}
	if now, most := debug.SetMemoryLimit(-1), int64(times*100<<20); now > most || now < most*9/10 {
		t.Errorf("the limit is %d MB after 100 MB were read, want nearly %d", now>>20, most>>20)
	}
	h.ceil(64 << 20)
	if now := debug.SetMemoryLimit(-1); now >= 64<<20 {
		t.Errorf("the limit is %d bytes, and the process may take 64 MB", now)
	}
	h.ceiling.Store(0)
	h.set(1 << 20) // less than is alive
	for range 100 {
		runtime.GC()
		if debug.SetMemoryLimit(-1) > 2<<20 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("the limit stays at %d bytes while more is alive", debug.SetMemoryLimit(-1))
}
