package traffic

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// EachLine gives every line of a log, plain or .gz, and - for stdin; what is longer than any proxy
// writes is cut. It returns how the file is called, and fails for one that cannot be read.
func EachLine(path string, stdin io.Reader, each func(line string)) (name string, err error) {
	return opened(path, stdin, func(r io.Reader) error {
		lines := bufio.NewReaderSize(r, longest)
		for rest := false; ; {
			part, more, err := lines.ReadLine()
			switch {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			case !rest:
				each(strings.ToValidUTF8(string(part), "\uFFFD"))
			}
			rest = more
		}
	})
}
