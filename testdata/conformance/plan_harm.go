package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// harm is what a plan promised not to do.
type harm struct {
	// kind is one of those below.
	kind string
	// wave is what was applied, about which call or port it is.
	wave, about string
	// before and after are what istiod says.
	before, after string
}

// The kinds of harm.
const (
	breaks      = "breaks a call"
	weakens     = "makes a call plaintext that was mTLS"
	breaksFirst = "breaks a call while the server has heard of the wave and the client has not"
	breaksLast  = "breaks a call while the client has heard of the wave and the server has not"
	stays       = "rolled back, is not as it was"
	leaves      = "is over, and a port is not STRICT that is not held"
	overruns    = "is over, and a port is STRICT that is held"
)

// String tells it in full.
func (h harm) String() string {
	return fmt.Sprintf("%s %s\n  %s\n  before: %s\n  after:  %s", h.wave, h.kind, h.about, h.before, h.after)
}

// told is a wave in full: its number, kind, and what it changes.
func told(w *plan.Wave) string {
	var parts []string
	for i := range w.Changes {
		c := &w.Changes[i]
		parts = append(parts, fmt.Sprintf("%s %s: %s", c.How, c.Ref(), c.What))
	}
	return fmt.Sprintf("wave %d (%s: %s)", w.Number, w.Kind, strings.Join(parts, "; "))
}

// knownCalls are the calls of workloads that the plan knows of: by client, the ports of
// hosts ("host:80").
type knownCalls map[string]map[string]bool

func declaredIn(m *mesh.Mesh, behind map[string][]spot) knownCalls {
	out := knownCalls{}
	for _, d := range declared.In(m).All() {
		if d.Client == nil {
			continue
		}
		client := string(d.Client.Ref.Kind) + " " + d.Client.Ref.Path()
		for _, key := range slices.Sorted(maps.Keys(behind)) {
			host, port, _ := strings.Cut(key, ":")
			if host == d.Host.Name && (d.Port == 0 || port == fmt.Sprint(d.Port)) {
				if out[client] == nil {
					out[client] = map[string]bool{}
				}
				out[client][key] = true
			}
		}
	}
	return out
}
