package render

import (
	"bytes"

	"sigs.k8s.io/yaml"
)

// yamlFormat is -o yaml: the data of -o json under the same names.
type yamlFormat struct{}

// Format implements Format.
func (yamlFormat) Format(b *bytes.Buffer, v View, _ Options) error {
	out, err := yaml.Marshal(v.Data())
	b.Write(out)
	return err
}
