package traffic

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// The lines in front of the header, which a spreadsheet need not keep: "# from: TIME".
// A reporter is NAMESPACE,NAME,POD,ADDRESS.
const (
	sourceLine, fromLine, toLine, missingLine = "# source: ", "# from: ", "# to: ", "# missing: "
	handshakesLine                            = "# handshakes that failed are counted"
	someLine, reporterLine                    = "# these report, and nobody else:", "# reporter: "
)

func readRemarks(t *evidence.Traffic, data []byte) (err error) {
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if !strings.HasPrefix(line, "#") {
			break
		}
		if err = readRemark(t, line); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

func readRemark(t *evidence.Traffic, line string) (err error) {
	switch {
	case strings.HasPrefix(line, sourceLine):
		t.Source = line[len(sourceLine):]
	case strings.HasPrefix(line, fromLine):
		t.From, err = time.Parse(time.RFC3339, line[len(fromLine):])
	case strings.HasPrefix(line, toLine):
		t.To, err = time.Parse(time.RFC3339, line[len(toLine):])
	case strings.HasPrefix(line, missingLine):
		t.Missing = append(t.Missing, line[len(missingLine):])
	case line == handshakesLine:
		t.HandshakesCollected = true
	case line == someLine && t.Reporters == nil:
		t.Reporters = []resolve.Peer{}
	case strings.HasPrefix(line, reporterLine):
		f := strings.Split(line[len(reporterLine):], ",")
		if len(f) != 4 {
			return fmt.Errorf("want NAMESPACE,NAME,POD,ADDRESS")
		}
		t.Reporters = append(t.Reporters, reporter{f[0], f[1], f[2], f[3]}.peer())
	}
	return err
}

func writeRemarks(b *bytes.Buffer, t *evidence.Traffic) {
	b.WriteString(sourceLine + oneLine(t.Source) + "\n" + fromLine + stamp(t.From) + "\n" + toLine + stamp(t.To) + "\n")
	for _, m := range t.Missing {
		b.WriteString(missingLine + oneLine(m) + "\n")
	}
	if t.HandshakesCollected {
		b.WriteString(handshakesLine + "\n")
	}
	if t.Reporters != nil {
		b.WriteString(someLine + "\n")
	}
	for _, r := range t.Reporters {
		b.WriteString(reporterLine + oneLine(strings.Join([]string{r.Namespace, r.Name, r.Pod, r.Address}, ",")) + "\n")
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
