package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Version is the report of which program answers, and by which rules.
type Version struct{ *wire.Version }

// Blocks implements View.
func (v Version) Blocks(bool) []format.Block {
	var judged, others []string
	for _, r := range v.Istio.Releases {
		if r.Compared == "" {
			others = append(others, r.Release)
			continue
		}
		judged = append(judged, fmt.Sprintf("%s (compared with its code of %s)", r.Release, r.On))
	}
	return []format.Block{{Lines: []string{
		"version  " + v.Version.Version, "commit   " + v.Commit, "go       " + v.Go, "rules    Istio " + v.Istio.Newest, "judged   " + strings.Join(judged, ", "),
		"known    " + strings.Join(others, ", ") + " (from release notes and source, not judged)",
	}}}
}

// Data implements View.
func (v Version) Data() any { return *v.Version }

// Names implements View.
func (v Version) Names() []string { return []string{v.Version.Version} }
