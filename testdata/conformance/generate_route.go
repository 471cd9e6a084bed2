package conformance

import "math/rand/v2"

// generateRouted makes the mesh of a seed with more VirtualServices, of all forms.
func generateRouted(seed uint64) world {
	g := newGenerator(seed)
	g.make()
	g.Rand = rand.New(rand.NewPCG(seed, 5))
	g.alone = true
	g.times(1, 4, g.routes)
	if g.chance(30) {
		g.delegate()
	}
	if g.chance(40) {
		g.times(1, 3, g.meshRoute)
	}
	return g.world
}

// routes is one VirtualService for hosts that others are for as well.
func (g *generator) routes() {
	d := g.object("networking.istio.io/v1", "VirtualService", g.pick(g.namespaces...), g.pick("r", "q", "z"))
	spec := d.spec()
	hosts := []any{g.hostPattern(true)}
	if other := g.hostPattern(true); g.chance(25) && other != hosts[0] {
		hosts = append(hosts, other)
	}
	spec["hosts"] = hosts
	if g.chance(80) {
		spec["http"] = g.some(1, 3, g.httpRoute)
	}
	if g.chance(35) || spec["http"] == nil {
		spec["tcp"] = g.some(1, 2, g.tcpRoute)
	}
	if g.chance(20) {
		spec["tls"] = g.some(1, 2, func() map[string]any { return g.tlsRoute(hosts) })
	}
	if e := g.exportTo(60); e != nil {
		spec["exportTo"] = e
	}
	if g.chance(15) {
		spec["gateways"] = [][]any{{"mesh"}, {"edge"}, {"mesh", "edge"}}[g.IntN(3)]
	}
	g.add(d)
}

func (g *generator) some(least, most int, one func() map[string]any) (out []any) {
	g.times(least, most, func() { out = append(out, one()) })
	return out
}

func (g *generator) httpRoute() map[string]any {
	r := map[string]any{}
	if g.chance(60) {
		r["match"] = g.some(1, 2, g.httpMatch)
	}
	switch {
	case g.chance(8):
		r["redirect"] = map[string]any{"uri": "/elsewhere"}
		return r
	case g.chance(5):
		r["directResponse"] = map[string]any{"status": 404}
		return r
	}
	r["route"] = g.weighted()
	if g.chance(12) {
		r["mirror"] = g.destination()
	}
	if g.chance(8) {
		r["mirrors"] = []any{map[string]any{"destination": g.destination()}}
		delete(r, "mirror")
	}
	return r
}

// httpMatch is for some proxies, some ports, some requests.
func (g *generator) httpMatch() map[string]any {
	m := g.sources()
	switch g.IntN(5) {
	case 0:
		m["uri"] = map[string]any{"prefix": g.pick("/", "/a")}
	case 1:
		m["uri"] = map[string]any{"exact": "/a"}
	case 2:
		m["headers"] = map[string]any{"x": map[string]any{"exact": "y"}}
	case 3:
		m["method"] = map[string]any{"exact": "GET"}
	}
	return m
}

// sources is for whom a match is.
func (g *generator) sources() map[string]any {
	m := map[string]any{}
	if g.chance(20) {
		m["port"] = g.number(80, 90, 443)
	}
	if g.chance(15) {
		m["sourceNamespace"] = g.pick("shop", "bank")
	}
	if g.chance(15) {
		m["sourceLabels"] = map[string]any{"app": g.pick("a", "b")}
	}
	if g.chance(10) {
		m["gateways"] = []any{g.pick("mesh", "edge")}
	}
	return m
}

func (g *generator) tcpRoute() map[string]any {
	r := map[string]any{"route": g.weighted()}
	if g.chance(50) {
		r["match"] = g.some(1, 2, g.sources)
	}
	return r
}

func (g *generator) tlsRoute(hosts []any) map[string]any {
	m := g.sources()
	m["sniHosts"] = []any{hosts[g.IntN(len(hosts))]}
	return map[string]any{"match": []any{m}, "route": g.weighted()}
}

// weighted are destinations that share the calls of a route.
func (g *generator) weighted() []any {
	if g.chance(70) {
		return []any{map[string]any{"destination": g.destination()}}
	}
	return []any{
		map[string]any{"destination": g.destination(), "weight": g.number(10, 90, 0)}, map[string]any{"destination": g.destination(), "weight": 50},
	}
}

func (g *generator) destination() map[string]any {
	d := map[string]any{"host": g.hostPattern(false)}
	if g.chance(35) {
		d["port"] = map[string]any{"number": g.number(80, 90, 443)}
	}
	if g.chance(20) {
		d["subset"] = g.pick("v1", "v2")
	}
	return d
}

// delegate hands the calls of a host on to a VirtualService without hosts.
func (g *generator) delegate() {
	namespace := g.pick(g.namespaces...)
	to := g.object("networking.istio.io/v1", "VirtualService", namespace, "inner")
	to.spec()["http"] = g.some(1, 2, func() map[string]any {
		r := map[string]any{"route": g.weighted()}
		if g.chance(40) {
			r["match"] = []any{g.delegated()}
		}
		return r
	})
	if e := g.exportTo(70); e != nil {
		to.spec()["exportTo"] = e
	}
	if !g.add(to) {
		return
	}
	d := g.object("networking.istio.io/v1", "VirtualService", g.pick(g.namespaces...), "outer")
	d.spec()["hosts"] = []any{g.hostPattern(true)}
	r := map[string]any{"delegate": map[string]any{"name": "inner", "namespace": namespace}}
	if g.chance(50) {
		r["match"] = []any{g.delegated()}
	}
	d.spec()["http"] = []any{r}
	if g.chance(40) {
		d.spec()["http"] = append(d.spec()["http"].([]any), map[string]any{"route": g.weighted()})
	}
	g.add(d)
}

// delegated is a match that may meet another.
func (g *generator) delegated() map[string]any {
	m := map[string]any{}
	if g.chance(50) {
		m["uri"] = map[string]any{"prefix": g.pick("/", "/a", "/a/b")}
	}
	if g.chance(30) {
		m["headers"] = map[string]any{"x": map[string]any{"exact": g.pick("y", "z")}}
	}
	if g.chance(20) {
		m["port"] = g.number(80, 90)
	}
	return m
}

// meshRoute is a route of the Gateway API for a Service.
func (g *generator) meshRoute() {
	var services []document
	for _, d := range g.world {
		if d.kind() == "Service" {
			services = append(services, d)
		}
	}
	if len(services) == 0 {
		return
	}
	service := func() document { return services[g.IntN(len(services))] }
	kind, parent := g.pick("HTTPRoute", "HTTPRoute", "GRPCRoute", "TCPRoute"), service()
	d := g.object("gateway.networking.k8s.io/"+map[string]string{"TCPRoute": "v1alpha2"}[kind], kind, g.pick(parent.namespace(), parent.namespace(), "shop", "bank"), g.pick("h", "p"))
	if kind != "TCPRoute" {
		d["apiVersion"] = "gateway.networking.k8s.io/v1"
	}
	if kind == "GRPCRoute" { // of an HTTPRoute of the same name istiod keeps any of the two
		d.meta()["name"] = "g" + d.name()
	}
	ref := map[string]any{"group": "", "kind": "Service", "name": parent.name(), "namespace": parent.namespace()}
	if g.chance(40) {
		ref["port"] = g.number(80, 90, 443)
	}
	d.spec()["parentRefs"] = []any{ref}
	d.spec()["rules"] = g.some(1, 2, func() map[string]any {
		rule := map[string]any{"backendRefs": g.some(1, 2, func() map[string]any { return g.backend(service()) })}
		switch {
		case kind == "HTTPRoute" && g.chance(40):
			rule["matches"] = []any{map[string]any{"path": map[string]any{"type": "PathPrefix", "value": g.pick("/", "/a")}}}
		case kind == "GRPCRoute" && g.chance(40):
			rule["matches"] = []any{map[string]any{"method": map[string]any{"service": "x.Y"}}}
		}
		return rule
	})
	g.world = append(g.world, d)
}

// backend is a port of a Service, with a weight or without.
func (g *generator) backend(service document) map[string]any {
	out := map[string]any{"name": service.name(), "namespace": service.namespace(), "port": g.number(80, 80, 90, 443)}
	if g.chance(30) {
		out["weight"] = g.number(0, 1, 5)
	}
	return out
}
