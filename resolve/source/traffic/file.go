package traffic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

const (
	apiVersion = "mtlsctl.io/v1alpha1"
	kind       = "Traffic"
)

// ReadFile reads a record that WriteJSON or WriteCSV made, or that somebody wrote by
// hand; its name ends in .json or .csv.
func ReadFile(path string) (*evidence.Traffic, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var t *evidence.Traffic
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		t, err = readCSV(data)
	} else {
		t, err = readJSON(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if t.Source == "" {
		t.Source = path
	}
	t.Normalize()
	if err := check(t, path); err != nil {
		return nil, err
	}
	return t, nil
}

func readJSON(data []byte) (*evidence.Traffic, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var r record
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("not a record of traffic: %w", err)
	}
	if r.Kind != kind || r.APIVersion != apiVersion {
		return nil, fmt.Errorf("is %s %s, want %s %s", r.APIVersion, r.Kind, apiVersion, kind)
	}
	return r.traffic(), nil
}

// WriteJSON writes a record that ReadFile reads back without loss.
func WriteJSON(w io.Writer, t *evidence.Traffic) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(recordOf(t))
}
