package console

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// Spinner is a line on a terminal, nil elsewhere.
func Spinner(s Streams) *progressbar.ProgressBar {
	if !s.ErrTerminal {
		return nil
	}
	return progressbar.NewOptions64(-1, progressbar.OptionSetWriter(s.Err), progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetElapsedTime(false))
}
