package conformance

import (
	"fmt"
	"strings"
)

// workloadEntry makes machines.
func (g *generator) workloadEntry() {
	d := g.object("networking.istio.io/v1", "WorkloadEntry", g.pick("shop", "bank"), "vm")
	labels := g.labels()
	if g.chance(10) {
		labels[tlsModeLabel] = g.pick("istio", "disabled", "other")
	}
	spec := map[string]any{"address": fmt.Sprint("10.2.0.", len(g.world)), "labels": labels}
	if g.chance(10) {
		delete(spec, "labels")
	}
	if g.chance(60) {
		spec["serviceAccount"] = "vm"
	}
	if g.chance(30) {
		spec["ports"] = map[string]any{g.pick("http", "web", "x"): g.number(8080, 9090)}
	}
	d["spec"] = spec
	g.add(d)
}

// serviceEntry makes hosts outside of Kubernetes.
func (g *generator) serviceEntry() {
	d := g.object("networking.istio.io/v1", "ServiceEntry", g.pick(append(g.namespaces, "shop", "bank")...), "e")
	spec := d.spec()
	host := g.pick("int.com", "ext.com", "two.com", "vm.shop.internal")
	if g.chance(5) {
		host = g.pick("web.shop.svc.cluster.local", "pay.bank.svc.cluster.local") // a Service's name
	}
	resolution := g.pick("STATIC", "STATIC", "DNS", "NONE")
	if resolution == "NONE" && g.chance(30) {
		host = "*.wild.com"
	}
	key := "host " + host + " " + d.namespace()
	if g.names[key]++; g.names[key] > 1 || strings.HasSuffix(host, "."+d.namespace()+".svc.cluster.local") {
		return // istiod merges the endpoints of entries that share host and namespace, and of a Service
	}
	spec["hosts"], spec["resolution"] = []any{host}, resolution
	if g.chance(70) {
		spec["location"] = g.pick("MESH_INTERNAL", "MESH_INTERNAL", "MESH_INTERNAL", "MESH_EXTERNAL")
	}
	ports := []any{g.entryPort(80)}
	if g.chance(30) {
		ports = append(ports, g.entryPort(90))
	}
	spec["ports"] = ports
	switch {
	case resolution == "STATIC" && g.chance(45):
		spec["workloadSelector"] = map[string]any{"labels": g.selection()}
	case resolution == "STATIC" || resolution == "DNS" && g.chance(50):
		var endpoints []any
		for range 1 + g.IntN(2) {
			endpoints = append(endpoints, g.endpoint(resolution == "DNS", len(endpoints)))
		}
		spec["endpoints"] = endpoints
	}
	if e := g.exportTo(75); e != nil {
		spec["exportTo"] = e
	} else if g.chance(5) {
		spec["exportTo"] = []any{"~"}
	}
	if g.chance(15) && host[0] != '*' {
		spec["addresses"] = []any{fmt.Sprint("240.1.0.", len(g.world))}
	}
	if g.add(d) {
		g.hosts = append(g.hosts, host)
	}
}

func (g *generator) entryPort(number int) map[string]any {
	out := map[string]any{"number": number, "protocol": g.pick("HTTP", "TCP", "HTTPS", "GRPC"), "name": g.pick("http", "x") + fmt.Sprint(number)}
	if number == 80 && g.chance(20) {
		out["name"] = "web" // as containers call theirs
	}
	if g.chance(30) {
		out["targetPort"] = g.number(8080, 9090)
	}
	return out
}

func (g *generator) endpoint(dns bool, n int) map[string]any {
	out := map[string]any{"address": fmt.Sprintf("10.1.%d.%d", len(g.world), n)}
	if dns {
		out["address"] = fmt.Sprintf("vm%d-%d.com", len(g.world), n)
	}
	labels := map[string]any{"version": g.pick("v1", "v2")}
	if g.chance(15) {
		labels[tlsModeLabel] = g.pick("istio", "disabled", "other")
	}
	out["labels"] = labels
	if g.chance(50) {
		out["serviceAccount"] = "vm"
	}
	return out
}
