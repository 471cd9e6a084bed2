package dump

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"
)

// Bounds of archives: what they unpack to in all, and how many files they have.
const (
	largestArchive = 16 << 30
	mostFiles      = 500_000
)

type archive uint8

const (
	noArchive archive = iota
	gzipped
	tarred
	zipped
)

// archiveKind tells archives by how they begin.
func archiveKind(head []byte) archive {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzipped
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zipped
	case len(head) > 262 && bytes.HasPrefix(head[257:], []byte("ustar")):
		return tarred
	}
	return noArchive
}

// archive reads what is in an archive. Nothing is written, and links are left out.
func (r *walker) archive(kind archive, f *os.File, b *bufio.Reader, name string, taken time.Time) error {
	var err error
	switch kind {
	case gzipped:
		err = r.gzip(b, name, taken)
	case tarred:
		err = r.tar(b, name)
	default:
		err = r.zip(f, name)
	}
	if err != nil && r.ctx.Err() == nil {
		r.problem(name, fmt.Errorf("the archive cannot be read to its end: %w", reason(err)), "take it again, or unpack it and pass the directory")
		return nil
	}
	return err
}

func (r *walker) gzip(in io.Reader, name string, taken time.Time) error {
	z, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	b := bufio.NewReaderSize(r.metered(z), 64<<10)
	head, err := b.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if archiveKind(head) == tarred {
		return r.tar(b, name)
	}
	r.text(strings.TrimSuffix(name, ".gz"), b, taken, true)
	return nil
}

func (r *walker) tar(in io.Reader, name string) error {
	t := tar.NewReader(in)
	for n := 0; ; n++ {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case n > mostFiles:
			return fmt.Errorf("it has more than %d files", mostFiles)
		case r.ctx.Err() != nil:
			return r.ctx.Err()
		case h.Typeflag != tar.TypeReg || sparse(h): // folders, links, devices, and files that are mostly nothing
			continue
		}
		r.entry(name, h.Name, t, h.ModTime)
	}
}

// sparse reports a file that unpacks to more than is there.
func sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse") {
			return true
		}
	}
	return false
}

func (r *walker) zip(f *os.File, name string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return err
	}
	if len(z.File) > mostFiles {
		return fmt.Errorf("it has more than %d files", mostFiles)
	}
	for _, e := range z.File {
		if r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if !e.Mode().IsRegular() {
			continue
		}
		in, err := e.Open()
		if err != nil {
			return err
		}
		r.entry(name, e.Name, r.metered(in), e.Modified)
		if err := in.Close(); err != nil {
			return err
		}
	}
	return nil
}

// entry reads one file of an archive, by a name below that of the archive.
func (r *walker) entry(archive, name string, in io.Reader, taken time.Time) {
	r.text(archive+path.Clean("/"+strings.ReplaceAll(name, "\\", "/")), in, taken, false)
}

// metered counts what archives unpack to.
func (r *walker) metered(in io.Reader) io.Reader { return &meter{in, r} }

type meter struct {
	in io.Reader
	of *walker
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.in.Read(p)
	if m.of.left -= int64(n); m.of.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
