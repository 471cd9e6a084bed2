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
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// record is a Traffic as a file has it.
type record struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Source     string    `json:"source"`
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Missing    []string  `json:"missing"`
	Items      []item    `json:"items"`
}

// item is an Edge as a file has it. The names are "" for what telemetry cannot name.
type item struct {
	ClientNamespace  string           `json:"clientNamespace"`
	Client           string           `json:"client"`
	ServerNamespace  string           `json:"serverNamespace"`
	Server           string           `json:"server"`
	ServiceNamespace string           `json:"serviceNamespace"`
	Service          string           `json:"service"`
	Protocol         resolve.Wire     `json:"protocol"`
	Security         resolve.Security `json:"security"`
	Count            float64          `json:"count"`
	LastSeen         time.Time        `json:"lastSeen"`
}

const (
	apiVersion = "mtlsctl.io/v1alpha1"
	kind       = "Traffic"
)

// ReadFile reads a record that WriteJSON or WriteCSV made, or that somebody wrote by
// hand; its name ends in .json or .csv.
func ReadFile(path string) (*resolve.Traffic, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var t *resolve.Traffic
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

func readJSON(data []byte) (*resolve.Traffic, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var r record
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("not a record of traffic: %w", err)
	}
	if r.Kind != kind || r.APIVersion != apiVersion {
		return nil, fmt.Errorf("is %s %s, want %s %s", r.APIVersion, r.Kind, apiVersion, kind)
	}
	t := &resolve.Traffic{Source: r.Source, From: r.From, To: r.To, Missing: r.Missing}
	for _, i := range r.Items {
		t.Edges = append(t.Edges, i.edge())
	}
	return t, nil
}

// WriteJSON writes a record that ReadFile reads back without loss.
func WriteJSON(w io.Writer, t *resolve.Traffic) error {
	r := record{apiVersion, kind, t.Source, t.From.UTC(), t.To.UTC(), append([]string{}, t.Missing...), []item{}}
	for _, e := range t.Edges {
		r.Items = append(r.Items, itemOf(e))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

func itemOf(e resolve.Edge) item {
	return item{
		e.Client.Namespace, e.Client.Name, e.Server.Namespace, e.Server.Name, e.Service.Namespace, e.Service.Name,
		e.Protocol, e.Security, e.Count, e.LastSeen.UTC(),
	}
}

func (i item) edge() resolve.Edge {
	return resolve.Edge{
		Client: resolve.Peer{Namespace: i.ClientNamespace, Name: i.Client}, Server: resolve.Peer{Namespace: i.ServerNamespace, Name: i.Server},
		Service:  resolve.Peer{Namespace: i.ServiceNamespace, Name: i.Service},
		Protocol: i.Protocol, Security: i.Security, Count: i.Count, LastSeen: i.LastSeen,
	}
}
