package cmd

import (
	"context"
	"io"
)

// stoppable is a writer that gives up when its context ends: a long answer is
// written piece by piece, and Ctrl-C has to end it.
type stoppable struct {
	ctx context.Context
	out io.Writer
}

// Write implements io.Writer.
func (s stoppable) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.out.Write(p)
}
