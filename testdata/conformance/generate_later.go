package conformance

import (
	"fmt"
	"slices"
	"strings"
)

// decorate adds to a finished world what is drawn apart from it.
func (g *generator) decorate() {
	var more world
	for _, d := range g.world {
		switch d.kind() {
		case "Deployment":
			if g.later.IntN(100) < 5 {
				g.fileCertificates(d)
			}
		case "ServiceEntry":
			if o, ok := g.sameHost(d); ok {
				more = append(more, o)
			}
		}
	}
	for _, d := range more {
		g.add(d)
	}
	if g.alone {
		return
	}
	if g.apart.IntN(100) < 15 {
		g.networks()
	}
	if g.inside.IntN(100) < 25 {
		g.leadInside()
	}
}

// leadInside has entries lead to Services of the world by their names, and one name such a
// Service again.
func (g *generator) leadInside() {
	var names []string
	for _, d := range g.world {
		if d.kind() == "Service" && d.text("spec", "type") != "ExternalName" {
			names = append(names, d.name()+"."+d.namespace()+".svc.cluster.local")
		}
	}
	if len(names) == 0 {
		return
	}
	for _, d := range g.world {
		endpoints, _ := d.at("spec", "endpoints").([]any)
		for _, e := range endpoints {
			if m, ok := e.(map[string]any); ok && d.kind() == "ServiceEntry" && d.text("spec", "resolution") == "DNS" && g.inside.IntN(2) == 0 {
				m["address"] = names[g.inside.IntN(len(names))]
			}
		}
	}
	if g.inside.IntN(3) > 0 {
		return
	}
	short, rest, _ := strings.Cut(names[g.inside.IntN(len(names))], ".")
	namespace, _, _ := strings.Cut(rest, ".")
	d := g.object("networking.istio.io/v1", "ServiceEntry", namespace, "own-name")
	d["spec"] = map[string]any{
		"hosts": []any{short + "." + rest}, "location": "MESH_INTERNAL", "resolution": "DNS",
		"ports": []any{map[string]any{"number": 80, "name": "http80", "protocol": "HTTP"}},
	}
	g.add(d)
}

// fileCertificates gives the proxies of a Deployment client certificates from
// files (3.3.7).
func (g *generator) fileCertificates(d document) {
	meta := d.at("spec", "template", "metadata").(map[string]any)
	annotations, ok := meta["annotations"].(map[string]any)
	if !ok {
		annotations = map[string]any{}
		meta["annotations"] = annotations
	}
	annotations["proxy.istio.io/config"] = "proxyMetadata:\n  ISTIO_META_TLS_CLIENT_CERT_CHAIN: /certs/chain.pem\n"
}

// sameHost adds a second ServiceEntry for a host of the same namespace: other
// endpoints, perhaps another port, older or younger.
func (g *generator) sameHost(d document) (document, bool) {
	if d.at("spec", "endpoints") == nil || g.later.IntN(100) >= 15 {
		return nil, false
	}
	var o document
	if err := into(d, &o); err != nil {
		panic(err) // it was read from the same maps
	}
	o.meta()["name"] = d.name() + "-too"
	// Of two of one age, which comes first istiod leaves to chance.
	ages := slices.DeleteFunc([]string{"2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z", "2026-01-01T00:00:03Z"}, func(age string) bool {
		return age == d.text("metadata", "creationTimestamp")
	})
	o.meta()["creationTimestamp"] = ages[g.later.IntN(len(ages))]
	for i, e := range o.at("spec", "endpoints").([]any) {
		if m := e.(map[string]any); m["address"] != nil {
			m["address"] = fmt.Sprint("10.3.0.", 10*len(g.world)+i)
		}
	}
	if ports := o.at("spec", "ports").([]any); g.later.IntN(3) == 0 {
		port := ports[0].(map[string]any)
		port["number"], port["name"] = 8081, "another"
		delete(port, "targetPort")
	}
	return o, true
}
