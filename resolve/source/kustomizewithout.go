package source

import (
	"slices"

	"sigs.k8s.io/kustomize/api/types"
)

// leaveOut takes the objects out of a build that a patch is for which is not among the files: what they
// would be nobody knows. A patch that deletes them stands in its place.
func (p *preparation) leaveOut(k *reached, spec *types.Kustomization, fields map[string]any) {
	deleting := func(one types.Patch) types.Patch {
		return types.Patch{Target: one.Target, Patch: "$patch: delete\napiVersion: v1\nkind: Any\nmetadata: {name: any}\n"}
	}
	elsewhere := func(one types.Patch) bool { return one.Target != nil && p.isElsewhere(k.dir, one.Path) }
	for i, one := range spec.Patches {
		if elsewhere(one) {
			spec.Patches[i] = deleting(one)
		}
	}
	//lint:ignore SA1019 kustomize still reads it
	rest := slices.Clone(spec.PatchesJson6902)
	for _, one := range rest {
		if elsewhere(one) {
			spec.Patches = append(spec.Patches, deleting(one))
		}
	}
	if rest = slices.DeleteFunc(rest, elsewhere); len(rest) > 0 {
		fields["patchesJson6902"] = rest
	} else {
		delete(fields, "patchesJson6902")
	}
}

// generatorsOf takes the ConfigMaps and Secrets out of a kustomization of which a file is not at hand.
func (p *preparation) generatorsOf(k *reached, fields map[string]any) {
	for _, key := range ofPairs {
		list, ok := fields[key].([]any)
		if !ok {
			continue
		}
		fields[key] = slices.DeleteFunc(list, func(one any) bool {
			of, _ := one.(map[string]any)
			entries := []any{of["env"]}
			for _, field := range []string{"files", "envs"} {
				more, _ := of[field].([]any)
				entries = append(entries, more...)
			}
			return slices.ContainsFunc(entries, func(entry any) bool {
				text, _ := entry.(string)
				return p.isElsewhere(k.dir, pathOf(text))
			})
		})
	}
}
