package mesh_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TestAudience: whoever is listed as a client of a host knows it, and the other way round, in all
// worlds of the vectors: clients are grouped by rules that a new reason to know a host has to be in.
func TestAudience(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(vectors, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in %s: %v", vectors, err)
	}
	for _, file := range files {
		v := readVector(t, file)
		if v.title == "" {
			continue
		}
		m, _ := load(t, v.options, append(v.with, v.file)...)
		audience := m.Audience(outbound.Filter{})
		for _, h := range m.Hosts() {
			if h.Alias != "" {
				continue
			}
			listed := slices.Concat(audience.Of(h)...)
			for _, c := range m.Clients() {
				knows := slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool { return m.Knows(c, h, p.Number) })
				if lists := slices.Contains(listed, c); lists && !knows || knows && !lists && c.Proxied() {
					t.Errorf("%s: %s -> %s of %s: listed %v, knows it %v", filepath.Base(file), c, h.Name, h.Ref, lists, knows)
				}
			}
		}
	}
}
