package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"sigs.k8s.io/yaml"
)

// generator makes random meshes in which things collide often: few names, few
// labels, few ports, few timestamps.
type generator struct {
	*rand.Rand
	// later draws what was added after seeds became regression vectors, so that
	// their worlds keep their shape.
	later *rand.Rand
	// apart draws networks, which came later still.
	apart *rand.Rand
	// inside draws entries that lead to Services of the world.
	inside *rand.Rand
	// newer draws what came with newer releases of Istio.
	newer *rand.Rand
	world world
	// root is the mesh's root namespace.
	root       string
	namespaces []string
	// hosts are names that clients may call, for rules and routes to speak of.
	hosts []string
	names map[string]int
	// alone keeps networks and entries that lead to Services out.
	alone bool
	// refused counts what Istio's validation would not let in, by kind.
	refused map[string]int
}

// generate makes the world of a seed.
func generate(seed uint64) world { return newGenerator(seed).make() }

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 1)), later: rand.New(rand.NewPCG(seed, 2)), apart: rand.New(rand.NewPCG(seed, 3)), inside: rand.New(rand.NewPCG(seed, 4)), newer: rand.New(rand.NewPCG(seed, 6)), root: "istio-system", names: map[string]int{}, refused: map[string]int{}}
}

func (g *generator) make() world {
	g.meshConfig()
	g.namespaces = []string{"shop", "bank", g.root}
	if g.chance(40) {
		g.namespaces = append(g.namespaces, "third")
	}
	slices.Sort(g.namespaces)
	g.namespaces = slices.Compact(g.namespaces)
	for _, ns := range g.namespaces {
		g.namespace(ns)
	}
	g.times(1, 4, g.deployment)
	g.times(1, 4, g.service)
	g.times(0, 2, g.workloadEntry)
	g.times(0, 3, g.serviceEntry)
	g.times(0, 5, g.peerAuthentication)
	g.times(0, 5, g.destinationRule)
	g.times(0, 2, g.sidecar)
	g.times(0, 2, g.virtualService)
	g.decorate()
	g.renew()
	return g.world
}

func (g *generator) times(least, most int, do func()) {
	for range least + g.IntN(most-least+1) {
		do()
	}
}

// chance is true in so many of a hundred cases.
func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func (g *generator) pick(words ...string) string { return words[g.IntN(len(words))] }

func (g *generator) number(numbers ...int) int { return numbers[g.IntN(len(numbers))] }

// place is where an object is put: mostly where the workloads are.
func (g *generator) place() string {
	return g.pick(append([]string{"shop", "shop"}, g.namespaces...)...)
}

// object starts a document with a name that is unique and an age that is not.
func (g *generator) object(apiVersion, kind, namespace, name string) document {
	key := kind + "/" + namespace + "/" + name
	g.names[key]++
	if n := g.names[key]; n > 1 {
		name = fmt.Sprint(name, n)
	}
	meta := map[string]any{"name": name}
	if namespace != "" {
		meta["namespace"] = namespace
	}
	if g.chance(70) {
		meta["creationTimestamp"] = g.pick("2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z", "2026-01-01T00:00:03Z")
	}
	return document{"apiVersion": apiVersion, "kind": kind, "metadata": meta, "spec": map[string]any{}}
}

// meta is the metadata of a document, spec its spec.
func (d document) meta() map[string]any { return d["metadata"].(map[string]any) }
func (d document) spec() map[string]any { return d["spec"].(map[string]any) }

// revisioned are kinds that may be for one revision only.
var revisioned = []string{"PeerAuthentication", "DestinationRule", "Sidecar"}

// add puts a document into the world unless Istio's validation refuses it.
func (g *generator) add(d document) bool {
	if d.ofIstio() {
		if g.chance(4) && slices.Contains(revisioned, d.kind()) {
			d.meta()["labels"] = map[string]any{"istio.io/rev": g.pick("default", "canary")}
		}
		if _, _, err := crd.ParseInputs(d.YAML()); err != nil {
			g.refused[d.kind()+": "+err.Error()]++
			return false
		}
	}
	g.world = append(g.world, d)
	return true
}

// meshConfig sets what the mesh says for everybody, most often nothing.
func (g *generator) meshConfig() {
	var text string
	say := func(percent int, lines ...string) {
		if g.chance(percent) {
			text += g.pick(lines...) + "\n"
		}
	}
	if g.chance(10) {
		g.root = g.pick("mesh-root", "shop")
		text = "rootNamespace: " + g.root + "\n"
	}
	say(5, "enableAutoMtls: false", "enableAutoMtls: true")
	say(10, `defaultDestinationRuleExportTo: ["."]`, `defaultDestinationRuleExportTo: ["*"]`)
	say(6, `defaultServiceExportTo: ["."]`, `defaultServiceExportTo: ["*"]`)
	say(6, `defaultVirtualServiceExportTo: ["."]`)
	say(10, "outboundTrafficPolicy: {mode: REGISTRY_ONLY}", "outboundTrafficPolicy: {mode: ALLOW_ANY}")
	if g.chance(8) {
		g.operator(text)
	} else if text != "" {
		d := g.object("v1", "ConfigMap", "istio-system", "istio")
		delete(d, "spec")
		d["data"] = map[string]any{"mesh": text}
		g.add(d)
	}
}

// operator says the mesh configuration together with switches of istiod.
func (g *generator) operator(config string) {
	env := map[string]any{}
	for _, name := range []string{"ENABLE_TLS_ON_SIDECAR_INGRESS", "PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE"} {
		if g.chance(60) {
			env[name] = "true"
		}
	}
	if g.chance(40) {
		env["ENABLE_ENHANCED_DESTINATIONRULE_MERGE"] = "false"
	}
	d := g.object("install.istio.io/v1alpha1", "IstioOperator", "istio-system", "mesh")
	d.spec()["values"] = map[string]any{"pilot": map[string]any{"env": env}}
	if config != "" {
		var mesh map[string]any
		if err := yaml.Unmarshal([]byte(config), &mesh); err != nil {
			panic(err) // it is written above
		}
		d.spec()["meshConfig"] = mesh
	}
	g.add(d)
}

func (g *generator) namespace(name string) {
	d := g.object("v1", "Namespace", "", name)
	delete(d, "spec")
	if g.chance(85) {
		d.meta()["labels"] = map[string]any{"istio-injection": "enabled"}
	} else if g.chance(50) {
		d.meta()["labels"] = map[string]any{g.pick("istio-injection", "istio.io/rev"): g.pick("disabled", "default", "canary")}
	}
	g.add(d)
}

// labels are what pods have.
func (g *generator) labels() map[string]any {
	out := map[string]any{"app": g.pick("a", "b")}
	if g.chance(70) {
		out["version"] = g.pick("v1", "v2")
	}
	return out
}

// selection is what selects pods, mostly.
func (g *generator) selection() map[string]any {
	if g.chance(25) {
		return map[string]any{"version": g.pick("v1", "v2")}
	}
	out := map[string]any{"app": g.pick("a", "a", "b")}
	if g.chance(15) {
		out["version"] = g.pick("v1", "v2")
	}
	return out
}
