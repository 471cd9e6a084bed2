package source

import (
	"os"
	"path/filepath"
	"strings"
)

// mounted is the link that the kubelet makes in the directory of a mounted ConfigMap. It
// leads to a directory beside it, whose files are linked beside both.
const mounted = "..data"

// isMounted is true for that link and for that directory, if what is in it is read through
// the links. Any other directory is read, whatever its name begins with.
func isMounted(dir, name string) bool {
	target, err := os.Readlink(filepath.Join(dir, mounted))
	if err != nil || !strings.HasPrefix(target, "..") || target != filepath.Base(target) || target == ".." {
		return false
	}
	if name == mounted {
		return true
	}
	if name != target {
		return false
	}
	entries, err := os.ReadDir(filepath.Join(dir, target))
	if err != nil {
		return false
	}
	for _, e := range entries {
		if link, err := os.Readlink(filepath.Join(dir, e.Name())); err != nil || link != filepath.Join(mounted, e.Name()) {
			return false
		}
	}
	return true
}
