package plan

import (
	"maps"
	"slices"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// tunnel lets the servers with sidecars accept HBONE, before any client sends it (2B.12, 3.7.2).
func (c *crossing) tunnel() {
	if !slices.ContainsFunc(c.spaces, func(x *crossingSpace) bool { return len(c.movable(x)) > 0 }) {
		return
	}
	var steps []step
	for _, x := range c.spaces {
		for _, u := range x.units {
			if s := c.tunnelled(u); s != nil {
				steps = append(steps, *s)
			}
		}
	}
	for part := range chunks(steps, c.MaxWave) {
		c.carry(Tunnel, part, nil, func(ref resolve.Ref, _ harm) { c.plain[ref] = true })
	}
}

// tunnelled is the change that lets a server accept HBONE, nil where it does, serves nobody, or
// cannot be changed: clients to whom that matters keep their sidecar.
func (c *crossing) tunnelled(u *unit) *step {
	input, _ := c.start.mesh.Input(u.ref)
	controller, _ := input.Value.(*resolve.Controller)
	if controller == nil || !c.touches(u) || !restarts[u.ref.Kind] || u.dataplane() != resolve.DataplaneSidecar || len(c.start.hostsOf(u.ref)) == 0 {
		return nil
	}
	accepts := !slices.ContainsFunc(u.variants, func(w *inbound.Workload) bool {
		return w.Tunnel == inbound.NoTunnel || w.Tunnel == inbound.TunnelDeaf
	})
	blocked := slices.ContainsFunc(u.variants, func(w *inbound.Workload) bool { return c.network.blocksInto(w) != nil })
	text, ok := hboneOn(controller.Template.Annotations, input.OfCluster())
	if accepts || blocked || !ok {
		return nil
	}
	is := clone(input)
	template := &is.Value.(*resolve.Controller).Template
	template.Annotations = withEntry(template.Annotations, resolve.ProxyConfigAnnotation, text)
	return &step{Change{
		How: Label, Was: input, Is: is, What: "pod annotation " + resolve.ProxyConfigAnnotation + " with " + public.EnableHBONE + ": \"true\", which restarts it",
		Why: "ambient clients send plaintext to a sidecar without HBONE (3.6.4)",
	}, []resolve.Ref{u.ref}}
}

// hboneOn is a proxy configuration with HBONE; ok is false for one that was not read in full, or
// is none.
func hboneOn(annotations map[string]string, ofCluster bool) (text string, ok bool) {
	was, set := annotations[resolve.ProxyConfigAnnotation]
	if set && ofCluster {
		return "", false // what is no answer's business is cut off it
	}
	config := map[string]any{}
	if sigsyaml.Unmarshal([]byte(was), &config) != nil {
		return "", false
	}
	metadata, is := config["proxyMetadata"].(map[string]any)
	if config["proxyMetadata"] != nil && !is {
		return "", false
	}
	if metadata == nil {
		metadata = map[string]any{}
	}
	metadata[public.EnableHBONE], config = "true", withEntry(config, "proxyMetadata", any(metadata))
	out, err := sigsyaml.Marshal(config)
	return string(out), err == nil
}

// withEntry is a map with one more entry, or another value of it.
func withEntry[V any](m map[string]V, key string, value V) map[string]V {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]V{}
	}
	out[key] = value
	return out
}
