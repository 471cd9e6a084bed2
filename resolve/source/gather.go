package source

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// gather puts what the batches came to together, in reading order.
func gather(batches []*batch) *Input {
	in := &Input{Stats: Stats{Objects: map[resolve.Kind]int{}, Skipped: map[string]int{}}}
	total := 0
	for _, b := range batches {
		total += len(b.objects)
	}
	in.Objects = make([]resolve.Object, 0, total)
	var marks []mark
	for _, b := range batches {
		in.Objects = append(in.Objects, b.objects...)
		in.Problems = append(in.Problems, b.problems...)
		marks = append(marks, b.marks...)
		in.Stats.add(b)
		in.kept = append(in.kept, b.kept...)
		if len(b.held) > 0 && in.held == nil {
			in.held = map[resolve.Ref]held{}
		}
		maps.Copy(in.held, b.held)
	}
	in.show(batches)
	in.settle(batches, marks)
	for _, b := range batches {
		in.Notes = append(in.Notes, b.notes...)
	}
	defer in.forgetFiles()
	for _, b := range batches {
		if b.cluster != nil {
			in.accept(batches, b.cluster.file)
			in.replay(b.cluster)
		}
	}
	return in
}

// settle makes notes of what was read past, and problems of objects without a name.
func (in *Input) settle(batches []*batch, marks []mark) {
	var nameless []resolve.Problem
	for _, b := range batches {
		nameless = append(nameless, b.nameless...)
	}
	nameless, marks = settleNameless(nameless, marks)
	in.Problems = append(in.Problems, nameless...)
	in.Notes = notes(marks)
}

// forgetFiles keeps nothing to merge onto of files that were not read of a cluster:
// they are what was applied, and a later file takes their place.
func (in *Input) forgetFiles() {
	for _, o := range in.Objects {
		if o.Origin.File != "" && in.held[o.Ref()].last == nil {
			delete(in.held, o.Ref())
		}
	}
}

func (s *Stats) add(b *batch) {
	s.Files += b.files
	s.Bytes += b.size
	s.Documents += b.documents
	s.Defaulted += b.defaulted
	for _, o := range b.objects {
		s.Objects[o.Kind]++
	}
	for word, n := range b.skipped {
		s.Skipped[word] += n
	}
}

func (in *Input) sort() {
	slices.SortStableFunc(in.Problems, resolve.Problem.Compare)
	slices.SortStableFunc(in.Notes, Note.Compare)
}
