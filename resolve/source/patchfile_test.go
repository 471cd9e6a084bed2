package source_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// partialPolicy says nothing of its own: as an object it would open what shop/web
// closes.
const partialPolicy = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web, namespace: shop, labels: {a: b}}\n"

func TestFilesThatAKustomizationListsAsPatchesAreNoObjects(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]string{
		"patches":                   "patches:\n- path: sub/p.yaml\n  target: {kind: PeerAuthentication}\n",
		"patches as they once were": "patches: [./sub/p.yaml]\n",
		"patchesStrategicMerge with inline texts":   "patchesStrategicMerge:\n- sub/../sub/p.yaml\n- |-\n  kind: Service\n",
		"patchesJson6902":                           "patchesJson6902:\n- path: sub/p.yaml\n",
		"a second document, after a broken one":     "a: b: c\n---\npatches:\n- path: sub/p.yaml\n",
		"a kustomization in the folder beside it":   "patches:\n- path: ../d/sub/p.yaml\n",
		"lists of other shapes around the one used": "patches:\n- path: sub/p.yaml\npatchesStrategicMerge: {a: b}\npatchesJson6902:\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, map[string]string{"d/a.yaml": policy, "d/sub/p.yaml": partialPolicy + "---\n# nothing\n---\n- op: add\n", "d/kustomization.yml": list})
			in := read(t, source.Options{Files: []string{dir}})
			if len(in.Objects) != 1 || in.Stats.Skipped["patch"] != 2 {
				t.Errorf("got %v", summary(in))
			}
		})
	}
}

func TestAPatchFileIsOneByWhateverNameItIsReached(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"a.yaml": policy, "p.yaml": partialPolicy, "Kustomization": "patches: [{path: p.yaml}]\n"})
	in := read(t, source.Options{Files: []string{filepath.Join(dir, ".", "p.yaml"), dir}})
	if diff := cmp.Diff([]string{"1 PeerAuthentication shop/web", "1 note: 1 document is a patch and not an object", "skipped 1 patch"}, summary(in)); diff != "" {
		t.Error(diff)
	}
}
