package validation

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// readValid reads the objects that all others are made of: a cluster takes each, and
// together they set nearly every field that there is.
func readValid() ([]map[string]any, error) {
	text, err := os.ReadFile(filepath.Join("valid", "base.yaml"))
	if err != nil {
		return nil, err
	}
	var list []map[string]any
	d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 1<<16)
	for {
		var o unstructured.Unstructured // has whole numbers as such
		if err := d.Decode(&o); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, o.Object)
	}
}
