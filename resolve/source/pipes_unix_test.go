//go:build unix

package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestAPipeInADirectoryIsNotOpened: nobody writes to it, and reading would wait for
// ever. Named by -f it is opened: that is how a shell's <(...) comes.
func TestAPipeInADirectoryIsNotOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	if err := os.Symlink(pipe, filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "web.yaml"), []byte(named("web")), 0o600); err != nil {
		t.Fatal(err)
	}
	in := read(t, source.Options{Files: []string{dir}})
	if len(in.Objects) != 1 || len(in.Notes) != 2 || !strings.Contains(in.Notes[0].Message, "not a regular file, and not opened") {
		t.Errorf("a folder with pipes in it is read to %v", summary(in))
	}
	go func() { _ = os.WriteFile(pipe, []byte(named("piped")), 0o600) }()
	if in := read(t, source.Options{Files: []string{pipe}}); len(in.Objects) != 1 {
		t.Errorf("a named pipe gave %v", summary(in))
	}
}
