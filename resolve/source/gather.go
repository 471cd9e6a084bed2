package source

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Gather puts what the batches came to together, in reading order.
func Gather(batches []*manifest.Batch) *Input {
	in := &Input{Stats: Stats{Objects: map[resolve.Kind]int{}, Skipped: map[string]int{}}}
	total := 0
	for _, b := range batches {
		total += len(b.Objects)
	}
	in.Objects = make([]resolve.Object, 0, total)
	var marks []manifest.Mark
	for _, b := range batches {
		in.Objects = append(in.Objects, b.Objects...)
		in.Problems = append(in.Problems, b.Problems...)
		marks = append(marks, b.Marks...)
		in.Stats.add(b)
		in.Kept = append(in.Kept, b.Kept...)
		if len(b.Held) > 0 && in.held == nil {
			in.held = map[resolve.Ref]manifest.Held{}
		}
		maps.Copy(in.held, b.Held)
	}
	in.show(batches)
	in.settle(batches, marks)
	for _, b := range batches {
		in.Notes = append(in.Notes, b.Notes...)
	}
	defer in.forgetFiles()
	for _, b := range batches {
		if b.Cluster != nil {
			in.accept(batches, b.Cluster.File)
			in.replay(b.Cluster)
		}
	}
	return in
}

// settle makes notes of what was read past, and problems of objects without a name.
func (in *Input) settle(batches []*manifest.Batch, marks []manifest.Mark) {
	var nameless []resolve.Problem
	for _, b := range batches {
		nameless = append(nameless, b.Nameless...)
	}
	nameless, marks = manifest.SettleNameless(nameless, marks)
	in.Problems = append(in.Problems, nameless...)
	in.Notes = manifest.Notes(marks)
}

// forgetFiles keeps nothing to merge onto of files that were not read of a cluster:
// they are what was applied, and a later file takes their place.
func (in *Input) forgetFiles() {
	for _, o := range in.Objects {
		if o.Origin.File != "" && in.held[o.Ref()].Last == nil {
			delete(in.held, o.Ref())
		}
	}
}

func (s *Stats) add(b *manifest.Batch) {
	s.Files += b.Files
	s.Bytes += b.Size
	s.Documents += b.Documents
	s.Defaulted += b.Defaulted
	for _, o := range b.Objects {
		s.Objects[o.Kind]++
	}
	for word, n := range b.Skipped {
		s.Skipped[word] += n
	}
}

// Sort brings problems and notes into an order that no reader decides.
func (in *Input) Sort() {
	slices.SortStableFunc(in.Problems, resolve.Problem.Compare)
	slices.SortStableFunc(in.Notes, manifest.Note.Compare)
}
