package source

import (
	"bytes"
	"io"
	"os"
	"unicode/utf16"
)

// text is one stream of documents: a file, standard input, what kustomize built.
type text struct {
	// name is what positions say.
	name string
	open func() ([]byte, error)
	// named is true for what the user asked for by name: if it cannot be opened
	// that is an error; a file found in a directory is only a problem.
	named bool
	// built is true for what kustomize made.
	built bool
	// patch is true for a file that a kustomization lists as a patch.
	patch bool
}

func fileText(path string, named bool) text {
	return text{name: path, named: named, open: func() ([]byte, error) { return os.ReadFile(path) }}
}

func stdinText(r io.Reader) text {
	return text{name: "<stdin>", named: true, open: func() ([]byte, error) {
		if r == nil {
			return nil, nil
		}
		return io.ReadAll(r)
	}}
}

var bom = []byte("\xef\xbb\xbf")

// plainUTF8 takes off the byte order mark. PowerShell's ">" writes UTF-16, so
// that is turned into UTF-8.
func plainUTF8(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, bom):
		return data[len(bom):]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], 0, 1)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], 1, 0)
	}
	return data
}

func fromUTF16(data []byte, low, high int) []byte {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, uint16(data[low])|uint16(data[high])<<8)
	}
	return []byte(string(utf16.Decode(units)))
}
