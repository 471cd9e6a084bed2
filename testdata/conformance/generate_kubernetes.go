package conformance

import "maps"

// deployment makes pods: mostly with a sidecar, some naked, some gateways.
func (g *generator) deployment() {
	ns := g.pick(append(g.namespaces, "shop", "shop", "bank")...)
	d := g.object("apps/v1", "Deployment", ns, g.pick("web", "pay", "old"))
	labels, annotations := g.labels(), map[string]any{}
	if g.chance(14) {
		labels["sidecar.istio.io/inject"] = g.pick("false", "false", "true")
	}
	if g.chance(5) {
		labels["istio.io/rev"] = g.pick("default", "canary")
	}
	if g.chance(6) {
		labels[tlsModeLabel] = g.pick("istio", "disabled", "other")
	}
	if g.chance(7) {
		annotations["inject.istio.io/templates"] = "gateway"
	} else if g.chance(5) {
		annotations["sidecar.istio.io/interceptionMode"] = "NONE"
	}
	if g.chance(8) {
		annotations["traffic.sidecar.istio.io/"+g.pick("excludeInboundPorts", "includeInboundPorts")] = g.pick("8080", "9090", "")
	}
	if g.chance(3) {
		annotations["sidecar.istio.io/inject"] = g.pick("true", "false")
	}
	container := map[string]any{"name": "app", "image": "app", "ports": g.containerPorts()}
	spec := map[string]any{"containers": []any{container}}
	if g.chance(4) {
		spec["hostNetwork"] = true
	}
	meta := map[string]any{"labels": labels}
	if len(annotations) > 0 {
		meta["annotations"] = annotations
	}
	if g.chance(12) {
		g.add(document{"apiVersion": "v1", "kind": "Pod", "metadata": podMeta(meta, d), "spec": spec})
		return
	}
	d["spec"] = map[string]any{
		"selector": map[string]any{"matchLabels": map[string]any{"app": labels["app"]}},
		"template": map[string]any{"metadata": meta, "spec": spec},
	}
	g.add(d)
}

// podMeta is the metadata of a template as that of a bare pod.
func podMeta(template map[string]any, d document) map[string]any {
	out := maps.Clone(template)
	maps.Copy(out, d.meta())
	return out
}

func (g *generator) containerPorts() []any {
	out := []any{map[string]any{"name": "web", "containerPort": g.number(8080, 8080, 9090)}}
	if g.chance(40) {
		out = append(out, map[string]any{"containerPort": 7070})
	}
	return out
}

// service makes Services that often share pods and target ports.
func (g *generator) service() {
	ns := g.pick(append(g.namespaces, "shop", "shop", "bank")...)
	d := g.object("v1", "Service", ns, g.pick("web", "pay", "a-b", "db"))
	spec := map[string]any{"ports": g.servicePorts()}
	switch {
	case g.chance(5) && len(g.hosts) > 0:
		spec["type"], spec["externalName"] = "ExternalName", g.pick(append(g.hosts, "outside.com")...)
	case g.chance(25):
		spec["clusterIP"], spec["selector"] = "None", g.selection()
	case g.chance(95):
		spec["selector"] = g.selection()
	}
	d["spec"] = spec
	if g.chance(15) {
		d.meta()["annotations"] = map[string]any{"networking.istio.io/exportTo": g.pick(".", "*", "~", "shop", "bank", ".,bank", "shop,third")}
	}
	if g.add(d) {
		g.hosts = append(g.hosts, d.name()+"."+ns+".svc.cluster.local")
	}
}

func (g *generator) servicePorts() []any {
	port := func(number int, name string) map[string]any {
		out := map[string]any{"port": number, "name": name}
		switch g.IntN(6) {
		case 0:
			out["targetPort"] = "web"
		case 1, 2:
			out["targetPort"] = 8080
		case 3:
			out["targetPort"] = g.number(9090, 7070)
		case 4:
			out["targetPort"] = g.number(80, 8080, 1234)
		}
		if g.chance(8) {
			out["appProtocol"] = g.pick("http", "tcp", "kubernetes.io/h2c", "https", "odd")
		}
		return out
	}
	out := []any{port(80, g.pick("http", "tcp", "x", "grpc-web-a", "https", "http2-a", "tls", "mysql"))}
	if g.chance(4) {
		udp := port(53, "dns")
		udp["protocol"] = "UDP"
		delete(udp, "appProtocol")
		out = append(out, udp)
	}
	if g.chance(40) {
		out = append(out, port(g.number(90, 8080, 3306, 443), g.pick("second", "tcp-b", "http-b")))
	}
	return out
}
