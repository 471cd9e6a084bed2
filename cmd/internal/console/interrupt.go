package console

import (
	"context"
	"io"
)

// Interruptible is a reader that gives up when its context ends: who waits for
// standard input by mistake must be able to leave.
type Interruptible struct {
	Ctx context.Context
	In  io.Reader
}

// Read implements io.Reader. The goroutine of an abandoned read lives until the
// process ends, which is then about to happen.
func (r Interruptible) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	buffer, done := make([]byte, len(p)), make(chan result, 1)
	go func() {
		n, err := r.In.Read(buffer)
		done <- result{n, err}
	}()
	select {
	case <-r.Ctx.Done():
		return 0, r.Ctx.Err()
	case got := <-done:
		return copy(p, buffer[:got.n]), got.err
	}
}
