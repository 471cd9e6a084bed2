package traffic

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// longest is how long a line may be; a proxy writes none that is longer.
const longest = 1 << 20

// Lines counts what access logs held: Calls are lines of an access log, Others are none,
// such as what a proxy says about itself.
type Lines struct{ Calls, Others int }

// NoAccessLog is a file without a line that tells of a call.
type NoAccessLog struct {
	// Name is the file's, Others how many lines it has.
	Name   string
	Others int
}

// Error implements error.
func (e *NoAccessLog) Error() string {
	return fmt.Sprintf("%s: none of %d lines is from an access log in Istio's text or JSON format", e.Name, e.Others)
}

// ReadAccessLogs reads access logs of Istio's proxies, in text or as JSON, plain or, by
// a name that ends in .gz, compressed; - is stdin. The record is as old and as long as
// the logs are, and of the pods whose logs they are: Reporters names them. Logs of clients
// only are not whole: they miss what arrived from elsewhere. It fails for a
// file that cannot be read, or in which there is no line of an access log.
func ReadAccessLogs(paths []string, stdin io.Reader) (*evidence.Traffic, Lines, error) {
	b, names := newLogbook(), []string{}
	for _, path := range paths {
		before := b.lines
		name, err := b.readFile(path, stdin)
		switch {
		case err != nil:
			return nil, b.lines, fmt.Errorf("%s: %w", name, err)
		case b.lines.Calls == before.Calls:
			return nil, b.lines, &NoAccessLog{name, b.lines.Others - before.Others}
		}
		names = append(names, name)
	}
	t := b.traffic()
	switch t.Source = "access log " + strings.Join(names, ""); {
	case len(names) > 3:
		t.Source = fmt.Sprintf("%d access logs", len(names))
	case len(names) > 1:
		t.Source = "access logs " + strings.Join(names, ", ")
	}
	return t, b.lines, nil
}

func (b *logbook) readFile(path string, stdin io.Reader) (name string, err error) {
	return opened(path, stdin, b.read)
}

// opened reads a file, compressed where its name says so, or stdin.
func opened(path string, stdin io.Reader, read func(io.Reader) error) (name string, err error) {
	if path == "-" {
		return "standard input", read(stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return path, err
	}
	defer f.Close()
	if !strings.EqualFold(filepath.Ext(path), ".gz") {
		return path, read(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return path, err
	}
	return path, read(z)
}

// read takes line by line; what is longer than longest is no line of an access log.
func (b *logbook) read(r io.Reader) error {
	lines := bufio.NewReaderSize(r, longest)
	for tooLong := false; ; {
		part, more, err := lines.ReadLine()
		switch {
		case errors.Is(err, io.EOF):
			if tooLong {
				b.lines.Others++
			}
			return nil
		case err != nil:
			return err
		case more:
			tooLong = true
		case tooLong:
			tooLong = false
			b.lines.Others++
		default:
			b.line(string(part))
		}
	}
}

// line takes one line. An empty one counts for nothing.
func (b *logbook) line(text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	l, reporter, ok := parseLine(text)
	b.reports(reporter)
	if !ok {
		b.lines.Others++
		return
	}
	b.lines.Calls++
	b.take(&l, reporter)
}
