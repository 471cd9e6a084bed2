package console

import (
	"fmt"
	"io/fs"
	"testing"
)

// TestHintForWhatCannotBeRead asks the error and not the disk: for root every path can be read.
func TestHintForWhatCannotBeRead(t *testing.T) {
	for _, cause := range []error{fs.ErrNotExist, fs.ErrPermission} {
		if hints := hintsOf(fmt.Errorf("read mesh: %w", cause)); len(hints) != 1 {
			t.Errorf("%v has hints %q: say in hintsOf of exit.go what to do about it", cause, hints)
		}
	}
}
