package conformance

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// TestCrossings has istiod judge plans from sidecars to ambient: CROSSINGS of them, from seed SEED
// on, every second of a mesh that is mixed already. No call that worked may break or lose its
// mTLS, and no STRICT port may accept plaintext: after no wave, and not while some of the pods that
// a wave restarts are still the old ones.
func TestCrossings(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "CROSSINGS", 20)
	began, seen := time.Now(), &tally{crossing: true}
	var mu sync.Mutex
	moved := 0
	group(first, count, generateCrossing, func(seed uint64, w world) {
		if refusedThen(w) != "" {
			return
		}
		k, err := walkCrossing(w, seed)
		if err == nil && len(k.harms) > 0 {
			k, err = walkCrossing(w, seed) // istiod's registries may not have settled
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, w.YAML())
			return
		}
		seen.add(k)
		moved += k.plan.Crossed.After - k.plan.Crossed.Before
		for i, h := range k.harms {
			if i == 0 {
				t.Errorf("seed %d: %d harms, first: %v\n%s\n%s", seed, len(k.harms), h, toldPlan(k.plan), w.YAML())
			}
		}
	})
	t.Logf("%d plans in %v to ambient: %d workloads moved; %s", count, time.Since(began).Round(time.Second), moved, seen)
	if missed := seen.missed(); count >= 100 && (len(missed) > 0 || seen.moving*3 < seen.plans) {
		t.Errorf("no plan had waves of the kinds %v, or too few have waves", missed)
	}
}

// TestCrossingsUnprepared keeps the judge honest: without the waves that only prepare, istiod has to
// find calls that break, and ports that open.
func TestCrossingsUnprepared(t *testing.T) {
	found := map[string]int{}
	var mu sync.Mutex
	group(fixedSeed, 60, generateCrossing, func(seed uint64, w world) {
		k, err := newWalk(w, crossingOptions(seed))
		if err == nil {
			k.plan.Waves = slices.DeleteFunc(k.plan.Waves, func(w plan.Wave) bool { return w.Kind != plan.Enrol })
			for i := range k.plan.Waves {
				k.plan.Waves[i].Number = i + 1
			}
			err = k.cross(w, w.ports())
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			return
		}
		for _, h := range k.harms {
			found[h.kind]++
		}
	})
	t.Logf("found: %v", found)
	if found[breaks] == 0 || found[weakens] == 0 || found[opens] == 0 {
		t.Error("waves without those that prepare them break no call, or open no port: the judge sees nothing")
	}
}

// generateCrossing makes the world of a seed of TestCrossings: with ambient switched on, whoever is
// in it.
func generateCrossing(seed uint64) world {
	w := generateMixed(seed)
	if seed%2 == 0 {
		g := newGenerator(seed)
		g.Rand, g.later, g.apart, g.alone = rand.New(rand.NewPCG(seed, 11)), rand.New(rand.NewPCG(seed, 12)), rand.New(rand.NewPCG(seed, 13)), true
		w = g.makeForPlan()
	}
	if seed%3 == 0 {
		w = append(w, unsafeModes(w, seed)...)
	}
	if seed%5 == 1 {
		w = generateGuarded(seed)
		w = append(w, overHTTPOnly(w, seed)...)
	}
	for _, d := range w {
		if annotations, ok := d.meta()["annotations"].(map[string]any); ok && d.kind() == "Service" && annotations["networking.istio.io/exportTo"] == "~" {
			delete(annotations, "networking.istio.io/exportTo") // istiod has clusters for it, and no endpoints
		}
	}
	return append(w, document{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "dusk", "labels": map[string]any{modeLabel: "ambient"}}})
}

// generateGuarded is a small world in which a waypoint can be had: workloads with Services of their own.
func generateGuarded(seed uint64) world {
	r := rand.New(rand.NewPCG(seed, 32))
	meta := func(ns, name string, labels map[string]any) map[string]any {
		m := map[string]any{"name": name, "labels": labels}
		if ns != "" {
			m["namespace"] = ns
		}
		return m
	}
	w := world{document{"apiVersion": "v1", "kind": "Namespace", "metadata": meta("", "istio-system", map[string]any{})}}
	if r.IntN(3) > 0 {
		w = append(w, document{"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": meta("istio-system", "default", map[string]any{}), "spec": map[string]any{"mtls": map[string]any{"mode": "STRICT"}}})
	}
	for _, ns := range []string{"shop", "bank"}[:1+r.IntN(2)] {
		w = append(w, document{"apiVersion": "v1", "kind": "Namespace", "metadata": meta("", ns, map[string]any{"istio-injection": "enabled"})})
		for i := range 1 + r.IntN(3) {
			name := fmt.Sprint("app", i)
			labels := map[string]any{"app": name}
			w = append(w, document{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(ns, name, labels), "spec": map[string]any{
				"selector": map[string]any{"matchLabels": labels},
				"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": map[string]any{"containers": []any{map[string]any{"name": "app", "image": "app", "ports": []any{map[string]any{"containerPort": 8080}}}}}},
			}})
			w = append(w, document{"apiVersion": "v1", "kind": "Service", "metadata": meta(ns, name, map[string]any{}), "spec": map[string]any{
				"clusterIP": fmt.Sprintf("10.96.%d.%d", len(ns), len(w)), "selector": labels, "ports": []any{map[string]any{"name": []string{"http", "tcp", "x"}[r.IntN(3)], "port": 80, "targetPort": 8080}},
			}})
		}
	}
	return w
}

// overHTTPOnly are AuthorizationPolicies that ztunnel does not enforce: their workloads need a waypoint.
func overHTTPOnly(w world, seed uint64) (out world) {
	r := rand.New(rand.NewPCG(seed, 33))
	for i, d := range w {
		labels, ok := d.at("spec", "template", "metadata", "labels").(map[string]any)
		if !ok || len(labels) == 0 || r.IntN(2) == 0 {
			continue
		}
		out = append(out, document{"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy", "metadata": map[string]any{"name": fmt.Sprint("h", i), "namespace": d.namespace()}, "spec": map[string]any{
			"action": []string{"ALLOW", "DENY"}[r.IntN(2)], "selector": map[string]any{"matchLabels": labels},
			"rules": []any{map[string]any{"to": []any{map[string]any{"operation": map[string]any{"methods": []any{"GET"}}}}}},
		}})
	}
	return out
}

// unsafeModes are policies that istiod converts for ztunnel otherwise than sidecars read them: a
// STRICT mesh, by an empty selector or none, and exceptions with modes of their own or without.
func unsafeModes(w world, seed uint64) (out world) {
	r := rand.New(rand.NewPCG(seed, 31))
	add := func(ns, name string, spec map[string]any) {
		out = append(out, document{"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": map[string]any{
			"name": name, "namespace": ns, "creationTimestamp": fmt.Sprintf("2025-01-01T00:00:%02dZ", len(out)), // older than all others
		}, "spec": spec})
	}
	mode := func(words ...string) map[string]any { return map[string]any{"mode": words[r.IntN(len(words))]} }
	root := map[string]any{"mtls": mode("STRICT")}
	if r.IntN(3) == 0 {
		root["selector"] = map[string]any{"matchLabels": map[string]any{}}
	}
	add("istio-system", "oldest", root)
	for i, d := range w {
		meta, ok := d.at("spec", "template", "metadata").(map[string]any)
		if !ok || d.kind() != "Deployment" || r.IntN(2) == 0 {
			continue
		}
		name := fmt.Sprint("u", i)
		label(meta, "only", name)
		spec := map[string]any{"selector": map[string]any{"matchLabels": map[string]any{"only": name}}, "portLevelMtls": map[string]any{"8080": mode("STRICT", "STRICT", "PERMISSIVE"), "9090": mode("PERMISSIVE", "DISABLE", "STRICT")}}
		if r.IntN(2) == 0 {
			spec["mtls"] = mode("PERMISSIVE", "DISABLE", "STRICT", "UNSET")
		}
		add(d.namespace(), name, spec)
	}
	return out
}

// crossingOptions are what a seed asks of its plan.
func crossingOptions(seed uint64) plan.Options {
	o := plan.Options{Ambient: true, MaxWave: []int{0, 0, 1, 3}[seed%4]}
	if seed%3 != 0 {
		o.Traffic = quietWeek()
	}
	if seed%7 == 0 {
		o.Touches = func(w *inbound.Workload) bool { return w.Ref.Namespace == "shop" }
	}
	return o
}

// opens is a port that a wave makes accept plaintext.
const opens = "opens a STRICT port"

// walkCrossing plans from a world and asks istiod about every state on the way.
func walkCrossing(w world, seed uint64) (*walk, error) {
	k, err := newWalk(w, crossingOptions(seed))
	if err != nil || len(k.plan.Waves) == 0 {
		return k, err
	}
	ports := w.ports()
	return k, k.cross(w, ports)
}

// cross applies wave after wave, and takes each back once.
func (k *walk) cross(w world, ports []uint32) error {
	now, err := newStage(w, ports)
	if err != nil {
		return err
	}
	known := declaredIn(k.start, now.behind)
	for i := range k.plan.Waves {
		wave, at := &k.plan.Waves[i], young.Add(time.Duration(i)*time.Minute)
		for _, part := range halves(wave) {
			half, err := step(now.world, part, at, ports)
			if err != nil {
				return err
			}
			k.compare(known, wave, now, half)
			k.harms = append(k.harms, opened(wave, now, half)...)
		}
		next, err := step(now.world, wave.Changes, at, ports)
		if err != nil {
			return err
		}
		k.compare(known, wave, now, next)
		k.harms = append(k.harms, opened(wave, now, next)...)
		back, err := step(next.world, undone(wave), at.Add(time.Second), ports)
		if err != nil {
			return err
		}
		k.harms = append(k.harms, differences(wave, now, back)...)
		now = next
	}
	return nil
}

// halves are parts of a wave that restarts pods: for any two of its changes there is one with only
// the first, and one with only the second.
func halves(w *plan.Wave) (out [][]plan.Change) {
	if w.Kind != plan.Tunnel && w.Kind != plan.Enrol {
		return nil
	}
	for bit := range bits.Len(uint(len(w.Changes) - 1)) {
		var with, without []plan.Change
		for i, c := range w.Changes {
			if i>>bit&1 == 1 {
				with = append(with, c)
			} else {
				without = append(without, c)
			}
		}
		out = append(out, with, without)
	}
	return out
}

// opened are STRICT ports that take plaintext after a wave.
func opened(w *plan.Wave, before, after *stage) (out []harm) {
	for name := range before.modes {
		for port, was := range before.modes[name] {
			place := spot{name, port}
			if is := after.served(place); modeOnly(was) == "STRICT" && before.served(place) != "NONE" && before.served(place) != "" && modeOnly(is) != "STRICT" {
				out = append(out, harm{opens, told(w), place.String(), was, is})
			}
		}
	}
	return out
}

// crossingSeeds are those of every harm that there was: a machine that reads a Sidecar, one that
// perhaps has a proxy, a host of a Service and a ServiceEntry.
const crossingSeeds = "53 116 125 148 234 3000205"

// TestCrossingsSeeds looks at them again.
func TestCrossingsSeeds(t *testing.T) {
	for word := range strings.FieldsSeq(crossingSeeds) {
		seed, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		group(seed, 1, generateCrossing, func(seed uint64, w world) {
			k, err := walkCrossing(w, seed)
			if err == nil && len(k.harms) > 0 {
				k, err = walkCrossing(w, seed) // istiod's registries may not have settled
			}
			if err != nil || len(k.harms) > 0 {
				t.Errorf("seed %d: %v %v", seed, err, k)
			}
		})
	}
}
