package source

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// replay makes the Input what reading the cluster gave: objects without places in
// a file, and the gaps that there were.
func (in *Input) replay(s *manifest.SnapshotOf) {
	in.Cluster, in.Proxies = &s.Spec.Cluster, s.Spec.Proxies
	for i := range in.Objects {
		if in.Objects[i].Origin.File == s.File {
			in.Objects[i].Origin = resolve.Origin{}
		}
	}
	for i := range in.Problems {
		if in.Problems[i].Position.File == s.File {
			in.Problems[i].Position = resolve.Position{}
		}
	}
	in.tell(s.Spec.Told)
	if s.Spec.Digest == "" {
		in.Cluster.Old = true
		in.Notes = append(in.Notes, manifest.Note{
			Message: "the snapshot " + s.File + " has no digest: it may be incomplete", Hint: "take it again with this version of mtlsctl",
		})
	}
	in.Stats.Files--
	if in.Stats.Files == 0 {
		in.Stats.Documents, in.Stats.Skipped = 0, map[string]int{}
	}
}

// tell replaces the problems of objects by those that were told of the cluster.
func (in *Input) tell(list []manifest.Told) {
	for _, t := range list {
		in.Problems = slices.DeleteFunc(in.Problems, func(p resolve.Problem) bool { return p.Ref == t.Ref && p.Position.File == "" })
		for _, p := range t.Problems {
			in.Problems = append(in.Problems, resolve.Problem{Ref: t.Ref, Field: p.Field, Message: p.Message, Hint: p.Hint, Cause: p.Cause, Harmless: p.Harmless})
		}
	}
}
