package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/client-go/util/jsonpath"
)

// jsonPath is -o jsonpath=TEMPLATE, over the data of -o json.
type jsonPath struct{ template string }

// newJSONPath reads a template as kubectl does: the braces around a single
// expression may be left out.
func newJSONPath(template string) (Format, error) {
	if !strings.Contains(template, "{") {
		template = "{." + strings.TrimLeft(template, ".") + "}"
	}
	if err := jsonpath.New("output").Parse(template); err != nil {
		return nil, fmt.Errorf("jsonpath template %q: %w", template, err)
	}
	return jsonPath{template}, nil
}

// Format implements Format.
func (f jsonPath) Format(b *bytes.Buffer, v View, _ Options) error {
	data, err := plain(v.Data())
	if err != nil {
		return err
	}
	path := jsonpath.New("output")
	if err := path.Parse(f.template); err != nil {
		return err
	}
	if err := path.Execute(b, data); err != nil {
		return fmt.Errorf("jsonpath: %w", err)
	}
	b.WriteByte('\n')
	return nil
}

// plain turns wire types into maps and lists, which is what a template's filters
// compare.
func plain(data any) (any, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(anonymous(text), &out)
	return out, err
}
