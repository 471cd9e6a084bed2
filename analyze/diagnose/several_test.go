package diagnose_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// TestSeveralClusters: each symptom is diagnosed in a mesh of several clusters too, where no fix is
// tried.
func TestSeveralClusters(t *testing.T) {
	t.Parallel()
	for i, w := range worlds(t) {
		if i%8 != 0 {
			continue
		}
		var parts []*mesh.Mesh
		for _, cluster := range []string{"east", "west"} {
			in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(w.text)})
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, mesh.Build(config.Options{MeshConfig: in.MeshConfig, Editable: true, Cluster: cluster}, in.Objects))
		}
		m := mesh.Join(parts...)
		for _, s := range diagnose.All() {
			line := s.Lines[0].Example
			var parsed *evidence.Incident
			if i, ok := traffic.ParseIncident(line); ok {
				parsed = &i
			}
			var log diagnose.Log
			log.Add(line, parsed)
			for _, a := range log.Answers(m, &diagnose.Options{Checks: checks.All(), Try: true}, diagnose.Ask{}) {
				for _, c := range a.Causes {
					for _, f := range c.Fixes {
						if f.Tried {
							t.Errorf("%s: %q was tried", w.name, f.Text)
						}
					}
				}
			}
		}
	}
}
