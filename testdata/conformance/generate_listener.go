package conformance

import (
	"fmt"
	"math/rand/v2"
)

// generateListeners makes the mesh of a seed with gateways of the Gateway API, and routes of all kinds
// that are bound to them.
func generateListeners(seed uint64) world {
	g := newGenerator(seed)
	g.make()
	g.Rand = rand.New(rand.NewPCG(seed, 8))
	g.times(1, 2, g.router)
	g.times(1, 3, g.kubeGateway)
	if g.chance(30) {
		g.gateway()
		g.gatewayRoutes()
	}
	if g.chance(30) {
		c := g.object("gateway.networking.k8s.io/v1", "GatewayClass", "", "mine")
		c["spec"] = map[string]any{"controllerName": g.pick("istio.io/gateway-controller", "istio.io/gateway-controller", "example.com/other")}
		g.add(c)
	}
	g.times(2, 6, g.kubeRoute)
	g.grant("nobody", "nothing")
	g.times(0, 2, func() { g.grant(g.pick("shop", "bank", g.root), g.pick("shop", "bank", "third")) })
	return g.world
}

// kubeGateway makes listeners that share ports and hostnames more often than people do.
func (g *generator) kubeGateway() {
	ns, at := g.pick("shop", "bank", g.root), g.pick("in", "out")
	d := g.object("gateway.networking.k8s.io/v1", "Gateway", ns, g.pick("edge", "exit"))
	spec := d.spec()
	spec["gatewayClassName"] = g.pick("istio", "istio", "istio", "istio", "mine", "nginx")
	if g.chance(50) {
		value := at
		if g.chance(60) {
			value += "." + ns + ".svc.cluster.local"
		}
		address := map[string]any{"value": value}
		if g.chance(80) {
			address["type"] = "Hostname"
		}
		spec["addresses"] = []any{address}
	} else {
		d.meta()["annotations"] = map[string]any{"gateway.istio.io/name-override": at}
	}
	n := 0
	spec["listeners"] = g.some(1, 4, func() map[string]any { n++; return g.listener(n) })
	g.add(d)
}

func (g *generator) listener(n int) map[string]any {
	l := map[string]any{"name": fmt.Sprint("l", n), "port": g.number(80, 80, 443, 443, 8080, 90), "protocol": g.pick("HTTP", "HTTP", "HTTP", "HTTPS", "HTTPS", "TLS", "TLS", "TCP")}
	switch l["protocol"] {
	case "HTTPS":
		l["tls"] = g.terminating()
	case "TLS":
		if l["tls"] = map[string]any{"mode": "Passthrough"}; g.chance(40) {
			l["tls"] = g.terminating()
		}
	}
	if l["tls"] != nil && g.chance(5) {
		delete(l, "tls")
	}
	if l["protocol"] != "TCP" && g.chance(60) {
		l["hostname"] = g.pick("a.example.com", "b.example.com", "*.example.com", "*.com")
	}
	allowed := map[string]any{}
	if g.chance(70) {
		allowed["namespaces"] = g.allowed()
	}
	if g.chance(8) {
		allowed["kinds"] = []any{map[string]any{"kind": g.pick("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")}}
	}
	if len(allowed) > 0 {
		l["allowedRoutes"] = allowed
	}
	return l
}

func (g *generator) terminating() map[string]any {
	tls := map[string]any{"certificateRefs": []any{map[string]any{"name": "cert"}}}
	if g.chance(70) {
		tls["mode"] = "Terminate"
	}
	return tls
}

func (g *generator) allowed() map[string]any {
	switch g.IntN(5) {
	case 0:
		return map[string]any{"from": "Same"}
	case 1:
		return map[string]any{"from": "Selector", "selector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": g.pick("shop", "bank")}}}
	case 2:
		return map[string]any{"from": "Selector", "selector": map[string]any{"matchLabels": map[string]any{"istio-injection": "enabled"}}}
	}
	return map[string]any{"from": "All"}
}

// kubeRoute is a route for gateways, and sometimes for a Service too.
func (g *generator) kubeRoute() {
	kind := g.pick("HTTPRoute", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "TLSRoute")
	version, name := "v1", g.pick("h", "p")
	switch kind {
	case "TCPRoute":
		version = "v1alpha2"
	case "GRPCRoute": // of an HTTPRoute of the same name istiod keeps any of the two
		name = "g" + name
	}
	d := g.object("gateway.networking.k8s.io/"+version, kind, g.pick("shop", "bank", g.root), name)
	spec := d.spec()
	spec["parentRefs"] = g.some(1, 2, func() map[string]any { return g.kubeParent() })
	if g.chance(15) {
		if s := g.oneService(); s != nil {
			spec["parentRefs"] = append(spec["parentRefs"].([]any), map[string]any{"group": "", "kind": "Service", "name": s.name(), "namespace": s.namespace()})
		}
	}
	if kind != "TCPRoute" && g.chance(70) {
		hosts := []any{g.pick("a.example.com", "b.example.com", "*.example.com", "a.other.com", "*.com")}
		if other := g.pick("a.example.com", "c.example.com", "*.example.com"); g.chance(30) && other != hosts[0] {
			hosts = append(hosts, other)
		}
		spec["hostnames"] = hosts
	}
	spec["rules"] = g.some(1, 2, func() map[string]any { return g.kubeRule(kind, d.namespace()) })
	g.add(d)
}

func (g *generator) kubeParent() map[string]any {
	p := map[string]any{"name": g.pick("edge", "exit", "edge", "exit2")}
	if g.chance(70) {
		p["namespace"] = g.pick("shop", "bank", g.root)
	}
	if g.chance(25) {
		p["sectionName"] = g.pick("l1", "l2", "l3")
	}
	if g.chance(15) {
		p["port"] = g.number(80, 443, 8080)
	}
	return p
}

func (g *generator) oneService() document {
	var services []document
	for _, d := range g.world {
		if d.kind() == "Service" && d.group() == "" {
			services = append(services, d)
		}
	}
	if len(services) == 0 {
		return nil
	}
	return services[g.IntN(len(services))]
}

func (g *generator) kubeRule(kind, namespace string) map[string]any {
	rule := map[string]any{"backendRefs": g.some(1, 2, func() map[string]any { return g.kubeBackend(namespace) })}
	switch {
	case kind == "HTTPRoute" && g.chance(40):
		rule["matches"] = []any{map[string]any{"path": map[string]any{"type": "PathPrefix", "value": g.pick("/", "/a")}}}
	case kind == "GRPCRoute" && g.chance(40):
		rule["matches"] = []any{map[string]any{"method": map[string]any{"service": "x.Y"}}}
	}
	switch {
	case kind != "HTTPRoute":
	case g.chance(6):
		rule["filters"] = []any{map[string]any{"type": "RequestMirror", "requestMirror": map[string]any{"backendRef": g.kubeBackend(namespace)}}}
	case g.chance(4):
		rule["filters"] = []any{map[string]any{"type": "RequestRedirect", "requestRedirect": map[string]any{"scheme": "https"}}}
		delete(rule, "backendRefs")
	case g.chance(3):
		rule["filters"] = []any{map[string]any{"type": "ExtensionRef", "extensionRef": map[string]any{"group": "example.com", "kind": "Filter", "name": "x"}}}
	}
	return rule
}

// kubeBackend is a port of a Service or of another host, or of nothing that is there.
func (g *generator) kubeBackend(namespace string) map[string]any {
	s := g.oneService()
	if s == nil || g.chance(15) {
		return map[string]any{"group": "networking.istio.io", "kind": "Hostname", "name": g.pick("ext.com", "other.com", "a.ext.com"), "port": g.number(80, 443)}
	}
	b := map[string]any{"name": s.name(), "port": g.number(80, 80, 90, 443)}
	if g.chance(80) || s.namespace() != namespace {
		b["namespace"] = s.namespace()
	}
	if g.chance(5) {
		b["name"] = "nothing"
	}
	if g.chance(20) {
		b["weight"] = g.number(0, 1, 5)
	}
	return b
}

// grant lets routes of a namespace lead to Services of another.
func (g *generator) grant(to, from string) {
	d := g.object("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", to, "grant")
	var sources []any
	for _, kind := range []string{"HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"} {
		if g.chance(80) {
			sources = append(sources, map[string]any{"group": "gateway.networking.k8s.io", "kind": kind, "namespace": from})
		}
	}
	target := map[string]any{"group": "", "kind": "Service"}
	if s := g.oneService(); s != nil && g.chance(20) {
		target["name"] = s.name()
	}
	d["spec"] = map[string]any{"from": sources, "to": []any{target}}
	g.add(d)
}
