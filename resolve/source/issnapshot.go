package source

import (
	"bytes"
	"io"
	"os"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// snapshotKind bounds where the kind of a snapshot stands in its file, in bytes: before all that may be
// long in its head.
const snapshotKind = 64 << 10

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
	text, err := io.ReadAll(io.LimitReader(f, snapshotKind))
	if err != nil || !bytes.Contains(text, []byte("Snapshot")) {
		return false
	}
	rest, err := io.ReadAll(f) // the head may hold what was read of proxies
	if err != nil {
		return false
	}
	_, is := manifest.HeadOfSnapshot(manifest.Split(file, append(text, rest...)))
	return is
}
