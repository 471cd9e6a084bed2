package traffic

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// columns are those of a CSV record; they may stand in any order.
var columns = []string{
	"clientNamespace", "client", "serverNamespace", "server", "serviceNamespace", "service", "protocol", "security", "count", "lastSeen",
}

// The lines in front of the header, which a spreadsheet need not keep: "# from: TIME".
const sourceLine, fromLine, toLine, missingLine = "# source: ", "# from: ", "# to: ", "# missing: "

// readCSV reads a table with a header. Without the lines about its time it is a record
// of unknown length, from which nobody may conclude what was not called.
func readCSV(data []byte) (*resolve.Traffic, error) {
	t := &resolve.Traffic{}
	if err := readRemarks(t, data); err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment, r.TrimLeadingSpace = '#', true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("no header: %w", err)
	}
	for _, name := range columns {
		if !slices.Contains(header, name) {
			return nil, fmt.Errorf("the header has no column %s", name)
		}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		e, err := edgeOf(header, row)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		t.Edges = append(t.Edges, e)
	}
	if t.From.IsZero() || t.To.IsZero() {
		t.Missing = append(t.Missing, "the file does not say from when to when it was recorded")
	}
	return t, nil
}

func readRemarks(t *resolve.Traffic, data []byte) (err error) {
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if !strings.HasPrefix(line, "#") {
			break
		}
		switch {
		case strings.HasPrefix(line, sourceLine):
			t.Source = line[len(sourceLine):]
		case strings.HasPrefix(line, fromLine):
			t.From, err = time.Parse(time.RFC3339, line[len(fromLine):])
		case strings.HasPrefix(line, toLine):
			t.To, err = time.Parse(time.RFC3339, line[len(toLine):])
		case strings.HasPrefix(line, missingLine):
			t.Missing = append(t.Missing, line[len(missingLine):])
		}
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

func edgeOf(header, row []string) (e resolve.Edge, err error) {
	value := func(name string) string { return strings.TrimSpace(row[slices.Index(header, name)]) }
	e.Client = resolve.Peer{Namespace: value("clientNamespace"), Name: value("client")}
	e.Server = resolve.Peer{Namespace: value("serverNamespace"), Name: value("server")}
	e.Service = resolve.Peer{Namespace: value("serviceNamespace"), Name: value("service")}
	e.Protocol = resolve.Wire(value("protocol"))
	if err = e.Security.UnmarshalText([]byte(value("security"))); err != nil {
		return e, err
	}
	if e.Count, err = strconv.ParseFloat(value("count"), 64); err != nil {
		return e, fmt.Errorf("count %q: want a number", value("count"))
	}
	if text := value("lastSeen"); text != "" {
		if e.LastSeen, err = time.Parse(time.RFC3339, text); err != nil {
			return e, fmt.Errorf("lastSeen %q: want a time such as 2026-01-02T15:04:05Z", text)
		}
	}
	return e, nil
}

// WriteCSV writes a record that ReadFile reads back, and a spreadsheet too.
func WriteCSV(w io.Writer, t *resolve.Traffic) error {
	var b bytes.Buffer
	b.WriteString(sourceLine + oneLine(t.Source) + "\n" + fromLine + t.From.UTC().Format(time.RFC3339) + "\n" + toLine + t.To.UTC().Format(time.RFC3339) + "\n")
	for _, m := range t.Missing {
		b.WriteString(missingLine + oneLine(m) + "\n")
	}
	c := csv.NewWriter(&b)
	rows := [][]string{columns}
	for _, e := range t.Edges {
		rows = append(rows, []string{
			e.Client.Namespace, e.Client.Name, e.Server.Namespace, e.Server.Name, e.Service.Namespace, e.Service.Name,
			string(e.Protocol), e.Security.String(), strconv.FormatFloat(e.Count, 'f', -1, 64), e.LastSeen.UTC().Format(time.RFC3339),
		})
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
