package conformance

// destinationRule makes rules for few hosts, so that they meet.
func (g *generator) destinationRule() {
	d := g.object("networking.istio.io/v1", "DestinationRule", g.pick(append(g.namespaces, "shop", "shop", "bank")...), g.pick("d", "e", "a"))
	spec := d.spec()
	spec["host"] = g.hostPattern(true)
	if g.chance(88) {
		spec["trafficPolicy"] = g.trafficPolicy(true)
	}
	if e := g.exportTo(50); e != nil {
		spec["exportTo"] = e
	}
	if g.chance(15) {
		spec["workloadSelector"] = map[string]any{"matchLabels": g.selection()}
	}
	if g.chance(30) {
		var subsets []any
		for _, name := range []string{"v1", "v2", "none"} {
			if g.chance(50) {
				subsets = append(subsets, g.subset(name))
			}
		}
		spec["subsets"] = subsets
	}
	g.add(d)
}

func (g *generator) subset(name string) map[string]any {
	out := map[string]any{"name": name}
	if name != "none" {
		out["labels"] = map[string]any{"version": name}
	}
	if g.chance(50) {
		out["trafficPolicy"] = g.trafficPolicy(true)
	}
	return out
}

// exportTo is nil in so many of a hundred cases.
func (g *generator) exportTo(unset int) []any {
	switch {
	case g.chance(unset):
		return nil
	case g.chance(80):
		return []any{g.pick(".", "*", "shop", "bank", "istio-system", "third")}
	}
	return [][]any{{".", "bank"}, {"shop", "bank"}, {"bank", "third"}, {".", "shop"}}[g.IntN(4)]
}

// trafficPolicy sets tls, a load balancer, entries of ports, or nothing of the kind.
func (g *generator) trafficPolicy(ports bool) map[string]any {
	out := map[string]any{}
	if g.chance(65) {
		out["tls"] = g.tls()
	}
	switch {
	case g.chance(12):
		out["loadBalancer"] = map[string]any{"simple": g.pick("PASSTHROUGH", "PASSTHROUGH", "RANDOM")}
	case g.chance(20):
		out["connectionPool"] = map[string]any{"tcp": map[string]any{"maxConnections": 10}}
	}
	if ports && g.chance(35) {
		var settings []any
		for _, number := range []int{80, g.number(90, 8080, 443)} {
			if g.chance(65) {
				entry := g.trafficPolicy(false)
				entry["port"] = map[string]any{"number": number}
				settings = append(settings, entry)
			}
		}
		if settings != nil {
			out["portLevelSettings"] = settings
		}
	}
	if len(out) == 0 && g.chance(80) {
		out["outlierDetection"] = map[string]any{"consecutive5xxErrors": 3}
	}
	return out
}

func (g *generator) tls() map[string]any {
	out := map[string]any{"mode": g.pick("DISABLE", "SIMPLE", "ISTIO_MUTUAL", "ISTIO_MUTUAL", "MUTUAL")}
	switch out["mode"] {
	case "MUTUAL":
		if g.chance(35) {
			out["credentialName"] = g.pick("secret", "configmap://cert")
		} else {
			out["clientCertificate"], out["privateKey"], out["caCertificates"] = "/c.pem", "/k.pem", "/ca.pem"
		}
	case "SIMPLE":
		if g.chance(30) {
			out["credentialName"] = g.pick("secret", "configmap://cert")
		}
	case "DISABLE":
		if g.chance(50) {
			return map[string]any{"sni": "x"} // no mode at all
		}
	}
	return out
}

// virtualService makes routes, which Sidecar resources import hosts by.
func (g *generator) virtualService() {
	d := g.object("networking.istio.io/v1", "VirtualService", g.pick(g.namespaces...), "v")
	spec := d.spec()
	spec["hosts"] = []any{g.hostPattern(true)}
	destination := map[string]any{"host": g.hostPattern(true)}
	if g.chance(40) {
		destination["port"] = map[string]any{"number": g.number(80, 90, 443)}
	}
	if g.chance(20) {
		destination["subset"] = "v1"
	}
	route := []any{map[string]any{"destination": destination}}
	if g.chance(75) {
		spec["http"] = []any{map[string]any{"route": route}}
	} else {
		spec["tcp"] = []any{map[string]any{"route": route}}
	}
	if e := g.exportTo(70); e != nil {
		spec["exportTo"] = e
	}
	if g.chance(20) {
		spec["gateways"] = []any{g.pick("mesh", "edge", "shop/edge")}
	}
	g.add(d)
}
