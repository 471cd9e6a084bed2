package console

import (
	"context"
	"io"
)

// Stoppable is a writer that gives up when its context ends: a long answer is
// written piece by piece, and Ctrl-C has to end it.
type Stoppable struct {
	Ctx context.Context
	Out io.Writer
}

// Write implements io.Writer.
func (s Stoppable) Write(p []byte) (int, error) {
	if err := s.Ctx.Err(); err != nil {
		return 0, err
	}
	return s.Out.Write(p)
}
