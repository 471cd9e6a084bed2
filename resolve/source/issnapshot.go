package source

import (
	"io"
	"os"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// snapshotHead bounds what is read of a file to find out whether it is a snapshot, in bytes.
const snapshotHead = 64 << 10

// IsSnapshot reports a regular file whose first document is the head of a snapshot. What cannot be read
// is none: reading it tells why.
func IsSnapshot(file string) bool {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, snapshotHead))
	if err != nil {
		return false
	}
	_, is := manifest.HeadOfSnapshot(manifest.Split(file, head))
	return is
}
