package conformance

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/fix"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestFixes makes one change of a file of all repairs of a mesh: MESHES/4 random ones from
// seed SEED on. Each repair can be carried out on the text; what is left out did harm on the
// model, and is little.
func TestFixes(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "MESHES", 100)/4
	t.Logf("SEED=%d MESHES=%d", first, 4*count)
	var worlds []seeded
	for seed := first; seed < first+count; seed++ {
		worlds = append(worlds, seeded{seed, generate(seed)}, seeded{seed, generatePlan(seed)})
	}
	var mu sync.Mutex
	done, left := 0, map[string]int{}
	sideBySide(worlds, func(seed uint64, w world) {
		r, err := fixed(w)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, w.YAML())
			return
		}
		done += len(r.Done)
		for _, l := range r.Left {
			why, _, _ := strings.Cut(l.Why, ":")
			why, _, _ = strings.Cut(why, " MTLS")
			left[why]++
			if !strings.HasPrefix(why, "tried on the model") && !strings.Contains(why, "still be there") && !strings.Contains(l.Why, "is there already") {
				t.Errorf("seed %d: %s %s cannot be repaired in the text (analyze/amend): %s", seed, l.Code, l.Object, l.Why)
			}
		}
	})
	t.Logf("%d repairs made", done)
	n := 0
	for _, why := range slices.Sorted(maps.Keys(left)) {
		n += left[why]
		t.Logf("%d left: %s", left[why], why)
	}
	if done == 0 || n > done/5 {
		t.Errorf("%d repairs made and %d left: too many (analyze/fix)", done, n)
	}
}

// fixed is the change of a world that is one file.
func fixed(w world) (*fix.Result, error) {
	text := []byte(w.YAML())
	with := func(texts map[string][]byte) (*fix.World, error) {
		now := text
		if t, changed := texts["<stdin>"]; changed {
			now = t
		}
		in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(string(now)), Workers: 1})
		if err != nil {
			return nil, err
		}
		m := mesh.Build(asTested(), in.Objects)
		return &fix.World{Side: diff.Side{Mesh: m, Findings: analyze.Run(m, analyze.Default.Of(checks.All())).Findings}, Objects: in.Objects}, nil
	}
	was, err := with(nil)
	if err != nil {
		return nil, err
	}
	origin := func(_ *analyze.Finding, ref resolve.Ref) (resolve.Origin, bool) {
		for _, o := range was.Objects {
			if o.Ref() == ref {
				return o.Origin, true
			}
		}
		return resolve.Origin{}, false
	}
	r, err := fix.Files(was, was.Findings, origin, fix.Source{Namespace: "default", With: with, Text: func(string) ([]byte, error) { return text, nil }})
	if err != nil {
		return nil, err
	}
	for i := range r.Files {
		if _, err := r.Files[i].Unified("mesh.yaml"); err != nil {
			return nil, errors.Join(errors.New("the fix has no diff"), err)
		}
	}
	return r, nil
}
