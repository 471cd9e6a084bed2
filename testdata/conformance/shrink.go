package conformance

import (
	"fmt"
	"maps"
	"slices"
)

// shrink drops documents, then fields, as long as fails holds for what is left.
func shrink(w world, fails func(world) bool) world {
	w = shrinkDocuments(w, fails)
	for i := range w {
		for shrinkOne(w, i, fails) {
		}
	}
	return w
}

// shrinkDocuments drops documents only, which takes much less time.
func shrinkDocuments(w world, fails func(world) bool) world {
	w = w.clone()
	for again := true; again; {
		again = false
		for i := len(w) - 1; i >= 0; i-- {
			if w[i].kind() == "Namespace" {
				continue // nobody could tell who is injected
			}
			if smaller := slices.Delete(w.clone(), i, i+1); fails(smaller) {
				w, again = smaller, true
			}
		}
	}
	return w
}

// identity are fields without which an object is not that object.
var identity = []string{"[cluster]", "[apiVersion]", "[kind]", "[metadata]", "[metadata name]", "[metadata namespace]", "[spec template]", "[spec template metadata]"}

// shrinkOne drops the first field of a document that is not needed.
func shrinkOne(w world, i int, fails func(world) bool) bool {
	for _, path := range paths(map[string]any(w[i]), nil) {
		if slices.Contains(identity, fmt.Sprint(path)) || path[len(path)-1] == "port" {
			continue
		}
		kept := w[i]
		w[i] = without(map[string]any(kept), path).(map[string]any)
		if fails(w) {
			return true
		}
		w[i] = kept
	}
	return false
}

// paths lists every field below a value, outer ones first: keys are strings,
// indices of lists are ints.
func paths(v any, at []any) [][]any {
	var out, below [][]any
	step := func(key, value any) {
		p := append(slices.Clone(at), key)
		out = append(out, p)
		below = append(below, paths(value, p)...)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			step(key, v[key])
		}
	case []any:
		for i, value := range v {
			step(i, value)
		}
	}
	return append(out, below...)
}

// without is a copy of a value with one field less.
func without(v any, path []any) any {
	switch v := v.(type) {
	case map[string]any:
		out, key := maps.Clone(v), path[0].(string)
		if len(path) == 1 {
			delete(out, key)
		} else {
			out[key] = without(v[key], path[1:])
		}
		return out
	case []any:
		out, i := slices.Clone(v), path[0].(int)
		if len(path) == 1 {
			return slices.Delete(out, i, i+1)
		}
		out[i] = without(v[i], path[1:])
		return out
	}
	return v
}

func (w world) clone() world { return slices.Clone(w) }

// shrunk is the smallest world that still has the disagreement: the same two
// answers, about whatever is left.
func shrunk(w world, d disagreement) (world, disagreement) {
	last := d
	small := shrink(w, func(w world) bool {
		found, _, err := check(w)
		if err != nil {
			return false
		}
		i := slices.IndexFunc(found, func(f disagreement) bool { return f.istiod == d.istiod && f.ours == d.ours })
		if i >= 0 {
			last = found[i]
		}
		return i >= 0
	})
	return small, last
}
