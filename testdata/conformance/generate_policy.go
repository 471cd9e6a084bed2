package conformance

import "fmt"

// peerAuthentication makes policies of all scopes.
func (g *generator) peerAuthentication() {
	d := g.object("security.istio.io/v1", "PeerAuthentication", g.pick(append(g.namespaces, g.root, "shop")...), g.pick("p", "a", "default", "z"))
	spec := d.spec()
	if mtls := g.mtls(); mtls != nil {
		spec["mtls"] = mtls
	}
	switch {
	case g.chance(8):
		spec["mtls"] = map[string]any{"mode": "DISABLE"} // for all: the gate of auto mTLS
	case g.chance(40):
	case g.chance(12):
		spec["selector"] = map[string]any{}
		if g.chance(50) {
			spec["selector"] = map[string]any{"matchLabels": map[string]any{}}
		}
	default:
		spec["selector"] = map[string]any{"matchLabels": g.selection()}
		if g.chance(60) {
			ports := map[string]any{}
			for range 1 + g.IntN(3) {
				mtls := g.mtls()
				if mtls == nil {
					mtls = map[string]any{}
				}
				ports[fmt.Sprint(g.number(8080, 9090, 7070, 80, 4444))] = mtls
			}
			spec["portLevelMtls"] = ports
		}
	}
	g.add(d)
}

// mtls is a mode, or one of the ways to say none.
func (g *generator) mtls() map[string]any {
	switch g.IntN(9) {
	case 0:
		return nil
	case 1:
		return map[string]any{}
	case 2:
		return map[string]any{"mode": "UNSET"}
	}
	return map[string]any{"mode": g.pick("STRICT", "STRICT", "DISABLE", "PERMISSIVE")}
}

// sidecar makes what limits a namespace's clients and shapes its servers.
func (g *generator) sidecar() {
	d := g.object("networking.istio.io/v1", "Sidecar", g.pick(append(g.namespaces, "shop", g.root)...), g.pick("s", "default"))
	spec := d.spec()
	if g.chance(40) {
		spec["workloadSelector"] = map[string]any{"labels": g.selection()}
	}
	if g.chance(70) {
		var egress []any
		for range 1 + g.IntN(2) {
			egress = append(egress, g.egress())
		}
		spec["egress"] = egress
	}
	if g.chance(45) {
		var ingress []any
		ports := []int{8080, 9090, 7070}
		g.Shuffle(len(ports), func(i, j int) { ports[i], ports[j] = ports[j], ports[i] })
		for _, port := range ports[:1+g.IntN(2)] {
			ingress = append(ingress, g.ingress(port))
		}
		spec["ingress"] = ingress
	}
	if g.chance(30) {
		spec["outboundTrafficPolicy"] = map[string]any{"mode": g.pick("REGISTRY_ONLY", "ALLOW_ANY")}
	}
	g.add(d)
}

func (g *generator) egress() map[string]any {
	var hosts []any
	for range 1 + g.IntN(3) {
		hosts = append(hosts, g.pick("*", ".", "shop", "bank", "~", "third", "*", ".")+"/"+g.hostPattern(false))
	}
	if g.chance(20) {
		hosts = append(hosts, "~"+g.pick("", "*", ".", "shop", "bank")+"/"+g.hostPattern(false))
	}
	out := map[string]any{"hosts": hosts}
	if g.chance(25) {
		number := g.number(80, 90, 8080, 443)
		out["port"] = map[string]any{"number": number, "protocol": g.pick("HTTP", "TCP"), "name": fmt.Sprint("p", number)}
	}
	return out
}

func (g *generator) ingress(port int) map[string]any {
	protocol := g.pick("HTTP", "TCP", "HTTPS", "TLS")
	out := map[string]any{
		"port":            map[string]any{"number": port, "protocol": protocol, "name": fmt.Sprint("in", port)},
		"defaultEndpoint": fmt.Sprint("127.0.0.1:", port),
	}
	if (protocol == "HTTPS" || protocol == "TLS") && g.chance(70) {
		tls := map[string]any{"mode": "SIMPLE", "serverCertificate": "/c.pem", "privateKey": "/k.pem"}
		if g.chance(50) {
			tls["mode"], tls["caCertificates"] = "MUTUAL", "/ca.pem"
		}
		out["tls"] = tls
	}
	return out
}

// hostPattern is a host or a wildcard. Rules may also write short names.
func (g *generator) hostPattern(short bool) string {
	switch n := g.IntN(10); {
	case n < 5 && len(g.hosts) > 0:
		return g.pick(g.hosts...)
	case n == 5 && short:
		return g.pick("web", "pay", "web.shop", "pay.bank", "a-b")
	case n < 7:
		return g.pick("*.shop.svc.cluster.local", "*.bank.svc.cluster.local", "*.local", "*.cluster.local", "*.com")
	}
	return "*"
}
