package conformance

import (
	"fmt"
	"math/rand/v2"
)

// generateGateways makes the mesh of a seed with gateways, and VirtualServices of all forms that are
// bound to them.
func generateGateways(seed uint64) world {
	g := newGenerator(seed)
	g.make()
	g.Rand = rand.New(rand.NewPCG(seed, 7))
	g.alone = true
	g.times(1, 2, g.router)
	g.times(1, 4, g.gateway)
	g.times(1, 5, g.gatewayRoutes)
	if g.chance(30) {
		g.delegate()
	}
	return g.world
}

// router makes the pods of a gateway, and mostly a Service for them.
func (g *generator) router() {
	ns, name := g.pick("shop", "bank", g.root), g.pick("in", "out")
	d := g.object("apps/v1", "Deployment", ns, name)
	d["spec"] = map[string]any{
		"selector": map[string]any{"matchLabels": map[string]any{"gw": name}},
		"template": map[string]any{
			"metadata": map[string]any{
				"labels":      map[string]any{"gw": name, "app": g.pick("a", "b"), "sidecar.istio.io/inject": "true"},
				"annotations": map[string]any{"inject.istio.io/templates": "gateway"},
			},
			"spec": map[string]any{"containers": []any{map[string]any{"name": "istio-proxy", "image": "auto"}}},
		},
	}
	if !g.add(d) || g.chance(20) {
		return
	}
	s := g.object("v1", "Service", ns, name)
	ports := []any{map[string]any{"name": "http", "port": 80, "targetPort": g.number(8080, 80)}}
	for _, port := range []int{443, 8080, 90} {
		if g.chance(50) {
			ports = append(ports, map[string]any{"name": fmt.Sprint("p", port), "port": port, "targetPort": g.number(8080, 8443, port)})
		}
	}
	s["spec"] = map[string]any{"selector": map[string]any{"gw": name}, "ports": ports}
	if g.add(s) {
		g.hosts = append(g.hosts, s.name()+"."+ns+".svc.cluster.local")
	}
}

// gateway makes servers that share ports, hosts and protocols more often than people do.
func (g *generator) gateway() {
	d := g.object("networking.istio.io/v1", "Gateway", g.pick(g.namespaces...), g.pick("edge", "exit"))
	spec := d.spec()
	switch g.IntN(8) {
	case 0:
		spec["selector"] = map[string]any{"app": g.pick("a", "b")}
	case 1: // of all gateways
	default:
		spec["selector"] = map[string]any{"gw": g.pick("in", "out")}
	}
	n := 0
	spec["servers"] = g.some(1, 3, func() map[string]any { n++; return g.server(n) })
	g.add(d)
}

func (g *generator) server(n int) map[string]any {
	protocol, tls := g.pick("HTTP", "HTTP", "HTTP2", "GRPC", "HTTPS", "HTTPS", "TLS", "TLS", "TCP"), map[string]any(nil)
	switch protocol {
	case "HTTPS", "TLS":
		tls = map[string]any{"mode": g.pick("SIMPLE", "ISTIO_MUTUAL", "PASSTHROUGH", "PASSTHROUGH", "MUTUAL")}
		if tls["mode"] == "SIMPLE" || tls["mode"] == "MUTUAL" {
			tls["credentialName"] = "cert"
		}
	case "TCP":
		if g.chance(40) {
			tls = map[string]any{"mode": "SIMPLE", "credentialName": "cert"}
		}
	case "HTTP":
		if g.chance(15) {
			tls = map[string]any{"httpsRedirect": true}
		}
	}
	s := map[string]any{
		"port":  map[string]any{"number": g.number(80, 80, 443, 8080, 90), "name": fmt.Sprint("p", n), "protocol": protocol},
		"hosts": g.serverHosts(),
	}
	if tls != nil {
		s["tls"] = tls
	}
	if g.chance(10) {
		s["bind"] = g.pick("10.1.1.1", "0.0.0.0")
	}
	if g.chance(15) {
		s["name"] = g.pick("one", "two")
	}
	return s
}

// serverHosts are hosts of the world, or patterns, some for VirtualServices of one namespace.
func (g *generator) serverHosts() (hosts []any) {
	seen := map[string]bool{}
	if g.chance(5) {
		return []any{"*/*"} // beside others, istiod panics
	}
	g.times(1, 2, func() {
		host := g.pick("a.example.com", "*.example.com", "*", "*", g.hostPattern(false))
		if g.chance(30) {
			host = g.pick("shop", "bank", ".", "*") + "/" + host
		}
		if !seen[host] && host != "*/*" {
			hosts, seen[host] = append(hosts, host), true
		}
	})
	return hosts
}

// gatewayRoutes is one VirtualService at gateways, or at gateways and sidecars.
func (g *generator) gatewayRoutes() {
	d := g.object("networking.istio.io/v1", "VirtualService", g.pick(g.namespaces...), g.pick("e", "f", "h"))
	spec := d.spec()
	hosts := []any{g.routedHost()}
	if other := g.routedHost(); g.chance(25) && other != hosts[0] {
		hosts = append(hosts, other)
	}
	spec["hosts"] = hosts
	gateways := []any{g.gatewayName()}
	if other := g.gatewayName(); g.chance(30) && other != gateways[0] {
		gateways = append(gateways, other)
	}
	if g.chance(20) {
		gateways = append(gateways, "mesh")
	}
	spec["gateways"] = gateways
	if g.chance(75) {
		spec["http"] = g.some(1, 3, func() map[string]any { return g.atGateway(g.httpRoute()) })
	}
	if g.chance(45) {
		spec["tcp"] = g.some(1, 2, func() map[string]any { return g.atGateway(g.tcpRoute()) })
	}
	if g.chance(45) || spec["http"] == nil && spec["tcp"] == nil {
		spec["tls"] = g.some(1, 2, func() map[string]any { return g.atGateway(g.tlsRoute(hosts)) })
	}
	if e := g.exportTo(60); e != nil {
		spec["exportTo"] = e
	}
	g.add(d)
}

// atGateway makes matches that name gateways name some of these.
func (g *generator) atGateway(route map[string]any) map[string]any {
	matches, _ := route["match"].([]any)
	for _, m := range matches {
		if m := m.(map[string]any); m["gateways"] != nil {
			m["gateways"] = []any{g.pick("mesh", g.gatewayName(), g.gatewayName())}
		}
	}
	return route
}

func (g *generator) gatewayName() string {
	return g.pick("edge", "exit", "edge", "exit", "shop/edge", "bank/exit", "./edge", "edge.bank", "exit.shop.svc.cluster.local", g.root+"/edge")
}

func (g *generator) routedHost() string {
	return g.pick("a.example.com", "b.example.com", "*.example.com", "*", g.hostPattern(false))
}
