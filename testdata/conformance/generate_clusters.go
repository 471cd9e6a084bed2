package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generateClusters makes a mesh of two or three clusters, each with its own Services, policies and
// rules, of which many have one name, on one network or on several with gateways between them.
func generateClusters(seed uint64) world {
	r := rand.New(rand.NewPCG(seed, 8))
	var all world
	for n := range 2 + r.IntN(2) {
		g := newGenerator(seed*4 + uint64(n))
		g.make()
		part := slices.DeleteFunc(g.world, func(d document) bool { return d.kind() == "IstioOperator" }) // istiod's switches are global
		if r.IntN(2) == 0 {
			part = inNetworkOf(part, fmt.Sprint("n", 1+r.IntN(3)), r)
		}
		if r.IntN(3) == 0 {
			part = keptLocal(part, r)
		}
		for _, d := range part {
			if data, ok := d["data"].(map[string]any); ok {
				delete(data, "meshNetworks") // which call clusters by their own names
			}
			if d.kind() == "WorkloadEntry" {
				d.meta()["name"] = fmt.Sprint(d.name(), "-c", n+1) // istiod takes those of one name for one
			}
			d = moved(map[string]any(d), n).(map[string]any)
			d[clusterKey] = fmt.Sprint("c", n+1)
			all = append(all, d)
		}
	}
	return all
}

// moved gives pods and machines that a world names by address the addresses of the cluster of a number.
func moved(v any, number int) any {
	switch v := v.(type) {
	case string:
		for _, of := range []string{"10.2.0.", "10.244.0."} {
			v = strings.ReplaceAll(v, of, fmt.Sprintf("%s%d.", strings.TrimSuffix(of, "0."), number))
		}
		return v
	case map[string]any:
		for key, value := range v {
			v[key] = moved(value, number)
		}
	case []any:
		for i, value := range v {
			v[i] = moved(value, number)
		}
	}
	return v
}

// keptLocal says in the mesh configuration which hosts stay in their cluster.
func keptLocal(w world, r *rand.Rand) world {
	hosts := []string{`["*.shop.svc.cluster.local"]`, `["*"]`, `["pay.shop.svc.cluster.local", "*.bank.svc.cluster.local"]`, `["*.istio-system.svc.cluster.local"]`}
	text := ""
	for range 1 + r.IntN(2) {
		text += fmt.Sprintf("- {settings: {clusterLocal: %v}, hosts: %s}\n", r.IntN(3) > 0, hosts[r.IntN(len(hosts))])
	}
	text = "serviceSettings:\n" + text
	for _, d := range w {
		if data, ok := d["data"].(map[string]any); ok && d.kind() == "ConfigMap" && d.name() == "istio" {
			data["mesh"] = fmt.Sprint(d.text("data", "mesh"), text)
			return w
		}
	}
	return append(w, document{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "istio", "namespace": "istio-system"}, "data": map[string]any{"mesh": text}})
}

// inNetworkOf puts a cluster into a network by the label of istiod's namespace, mostly with a gateway.
func inNetworkOf(w world, network string, r *rand.Rand) world {
	label := map[string]any{networkLabel: network}
	found := false
	for _, d := range w {
		if d.kind() != "Namespace" || d.name() != "istio-system" {
			continue
		}
		found = true
		if labels, _ := d.meta()["labels"].(map[string]any); labels != nil {
			labels[networkLabel] = network
			continue
		}
		d.meta()["labels"] = label
	}
	if !found {
		w = append(w, document{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "istio-system", "labels": label}})
	}
	gateway := func(d document) bool { return d.kind() == "Service" && d.name() == "eastwest-"+network }
	if r.IntN(5) > 0 && !slices.ContainsFunc(w, gateway) {
		g := &generator{apart: r, world: w}
		g.gatewayService(network)
		w = g.world
	}
	return w
}
