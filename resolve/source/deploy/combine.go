package deploy

import (
	"fmt"
	"maps"
	"strings"
)

// inner are the generators of a matrix or a merge.
func inner(of map[string]any) []map[string]any {
	var out []map[string]any
	list, _ := of["generators"].([]any)
	for _, one := range list {
		if generator, ok := one.(map[string]any); ok {
			out = append(out, generator)
		}
	}
	return out
}

// matrix combines each set of the first generator with each of the second, which may use the
// parameters of the first.
func (g *generation) matrix(of map[string]any, depth int) ([]map[string]any, error) {
	generators := inner(of)
	if len(generators) != 2 {
		return nil, fmt.Errorf("its matrix has %d generators, and Argo CD wants 2", len(generators))
	}
	first, err := g.generate(generators[0], nil, depth+1)
	if err != nil {
		return nil, err
	}
	var sets []map[string]any
	for _, a := range first {
		second, err := g.generate(generators[1], a, depth+1)
		if err != nil {
			return nil, err
		}
		for _, b := range second {
			one := maps.Clone(a)
			if g.goTemplate {
				one = merged(b, a)
			} else {
				for key, value := range b {
					if was, there := one[key]; there && was != value {
						return nil, fmt.Errorf("both generators of its matrix set the parameter %s", key)
					}
					one[key] = value
				}
			}
			if sets = append(sets, one); len(sets) > mostApplications {
				return nil, errMany
			}
		}
	}
	return sets, nil
}

// merge has the sets of the first generator, with what those of the others say that are equal in the
// keys of the merge.
func (g *generation) merge(of map[string]any, depth int) ([]map[string]any, error) {
	var keys []string
	list, _ := of["mergeKeys"].([]any)
	for _, key := range list {
		keys = append(keys, fmt.Sprint(key))
	}
	generators := inner(of)
	if len(generators) < 2 || len(keys) == 0 {
		return nil, fmt.Errorf("its merge needs 2 generators and mergeKeys")
	}
	base, err := g.generate(generators[0], nil, depth+1)
	if err != nil {
		return nil, err
	}
	known := len(g.lacks)
	for _, generator := range generators[1:] {
		over, err := g.generate(generator, nil, depth+1)
		if err != nil {
			return nil, err
		}
		by := map[string]map[string]any{}
		for _, set := range over {
			if key, whole := keyOf(set, keys); whole {
				by[key] = set
			}
		}
		for i, set := range base {
			if key, whole := keyOf(set, keys); whole && by[key] != nil {
				base[i] = g.over(set, by[key])
			}
		}
	}
	if len(g.lacks) > known {
		g.lack("generator merge: parameters of generators that are not in files are missing")
	}
	return base, nil
}

// keyOf are the values of a set for the keys of a merge; whole is false where it lacks one.
func keyOf(set map[string]any, keys []string) (key string, whole bool) {
	flat := flattened(set)
	var parts []string
	for _, k := range keys {
		value, there := flat[k]
		if !there {
			return "", false
		}
		parts = append(parts, value)
	}
	return strings.Join(parts, "\x00"), true
}

// over are parameters with others over them.
func (g *generation) over(set, others map[string]any) map[string]any {
	if g.goTemplate {
		return merged(set, others)
	}
	out := maps.Clone(set)
	maps.Copy(out, others)
	return out
}
