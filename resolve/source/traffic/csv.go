package traffic

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// columns are those of a CSV record; they may stand in any order.
var columns = []string{
	"clientNamespace", "client", "serverNamespace", "server", "serviceNamespace", "service", "protocol", "security", "count", "lastSeen",
}

// moreColumns need not be there: what access logs give, and failures, which have a row
// each, without a protocol and a security.
var moreColumns = []string{
	"clientPod", "clientAddress", "clientServiceAccount", "serverPod", "serverAddress", "port", "servicePort", "failure", "detail",
}

// readCSV reads a table with a header. Without the lines about its time it is a record
// of unknown length, from which nobody may conclude what was not called.
func readCSV(data []byte) (*evidence.Traffic, error) {
	t := &evidence.Traffic{}
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
		if err := addRow(t, header, row); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if t.From.IsZero() || t.To.IsZero() {
		t.Missing = append(t.Missing, "the file does not contain the times from and to")
	}
	return t, nil
}

// WriteCSV writes a record that ReadFile reads back, and a spreadsheet too.
func WriteCSV(w io.Writer, t *evidence.Traffic) error {
	var b bytes.Buffer
	writeRemarks(&b, t)
	c := csv.NewWriter(&b)
	if err := c.WriteAll(rows(t)); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
