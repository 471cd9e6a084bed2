package format

import "bytes"

// names is -o name: one resource per line.
type names struct{}

// Format implements Format.
func (names) Format(b *bytes.Buffer, v View, _ Options) error {
	for _, name := range v.Names() {
		b.WriteString(Visible(name))
		b.WriteByte('\n')
	}
	return nil
}
