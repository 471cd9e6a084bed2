package cmd

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// temporary ends the names of files that are not yet whole.
const temporary = ".mtlsctl-new"

// writeFile writes a file whole or not at all: see writeWhole.
func writeFile(name string, text []byte) error {
	return writeWhole(name, nil, 0o644, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// writeWhole writes a file under another name beside its place and renames it when it is
// whole; when anything fails, what stood there before still does. A link is replaced and not
// followed, so that a file of the name that somebody else left leads nowhere; a device or a
// pipe, such as /dev/stdout, is written to as it is. The name - is out.
func writeWhole(name string, out io.Writer, mode fs.FileMode, write func(io.Writer) error) error {
	if name == "-" && out != nil {
		return write(out)
	}
	if at, err := os.Stat(name); err == nil && !at.Mode().IsRegular() {
		if at.IsDir() {
			return &fs.PathError{Op: "write", Path: name, Err: syscall.EISDIR}
		}
		return writeInto(name, write)
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return named(name, err)
	}
	defer root.Close()
	return named(name, writeIn(root, filepath.Base(name), mode, write))
}

// writeInto writes to what is no file.
func writeInto(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// named says which file an error is about: the user's name of it.
func named(name string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return &fs.PathError{Op: "write", Path: name, Err: at.Err}
	case errors.As(err, &link):
		return &fs.PathError{Op: "write", Path: name, Err: link.Err}
	}
	return err
}

// writeIn is writeWhole below a root that nothing leads out of. The temporary file is made
// anew: one that stands there already belongs to somebody else.
func writeIn(root *os.Root, name string, mode fs.FileMode, write func(io.Writer) error) error {
	part := fmt.Sprintf("%s.%s%s", name, rand.Text()[:8], temporary)
	f, err := root.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(part))
	}
	return nil
}

// maxSmallFile bounds the files that are read whole for what they say of the project:
// configurations, baselines, tests.
const maxSmallFile = 32 << 20

// readSmall reads a regular file of at most maxSmallFile bytes.
func readSmall(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	at, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case at.IsDir():
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	case !at.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is not a regular file")}
	}
	var text bytes.Buffer
	n, err := io.Copy(&text, io.LimitReader(f, maxSmallFile+1))
	if err == nil && n > maxSmallFile {
		err = &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it is larger than %d MB", maxSmallFile>>20)}
	}
	return text.Bytes(), err
}
