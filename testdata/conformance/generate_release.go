package conformance

import (
	"fmt"
	"strings"
)

// renew adds what came with newer releases of Istio, drawn apart from the rest.
func (g *generator) renew() {
	if g.newer.IntN(100) < 10 {
		g.visibility()
	}
	if !g.alone && g.newer.IntN(100) < 6 {
		g.dynamic()
	}
	if !g.alone && g.newer.IntN(100) < 8 {
		g.wildcards()
	}
	if !g.alone && g.newer.IntN(100) < 15 {
		for i := range 1 + g.newer.IntN(2) {
			g.backendPolicy(i)
		}
	}
}

// visibility limits ServiceEntries: for ztunnel by the labels of their namespaces, for sidecars all
// alike, since the test server's registry of ServiceEntries sees no Namespaces.
func (g *generator) visibility() {
	for _, d := range g.world {
		if d.kind() == "IstioOperator" {
			return
		}
	}
	tiers := []string{"open", "closed", ""}
	for _, d := range g.world {
		if tier := tiers[g.newer.IntN(3)]; d.kind() == "Namespace" && tier != "" {
			labels, _ := d.meta()["labels"].(map[string]any)
			if labels == nil {
				labels = map[string]any{}
				d.meta()["labels"] = labels
			}
			labels["tier"] = tier
		}
	}
	words := []string{"NAMESPACE", "NONE", "PUBLIC", "VISIBILITY_UNSPECIFIED"}
	word := func() string { return words[g.newer.IntN(len(words))] }
	byLabel := g.newer.IntN(2) == 0
	text := fmt.Sprintf("serviceEntryVisibility:\n  defaultVisibility: %s\n  applyToSidecars: %v\n  policies:\n", word(), !byLabel)
	for _, rules := range []string{
		"[{namespaceSelector: {matchLabels: {tier: open}}}]", "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: bank}}}]",
		"[{namespaceSelector: {matchExpressions: [{key: tier, operator: Exists}]}}, {namespaceSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [open]}]}}]", "[]",
	} {
		if g.newer.IntN(3) == 0 && (byLabel || rules == "[]") {
			text += fmt.Sprintf("    - {visibility: %s, matchingRules: %s}\n", word(), rules)
		}
	}
	if text[len(text)-len("policies:\n"):] == "policies:\n" {
		text = text[:len(text)-len("  policies:\n")]
	}
	g.configure(text)
}

// dynamic sends what is unknown to where DNS says, and has an entry whose hosts DNS knows.
func (g *generator) dynamic() {
	for _, d := range g.world {
		if d.kind() == "IstioOperator" || d.kind() == "ConfigMap" && strings.Contains(d.text("data", "mesh"), "outboundTrafficPolicy") {
			return
		}
	}
	modes := []string{"SIMPLE", "ISTIO_MUTUAL", "DISABLE", "MUTUAL, clientCertificate: /c.pem, privateKey: /k.pem, caCertificates: /ca.pem"}
	text := "outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}\n"
	if g.newer.IntN(4) > 0 {
		text = "outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS, tls: {mode: " + modes[g.newer.IntN(4)] + "}}\n"
	}
	g.configure(text)
}

// wildcards is an entry whose hosts DNS knows, perhaps with a rule for them: not beside an
// outlierDetection, at which istiod panics where it applies to such a host.
func (g *generator) wildcards() {
	if strings.Contains(g.world.YAML(), "outlierDetection") {
		return
	}
	ns := g.namespaces[g.newer.IntN(len(g.namespaces))]
	d := g.object("networking.istio.io/v1", "ServiceEntry", ns, "dyn")
	d["spec"] = map[string]any{
		"hosts": []any{"*.dyn.com"}, "resolution": "DYNAMIC_DNS", "location": []string{"MESH_INTERNAL", "MESH_EXTERNAL"}[g.newer.IntN(2)],
		"ports": []any{map[string]any{"number": 80, "name": "http80", "protocol": []string{"HTTP", "GRPC"}[g.newer.IntN(2)]}, map[string]any{"number": 443, "name": "tls443", "protocol": "TLS"}},
	}
	g.add(d)
	if g.newer.IntN(2) == 0 {
		rule := g.object("networking.istio.io/v1", "DestinationRule", ns, "dyn")
		rule["spec"] = map[string]any{"host": []string{"*.dyn.com", "*.com"}[g.newer.IntN(2)], "trafficPolicy": map[string]any{"tls": map[string]any{"mode": []string{"DISABLE", "SIMPLE", "ISTIO_MUTUAL"}[g.newer.IntN(3)]}}}
		g.add(rule)
	}
}

// configure adds to the mesh configuration.
func (g *generator) configure(text string) {
	for _, d := range g.world {
		if d.kind() == "ConfigMap" && d.name() == "istio" {
			d["data"] = map[string]any{"mesh": d.text("data", "mesh") + text}
			return
		}
	}
	d := g.object("v1", "ConfigMap", "istio-system", "istio")
	delete(d, "spec")
	d["data"] = map[string]any{"mesh": text}
	g.add(d)
}

// backendPolicy is a BackendTLSPolicy for a Service or an entry of the world.
func (g *generator) backendPolicy(n int) {
	var targets []document
	for _, d := range g.world {
		if d.kind() == "ServiceEntry" || d.kind() == "Service" && d.text("spec", "type") != "ExternalName" {
			targets = append(targets, d)
		}
	}
	if len(targets) == 0 {
		return
	}
	of := targets[g.newer.IntN(len(targets))]
	ref := map[string]any{"group": of.group(), "kind": of.kind(), "name": of.name()}
	if ports, _ := of.at("spec", "ports").([]any); len(ports) > 0 && g.newer.IntN(3) == 0 {
		port, _ := ports[g.newer.IntN(len(ports))].(map[string]any)
		if name, _ := port["name"].(string); name != "" {
			ref["sectionName"] = name
		}
	}
	meta := map[string]any{"name": fmt.Sprint("tls", n), "namespace": of.namespace(), "creationTimestamp": fmt.Sprintf("2026-01-01T00:00:0%dZ", 1+g.newer.IntN(3))}
	if g.newer.IntN(4) == 0 {
		meta["annotations"] = map[string]any{"istio.io/ignore-policy-attachment": []string{"true", "TRUE", "false"}[g.newer.IntN(3)]}
	}
	g.add(document{
		"apiVersion": "gateway.networking.k8s.io/v1", "kind": "BackendTLSPolicy", "metadata": meta,
		"spec": map[string]any{"targetRefs": []any{ref}, "validation": map[string]any{"wellKnownCACertificates": "System", "hostname": "x.example.com"}},
	})
}
