package render

import (
	"bytes"
	"encoding/json"
)

// jsonFormat is -o json.
type jsonFormat struct{}

// Format implements Format.
func (jsonFormat) Format(b *bytes.Buffer, v View, _ Options) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v.Data())
}
