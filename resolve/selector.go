package resolve

// Selects reports whether every pair of the selector is among the labels. The
// empty selector selects everything.
func Selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// label is one key and value.
type label struct{ key, value string }

// SelectorIndex finds, among many selectors, those that match a set of labels
// without trying them all: each selector is filed under one of its pairs.
type SelectorIndex[T any] struct {
	byLabel map[label][]indexed[T]
	// size counts how often a pair occurs, so that each selector is filed under
	// its rarest one.
	size map[label]int
}

type indexed[T any] struct {
	selector map[string]string
	order    int
	value    T
}

// NewSelectorIndex files the values by their selectors; those with an empty
// selector are never found.
func NewSelectorIndex[T any](values []T, selector func(T) map[string]string) *SelectorIndex[T] {
	x := &SelectorIndex[T]{byLabel: map[label][]indexed[T]{}, size: map[label]int{}}
	for _, v := range values {
		for k, value := range selector(v) {
			x.size[label{k, value}]++
		}
	}
	for i, v := range values {
		if s := selector(v); len(s) > 0 {
			l := x.rarest(s)
			x.byLabel[l] = append(x.byLabel[l], indexed[T]{s, i, v})
		}
	}
	return x
}

func (x *SelectorIndex[T]) rarest(selector map[string]string) label {
	var best label
	found := false
	for k, v := range selector {
		l := label{k, v}
		if !found || x.size[l] < x.size[best] || x.size[l] == x.size[best] && l.before(best) {
			best, found = l, true
		}
	}
	return best
}

func (l label) before(o label) bool {
	return l.key < o.key || l.key == o.key && l.value < o.value
}

// Matching returns the values whose selector picks the labels, in the order in
// which they were given.
func (x *SelectorIndex[T]) Matching(labels map[string]string) []T {
	var hits []indexed[T]
	for k, v := range labels {
		for _, e := range x.byLabel[label{k, v}] {
			if Selects(e.selector, labels) {
				hits = append(hits, e)
			}
		}
	}
	return inOrder(hits)
}

func inOrder[T any](hits []indexed[T]) []T {
	if len(hits) == 0 {
		return nil
	}
	// Few selectors pick one workload: insertion keeps this without allocation.
	for i := range hits {
		for j := i; j > 0 && hits[j].order < hits[j-1].order; j-- {
			hits[j], hits[j-1] = hits[j-1], hits[j]
		}
	}
	values := make([]T, len(hits))
	for i, h := range hits {
		values[i] = h.value
	}
	return values
}
