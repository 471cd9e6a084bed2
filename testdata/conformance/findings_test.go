package conformance

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// TestFindings runs all checks over random meshes: FINDINGS of them from seed SEED on, and
// FRESH from FRESHSEED on, half as many of those that plans are made for, and a quarter of mixed
// ones. No input
// makes one slip, the order of documents does not show, each broken call of the model
// (which TestMeshes compares with istiod) is told by a finding, and a finding's repair
// breaks no call, takes mTLS from none, and makes the finding go.
func TestFindings(t *testing.T) {
	both := func(first, count uint64) {
		runFindings(t, generate, first, count)
		runFindings(t, generatePlan, first, count/2)
		runFindings(t, generateMixed, first, count/4)
	}
	both(number(t, "SEED", fixedSeed), number(t, "FINDINGS", 300))
	if fresh := number(t, "FRESH", 0); fresh > 0 {
		both(number(t, "FRESHSEED", uint64(time.Now().UnixNano())%1e12)+3e6, fresh)
	}
}

func runFindings(t *testing.T, make func(uint64) world, first, count uint64) {
	t.Logf("SEED=%d FINDINGS=%d", first, count)
	var mu sync.Mutex
	codes, repaired, failed := map[string]int{}, map[string]int{}, 0
	var worlds []seeded
	for seed := first; seed < first+count; seed++ {
		worlds = append(worlds, seeded{seed, make(seed)})
	}
	sideBySide(worlds, func(seed uint64, w world) {
		k := judge(seed, w)
		mu.Lock()
		defer mu.Unlock()
		for _, f := range k.findings {
			codes[f.Code]++
		}
		for code, n := range k.repaired {
			repaired[code] += n
		}
		if len(k.faults) == 0 {
			return
		}
		if failed++; failed <= 5 {
			t.Errorf("seed %d: %s\n%s", seed, strings.Join(k.faults, "\n"), w.YAML())
		}
	})
	t.Logf("%d meshes with faults", failed)
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		t.Logf("%s: %d findings, %d of them repaired", code, codes[code], repaired[code])
	}
}

// TestFindingSeeds are meshes in which a check slipped or a repair did harm once.
func TestFindingSeeds(t *testing.T) {
	for _, seed := range []uint64{34, 38, 213, 392, 431, 435, 449, 462, 663, 1182, 3332, 5370, 6484, 8962, 50006, 50079, 51663, 52155,
		7103321, 7105594, 7106072, 7108758, 7204348, 7307588, 8102187, 8202980, 3516937359, 582258376620, 4221324288, 1662589226, 950073} {
		for _, w := range []world{generate(seed), generatePlan(seed), generateMixed(seed)} {
			if k := judge(seed, w); len(k.faults) > 0 {
				t.Errorf("seed %d: %s\n%s", seed, strings.Join(k.faults, "\n"), w.YAML())
			}
		}
	}
}

// judged is what became of the checks over one mesh.
type judged struct {
	findings []analyze.Finding
	repaired map[string]int
	faults   []string
}

func judge(seed uint64, w world) (k *judged) {
	k = &judged{repaired: map[string]int{}}
	defer func() {
		if p := recover(); p != nil {
			k.fault("slipped: %v", p)
		}
	}()
	m := meshOf(w)
	k.findings = analyze.Run(m, analyze.Default.Of(checks.All())).Findings
	k.shuffled(seed, w)
	k.complete(m)
	for i := range k.findings {
		if f := &k.findings[i]; len(f.Repair) > 0 {
			k.repair(m, w, f)
		}
	}
	return k
}

func (k *judged) fault(format string, args ...any) {
	k.faults = append(k.faults, fmt.Sprintf(format, args...))
}

// meshOf resolves a world; what the generator makes can be read.
func meshOf(w world) *mesh.Mesh {
	in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(w.YAML()), Workers: 1})
	if err != nil {
		panic(err)
	}
	return mesh.Build(asTested(), in.Objects)
}

// shuffled: the order of documents does not show, but for lines.
func (k *judged) shuffled(seed uint64, w world) {
	other := slices.Clone(w)
	rand.New(rand.NewPCG(seed, 4)).Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	told := func(list []analyze.Finding) []string {
		var out []string
		for _, f := range list {
			out = append(out, fmt.Sprint(f.Code, " ", f.Severity, " ", f.Object, " ", f.Field, " ", f.Message, " ", f.Fix, " ", f.Repair))
		}
		return out
	}
	was, is := told(k.findings), told(analyze.Run(meshOf(other), analyze.Default.Of(checks.All())).Findings)
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			k.fault("the order of documents shows: %v\n  against %v", was[min(i, len(was)):], is[min(i, len(is)):])
			return
		}
	}
}

// complete: something speaks of each broken call of a client with a proxy.
func (k *judged) complete(m *mesh.Mesh) {
	told := map[resolve.Ref]bool{}
	for _, f := range k.findings {
		told[f.Object] = true
		for _, r := range f.Involved {
			told[r] = true
		}
	}
	adviser := advise.New(m, advise.Options{})
	outsiders := func(e *outbound.Endpoint) bool { // past the sidecar on purpose: only who has no certificate is known to call
		i := slices.IndexFunc(e.Workload.Ports, func(p inbound.Port) bool { return p.Number == e.Port })
		return i >= 0 && adviser.UseOf(e.Workload, &e.Workload.Ports[i]).Kind == advise.ForOutsiders
	}
	for c := range m.Connections(outbound.Filter{}) {
		if c.Outcome.Verdict != resolve.VerdictBroken || c.Client.Dataplane != resolve.DataplaneSidecar || c.Server == nil || c.Server.Workload == nil {
			continue
		}
		if c.Serves.Mode == resolve.None && outsiders(c.Server) {
			continue
		}
		if !told[c.Sends.By] && !told[c.Host.Ref] && !told[c.Server.Workload.Ref] && !told[c.Client.Workloads[0].Ref] && !told[c.Serves.By] {
			k.fault("nothing speaks of the broken call %s -> %s:%d %s (%s: %s; serves %s: %s)", c.Client, c.Host.Name, c.Port.Number, c.Subset, c.Sends.TLS, words.Because(c.Sends.Reason()), c.Serves.Mode, words.Because(c.Serves.Why))
			return
		}
	}
}

// repair applies one finding's repair and looks at every call.
func (k *judged) repair(m *mesh.Mesh, w world, f *analyze.Finding) {
	changed, err := edited(w, f.Repair)
	if err != nil {
		k.fault("%s %s cannot be repaired: %v", f.Code, f.Object, err)
		return
	}
	is := meshOf(changed)
	after := analyze.Run(is, []*analyze.Check{checks.ByCode(f.Code)}).Findings
	same := func(o analyze.Finding) bool { return o.Fingerprint() == f.Fingerprint() }
	of := func(list []analyze.Finding) (n int) { // an entry that goes leaves its place to the next
		for i := range list {
			if list[i].Code == f.Code && list[i].Object == f.Object {
				n++
			}
		}
		return n
	}
	if slices.ContainsFunc(after, same) && of(after) >= of(k.findings) {
		k.fault("%s %s: %s\n  is still there after its repair %+v", f.Code, f.Object, f.Message, f.Repair)
	}
	k.repaired[f.Code]++
	was, now := verdicts(m), verdicts(is)
	for _, call := range slices.Sorted(maps.Keys(was)) {
		after, there := now[call]
		switch {
		case !there:
		case was[call] != resolve.VerdictBroken && after == resolve.VerdictBroken, was[call] == resolve.VerdictMTLS && after != resolve.VerdictMTLS:
			k.fault("%s %s: %s\n  its repair %+v turns %s from %s into %s", f.Code, f.Object, f.Message, f.Repair, call, was[call], after)
			return
		}
	}
}

// verdicts are what becomes of each call.
func verdicts(m *mesh.Mesh) map[string]resolve.Verdict {
	out := map[string]resolve.Verdict{}
	for c := range m.Connections(outbound.Filter{}) {
		for _, w := range c.Client.Workloads {
			out[fmt.Sprint(w.Ref, " -> ", c.Host.Name, " ", c.Host.Ref, ":", c.Port.Number, " ", c.Subset, " ", c.Server)] = c.Outcome.Verdict
		}
	}
	return out
}

// edited is a world after edits.
func edited(w world, edits []analyze.Edit) (world, error) {
	var out world
	for _, d := range w {
		var own document
		if err := into(d, &own); err != nil {
			return nil, err
		}
		out = append(out, own)
	}
	for _, e := range edits {
		if e.Verb == analyze.Create {
			var made document
			if err := into(e.Value, &made); err != nil {
				return nil, err
			}
			out = append(out, made)
			continue
		}
		i := slices.IndexFunc(out, func(d document) bool {
			return d.kind() == e.Object.Kind.Word() && d.name() == e.Object.Name && d.namespace() == e.Object.Namespace
		})
		if i < 0 {
			return nil, fmt.Errorf("%s is not there", e.Object)
		}
		if e.Verb == analyze.Remove && e.Field == "" {
			out = slices.Delete(out, i, i+1)
			continue
		}
		var plain struct{ Value any }
		if err := into(map[string]any{"value": e.Value}, &plain); err != nil {
			return nil, err
		}
		e.Value = plain.Value
		if err := e.Apply(out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
