package render

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// effectRanks are the effects by their words, the worst first.
var effectRanks = []effect.Effect{effect.Breaks, effect.Weaker, effect.Uncertain, effect.Repaired, effect.Stronger, effect.Differs, effect.Gone, effect.New}

func rankOf(word string) int {
	return slices.IndexFunc(effectRanks, func(e effect.Effect) bool { return e.String() == word })
}

// sortWatchLines brings what is worst first, then calls before ports and workloads.
func sortWatchLines(lines []wire.WatchLine) {
	slices.SortStableFunc(lines, func(a, b wire.WatchLine) int {
		return cmp.Or(cmp.Compare(rankOf(a.Effect), rankOf(b.Effect)), cmp.Compare(a.Type, b.Type), cmp.Compare(a.What, b.What), cmp.Compare(a.Is, b.Is))
	})
}
