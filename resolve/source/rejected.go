package source

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// show keeps rejected objects of the kinds that can be shown as such, unless another
// document defines the same object: that one stands then.
func (in *Input) show(batches []*manifest.Batch) {
	var defined map[resolve.Ref]bool
	snapshots := map[string]bool{}
	for _, b := range batches {
		if b.Cluster != nil {
			snapshots[b.Cluster.File] = true
		}
	}
	for _, b := range batches {
		for _, o := range b.Rejected {
			if snapshots[o.Origin.File] || o.Kind != resolve.KindPeerAuthentication && o.Kind != resolve.KindAuthorizationPolicy {
				continue
			}
			if defined == nil {
				defined = make(map[resolve.Ref]bool, len(in.Objects))
				for _, o := range in.Objects {
					defined[o.Ref()] = true
				}
			}
			if defined[o.Ref()] {
				continue
			}
			defined[o.Ref()] = true
			in.Objects = append(in.Objects, o)
			in.Stats.Objects[o.Kind]++
			if word := "refused " + string(o.Kind); in.Stats.Skipped[word] > 1 {
				in.Stats.Skipped[word]--
			} else {
				delete(in.Stats.Skipped, word)
			}
		}
	}
}

// accept lets the rejected objects of a snapshot count: its cluster holds them.
func (in *Input) accept(batches []*manifest.Batch, file string) {
	for _, b := range batches {
		for _, o := range b.Rejected {
			if o.Origin.File == file {
				o.Refused = nil
				in.Objects = append(in.Objects, o)
				in.Stats.Objects[o.Kind]++
			}
		}
	}
	for i, p := range in.Problems {
		if p.Position.File == file && p.Cause != "" {
			in.Problems[i] = manifest.Taken(p)
		}
	}
}
