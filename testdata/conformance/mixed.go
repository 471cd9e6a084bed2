package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"istio.io/istio/pilot/pkg/features"
)

// ambientSwitch turns istiod's ambient features on, which are switches of their own.
const ambientSwitch = "PILOT_ENABLE_AMBIENT"

func init() {
	switches[ambientSwitch] = &features.EnableAmbient
	defaults[ambientSwitch] = features.EnableAmbient
}

// setAmbient sets what istiod derives from its ambient switch when it starts.
func setAmbient(on bool) {
	for _, derived := range []*bool{&features.EnableAmbientWaypoints, &features.EnableHBONESend, &features.EnableSidecarHBONEListening, &features.EnableIngressWaypointRouting} {
		*derived = on
	}
}

// modeLabel enrols pods and namespaces in ambient.
const modeLabel = "istio.io/dataplane-mode"

// mixed reports a world with ambient in it.
func (w world) mixed() bool {
	return slices.ContainsFunc(w, func(d document) bool {
		for _, path := range [][]string{{"metadata", "labels", modeLabel}, {"spec", "template", "metadata", "labels", modeLabel}} {
			if d.text(path...) == "ambient" {
				return true
			}
		}
		return d.isWaypoint()
	})
}

func (d document) isWaypoint() bool {
	return d.kind() == "Gateway" && d.group() == gatewayAPI && strings.Contains(d.text("spec", "gatewayClassName"), "waypoint")
}

// mixer makes ambient and waypoints of a finished world.
type mixer struct {
	*generator
	*rand.Rand
}

// generateMixed makes the mixed world of a seed: that of the same seed, with ambient.
func generateMixed(seed uint64) world {
	g := newGenerator(seed)
	g.alone = true
	g.make()
	m := mixer{g, rand.New(rand.NewPCG(seed, 5))}
	m.mix()
	return g.world
}

func (m mixer) may(percent int) bool { return m.Rand.IntN(100) < percent }

func (m mixer) one(words ...string) string { return words[m.Rand.IntN(len(words))] }

func (m mixer) mix() {
	first := true
	for _, d := range m.world {
		switch d.kind() {
		case "Namespace":
			if first || m.may(40) {
				m.namespace(d)
				first = false
			}
		case "Deployment":
			m.pod(d.at("spec", "template", "metadata").(map[string]any))
		case "Pod":
			m.pod(d.meta())
		case "Service", "ServiceEntry":
			m.host(d)
		case "WorkloadEntry":
			m.machine(d)
		case "PeerAuthentication":
			if m.may(80) { // most have an age of their own: of those of one age nobody can tell
				d.meta()["creationTimestamp"] = fmt.Sprintf("2026-01-01T00:%02d:%02dZ", m.Rand.IntN(60), m.Rand.IntN(60))
			}
		}
	}
	m.metadata()
	for range m.Rand.IntN(4) {
		m.waypoint()
	}
}

// label sets one of the labels of metadata.
func label(meta map[string]any, key, value string) {
	labels, ok := meta["labels"].(map[string]any)
	if !ok {
		labels = map[string]any{}
		meta["labels"] = labels
	}
	labels[key] = value
}

func annotate(meta map[string]any, key, value string) {
	annotations, ok := meta["annotations"].(map[string]any)
	if !ok {
		annotations = map[string]any{}
		meta["annotations"] = annotations
	}
	annotations[key] = value
}

func (m mixer) namespace(d document) {
	if m.may(85) {
		delete(d.meta(), "labels")
	}
	label(d.meta(), modeLabel, "ambient")
	if m.may(35) {
		m.bind(d.meta())
	}
	if m.may(15) {
		label(d.meta(), "istio.io/ingress-use-waypoint", m.one("true", "false"))
	}
}

// bind names a waypoint.
func (m mixer) bind(meta map[string]any) {
	label(meta, "istio.io/use-waypoint", m.one("wp", "wp", "wp", "other", "none", "lost"))
	if m.may(25) {
		label(meta, "istio.io/use-waypoint-namespace", m.one("shop", "bank", "shop", "infra"))
	}
}

func (m mixer) pod(meta map[string]any) {
	if m.may(20) {
		label(meta, modeLabel, m.one("ambient", "ambient", "none", "sidecar"))
	}
	if m.may(6) {
		label(meta, "networking.istio.io/tunnel", m.one("http", "http", "x,http", "none"))
	}
	if m.may(10) {
		m.bind(meta)
	}
	switch {
	case m.may(5):
		annotate(meta, "proxy.istio.io/config", "proxyMetadata:\n  ISTIO_META_ENABLE_HBONE: \"true\"\n")
	case m.may(4):
		annotate(meta, "proxy.istio.io/config", "proxyMetadata:\n  ISTIO_META_DISABLE_HBONE_SEND: \"true\"\n")
	}
	if m.may(4) {
		annotate(meta, "ambient.istio.io/bypass-inbound-capture", m.one("true", "false"))
	}
}

func (m mixer) host(d document) {
	if m.may(25) {
		m.bind(d.meta())
	}
	if m.may(20) {
		label(d.meta(), "istio.io/ingress-use-waypoint", m.one("true", "true", "false"))
	}
	if d.kind() != "ServiceEntry" {
		return
	}
	if m.may(10) {
		label(d.meta(), "networking.istio.io/tunnel", "http")
	}
	endpoints, _ := d.at("spec", "endpoints").([]any)
	for _, e := range endpoints {
		labels, ok := e.(map[string]any)["labels"].(map[string]any)
		if ok && m.may(15) {
			labels["networking.istio.io/tunnel"] = "http"
		}
	}
}

func (m mixer) machine(d document) {
	if m.may(20) {
		label(d.meta(), "networking.istio.io/tunnel", "http")
	}
	if m.may(10) {
		m.bind(d.meta())
	}
}

// metadata lets the sidecars of some meshes accept HBONE.
func (m mixer) metadata() {
	if !m.may(20) {
		return
	}
	const text = "defaultConfig: {proxyMetadata: {ISTIO_META_ENABLE_HBONE: \"true\"}}\n"
	for _, d := range m.world {
		switch {
		case d.kind() == "IstioOperator":
			return
		case d.kind() == "ConfigMap" && d.name() == "istio":
			d["data"].(map[string]any)["mesh"] = d.text("data", "mesh") + text
			return
		}
	}
	m.generator.world = append(m.generator.world, document{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "istio", "namespace": "istio-system"}, "data": map[string]any{"mesh": text},
	})
}

// waypoint makes a Gateway that objects may be bound to.
func (m mixer) waypoint() {
	d := m.object("gateway.networking.k8s.io/v1", "Gateway", m.one("shop", "shop", "bank", "third"), m.one("wp", "wp", "other"))
	listener := map[string]any{"name": "mesh", "port": 15008, "protocol": "HBONE"}
	d["spec"] = map[string]any{"gatewayClassName": "istio-waypoint", "listeners": []any{listener}}
	if m.may(40) {
		namespaces := map[string]any{"from": m.one("All", "All", "Same", "Selector")}
		if namespaces["from"] == "Selector" {
			namespaces["selector"] = map[string]any{"matchLabels": map[string]any{modeLabel: "ambient"}}
		}
		listener["allowedRoutes"] = map[string]any{"namespaces": namespaces}
	}
	if m.may(40) {
		label(d.meta(), "istio.io/waypoint-for", m.one("all", "all", "workload", "service", "none"))
	}
	if m.may(10) {
		d["status"] = map[string]any{"addresses": []any{}}
	}
	m.generator.world = append(m.generator.world, d)
}
