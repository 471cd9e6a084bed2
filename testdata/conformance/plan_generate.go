package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// generatePlan makes the world of a seed of TestPlans. Every fourth is one of generate's;
// the others have what plans are about more often: servers that are PERMISSIVE or
// DISABLE at all levels, pods that lack a sidecar, rules that send plaintext, and
// containers that name whom they call.
func generatePlan(seed uint64) world {
	if seed%4 == 0 {
		return generate(seed)
	}
	g := newGenerator(seed)
	g.Rand, g.later, g.apart = rand.New(rand.NewPCG(seed, 11)), rand.New(rand.NewPCG(seed, 12)), rand.New(rand.NewPCG(seed, 13))
	return g.makeForPlan()
}

func (g *generator) makeForPlan() world {
	if g.chance(15) {
		g.meshConfig()
	}
	g.namespaces = []string{"shop", "bank", g.root}
	if g.chance(50) {
		g.namespaces = append(g.namespaces, "third")
	}
	slices.Sort(g.namespaces)
	g.namespaces = slices.Compact(g.namespaces)
	open := map[string]bool{}
	for _, ns := range g.namespaces {
		open[ns] = g.planNamespace(ns)
	}
	g.times(3, 7, func() { g.planDeployment(open) })
	g.times(2, 6, g.service)
	rarely := func(percent int, do func()) {
		if g.chance(percent) {
			do()
		}
	}
	rarely(15, g.workloadEntry)
	rarely(20, g.serviceEntry)
	g.times(0, 4, g.planPolicy)
	g.times(0, 3, g.planRule)
	rarely(30, g.sidecar)
	rarely(15, g.virtualService)
	for _, d := range g.world {
		g.declare(d)
	}
	rarely(20, g.decorate)
	return g.world
}

// planNamespace reports a namespace without a word about injection: its workloads decide.
func (g *generator) planNamespace(name string) (open bool) {
	d := g.object("v1", "Namespace", "", name)
	delete(d, "spec")
	switch n := g.IntN(10); {
	case n < 6:
		d.meta()["labels"] = map[string]any{"istio-injection": "enabled"}
	case n == 6:
		d.meta()["labels"] = map[string]any{g.pick("istio-injection", "istio.io/rev"): g.pick("disabled", "default", "canary")}
	default:
		open = true
	}
	g.add(d)
	return open
}

// planDeployment is a deployment that policies can mostly tell from others.
func (g *generator) planDeployment(open map[string]bool) {
	g.deployment()
	d := g.world[len(g.world)-1]
	meta := d.meta()
	if t, ok := d.at("spec", "template", "metadata").(map[string]any); ok {
		meta = t
	}
	labels := meta["labels"].(map[string]any)
	if g.chance(85) {
		labels["name"] = fmt.Sprint("n", len(g.world))
	}
	if open[d.namespace()] && labels["sidecar.istio.io/inject"] == nil && g.chance(50) {
		labels["sidecar.istio.io/inject"] = "true"
	}
}

// planPolicy is a policy of any level, seldom STRICT already.
func (g *generator) planPolicy() {
	mode := func() map[string]any {
		return map[string]any{"mode": g.pick("DISABLE", "DISABLE", "DISABLE", "PERMISSIVE", "PERMISSIVE", "STRICT", "UNSET")}
	}
	d := g.object("security.istio.io/v1", "PeerAuthentication", g.pick(append(g.namespaces, "shop", "bank")...), g.pick("p", "a", "default", "z"))
	spec := d.spec()
	spec["mtls"] = mode()
	if g.chance(45) {
		g.add(d)
		return
	}
	selector := g.selection()
	if g.chance(50) {
		selector = map[string]any{"name": fmt.Sprint("n", 1+g.IntN(len(g.world)))}
	}
	spec["selector"] = map[string]any{"matchLabels": selector}
	if g.chance(50) {
		ports := map[string]any{}
		for range 1 + g.IntN(2) {
			ports[fmt.Sprint(g.number(8080, 8080, 9090, 7070))] = mode()
		}
		spec["portLevelMtls"] = ports
	}
	g.add(d)
}

// planRule is a rule whose tls a plan may have to mend, or one of any kind.
func (g *generator) planRule() {
	if len(g.hosts) == 0 || g.chance(40) {
		g.destinationRule()
		return
	}
	d := g.object("networking.istio.io/v1", "DestinationRule", g.pick(g.namespaces...), g.pick("d", "e", "a"))
	tls := map[string]any{"mode": g.pick("DISABLE", "DISABLE", "DISABLE", "ISTIO_MUTUAL", "ISTIO_MUTUAL", "SIMPLE")}
	policy := map[string]any{"tls": tls}
	if g.chance(25) {
		policy = map[string]any{"portLevelSettings": []any{map[string]any{"port": map[string]any{"number": 80}, "tls": tls}}}
	}
	d.spec()["host"], d.spec()["trafficPolicy"] = g.pick(g.hosts...), policy
	g.add(d)
}

// declare lets the container of a workload name a host that it calls.
func (g *generator) declare(d document) {
	list, ok := d.at("spec", "template", "spec", "containers").([]any)
	if d.kind() == "Pod" {
		list, ok = d.at("spec", "containers").([]any)
	}
	if !ok || len(g.hosts) == 0 || !g.chance(40) {
		return
	}
	url := "http://" + g.pick(g.hosts...)
	if g.chance(50) {
		url += ":80"
	}
	list[0].(map[string]any)["env"] = []any{map[string]any{"name": "BACKEND_URL", "value": url}}
}
