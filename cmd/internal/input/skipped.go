package input

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// skipReasons are why documents that are counted under a word, and not under their kind, were not read.
var skipReasons = map[string]string{
	"template": "a template has to be rendered first", "Kustomization": "not built: -k builds a kustomization", "patch": "changes an object, and is none",
	"non-object": "not a Kubernetes object", "Rollout with workloadRef": "uses the pods of a Deployment", "incomplete object": "lacks apiVersion, kind or name",
	manifest.ArgoApplications: "deploys other files", manifest.FluxObjects: "deploys other files",
}

// saySkipped prints how many documents of each kind were not read, and why, where much is wanted.
func (l *Loaded) saySkipped(s console.Streams) {
	if !s.Voice.IsVerbose() || len(l.Stats.Skipped) == 0 {
		return
	}
	words := slices.SortedFunc(maps.Keys(l.Stats.Skipped), func(a, b string) int {
		return cmp.Or(l.Stats.Skipped[b]-l.Stats.Skipped[a], cmp.Compare(a, b))
	})
	wide := 0
	for _, word := range words {
		wide = max(wide, len(format.Visible(word)))
	}
	var lines strings.Builder
	lines.WriteString("not read:")
	for _, word := range words {
		why := skipReasons[word]
		switch {
		case strings.HasPrefix(word, "refused "):
			why = "a cluster rejects the object"
		case why == "":
			why = "no mTLS setting is in this kind"
		}
		fmt.Fprintf(&lines, "\n  %4d  %-*s  %s", l.Stats.Skipped[word], wide, format.Visible(word), why)
	}
	console.Say(s, "%s", console.Lines(lines.String()))
}
