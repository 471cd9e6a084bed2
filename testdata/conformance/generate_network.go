package conformance

import "fmt"

// networks spreads a finished world over two networks with gateways between them
// (3.4.7).
func (g *generator) networks() {
	for _, d := range g.world {
		switch d.kind() {
		case "Deployment":
			g.label(d.at("spec", "template", "metadata"))
		case "Pod":
			g.label(d.at("metadata"))
		case "WorkloadEntry":
			g.say(d.spec())
		case "ServiceEntry":
			endpoints, _ := d.at("spec", "endpoints").([]any)
			for _, e := range endpoints {
				g.say(e.(map[string]any))
			}
		}
	}
	operator := false
	for _, d := range g.world {
		operator = operator || d.kind() == "IstioOperator"
	}
	if operator || g.apart.IntN(2) == 0 {
		g.gatewayService("n2")
		if g.apart.IntN(2) == 0 {
			g.gatewayService("n1")
		}
		return
	}
	g.meshNetworks()
}

// either is one of the networks, "" in so many of ten cases.
func (g *generator) either(none int) string {
	if g.apart.IntN(10) < none {
		return ""
	}
	return []string{"n1", "n2"}[g.apart.IntN(2)]
}

func (g *generator) label(meta any) {
	if name := g.either(2); name != "" {
		meta.(map[string]any)["labels"].(map[string]any)[networkLabel] = name
	}
}

// say writes the network of a machine, now and then as a label that does not count.
func (g *generator) say(spec map[string]any) {
	labels, labelled := spec["labels"].(map[string]any)
	switch name := g.either(4); {
	case name != "":
		spec["network"] = name
	case labelled && g.apart.IntN(4) == 0:
		labels[networkLabel] = "n2"
	}
}

// gatewayService is a labelled gateway, which some worlds forget to give the port.
func (g *generator) gatewayService(network string) {
	name := "eastwest-" + network
	port := map[string]any{"name": "tls", "port": 15443}
	meta := map[string]any{"name": name, "namespace": "istio-system", "labels": map[string]any{networkLabel: network}}
	spec := map[string]any{"type": "LoadBalancer", "ports": []any{port}}
	switch g.apart.IntN(6) {
	case 0:
		port["port"] = 443
	case 1:
		port["port"] = 443
		meta["labels"].(map[string]any)["networking.istio.io/gatewayPort"] = "443"
	case 2:
		delete(spec, "type")
		spec["externalIPs"] = []any{"198.51.100." + network[1:]}
	}
	g.world = append(g.world, document{"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})
}

// meshNetworks writes the networks down in the mesh's ConfigMap.
func (g *generator) meshNetworks() {
	text := "networks:\n  n1:\n    endpoints: [{fromRegistry: %s}]\n    gateways: [%s]\n  n2:\n    endpoints: []\n    gateways: [{address: 203.0.113.2, port: 15443}]\n"
	cluster, gateway := "Kubernetes", ""
	if g.apart.IntN(3) > 0 {
		cluster = "another"
	}
	switch g.apart.IntN(3) {
	case 0:
		gateway = "{address: 203.0.113.1, port: 15443}"
	case 1:
		gateway = "{registryServiceName: eastwest-n3.istio-system.svc.cluster.local, port: 15443}"
		g.gatewayService("n3")
		labels := g.world[len(g.world)-1].meta()["labels"].(map[string]any)
		delete(labels, networkLabel)
	}
	text = fmt.Sprintf(text, cluster, gateway)
	for _, d := range g.world {
		if d.kind() == "ConfigMap" && d.name() == "istio" {
			d["data"].(map[string]any)["meshNetworks"] = text
			return
		}
	}
	g.world = append(g.world, document{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "istio", "namespace": "istio-system"},
		"data": map[string]any{"meshNetworks": text},
	})
}
