package format

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// csvFormat is -o csv: a line for each thing that is wrong.
type csvFormat struct{}

// csvHead are the columns.
var csvHead = []string{"severity", "code", "confidence", "cluster", "namespace", "kind", "name", "field", "file", "line", "message", "fix", "fingerprint", "hidden_by", "reason"}

// Format implements Format.
func (csvFormat) Format(b *bytes.Buffer, v View, o Options) error {
	c, err := casesOf(v, "csv")
	if err != nil {
		return err
	}
	w := csv.NewWriter(b)
	if !o.NoHeaders {
		_ = w.Write(csvHead) // into memory: it cannot fail, and Error tells
	}
	all := append(eachOf(c.Found), c.Hidden...)
	for i := range all {
		f := &all[i]
		line := ""
		if f.Position.Line > 0 {
			line = strconv.Itoa(f.Position.Line)
		}
		_ = w.Write(guarded(f.Level, f.Code, f.Confidence, f.Cluster, f.Object.Namespace, string(f.Object.Kind), f.Object.Name, f.Field, f.Position.File, line, f.Message, f.Fix, f.Fingerprint, f.HiddenBy, f.Reason))
	}
	w.Flush()
	return w.Error()
}

// guarded are cells that no spreadsheet takes for a formula: one that begins like it gets an
// apostrophe before it.
func guarded(cells ...string) []string {
	for i, c := range cells {
		c = public.WithoutUser(c)
		cells[i] = c
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}
