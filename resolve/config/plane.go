package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Plane is one control plane as it is configured: its mesh configuration, istiod's
// environment as far as the input shows it (rulebook 9), and the root namespace
// that follows.
type Plane struct {
	Config *meshv1alpha1.MeshConfig
	env    map[string]string
	// istiod is true where env is that of a Deployment: what it has not is not set.
	istiod bool
	Root   string
	// Namespace is where istiod runs, meshNetworks the networks that are written down.
	Namespace    string
	MeshNetworks *meshv1alpha1.MeshNetworks
	Networks     Networks
	// Source and origin are the object that held the configuration, zero for none.
	Source resolve.Ref
	Origin resolve.Origin
	// Unseen is the configuration that could not be read, nil when all of it was: neither
	// modes nor calls of this control plane's proxies are known (9).
	Unseen *resolve.Gap
	// Release is its version: ask Has.
	Release Release
	trust   *Trust
	// own and shared are the mesh configurations that Config is made of, nil for none.
	own, shared *Typed[*resolve.MeshConfig]
}

// Writes is where a top-level field of the mesh configuration is written, and by whom: by the control
// plane's own configuration, else by the one that is shared, which lies under it.
func (p *Plane) Writes(field string) (resolve.Ref, resolve.Place) {
	if p.shared != nil && p.shared.As.Writes(field) && (p.own == nil || !p.own.As.Writes(field)) {
		return p.shared.As.Source, resolve.Place{Origin: p.shared.Origin, Field: writtenAt(p.shared.Origin, field)}
	}
	return p.Source, resolve.Place{Origin: p.Origin, Field: writtenAt(p.Origin, field)}
}

// writtenAt is where an object has a field of the mesh configuration: a ConfigMap holds it as text of
// its own, an operator's object inside its spec.
func writtenAt(o resolve.Origin, field string) resolve.Field {
	for _, at := range []resolve.Field{resolve.Field(field), resolve.Path("spec", "meshConfig", field), resolve.Path("spec", "values", "meshConfig", field)} {
		if o.Lines != nil && o.Lines.Line(at) > 0 {
			return at
		}
	}
	return ""
}

// CompliancePolicy is COMPLIANCE_POLICY of its istiod, "" for none: its limits of TLS hold for all of
// its proxies (2.14).
func (p *Plane) CompliancePolicy() string { return p.env["COMPLIANCE_POLICY"] }

// Flag reports an istiod switch that is off unless set.
func (p *Plane) Flag(name string) bool { return strings.EqualFold(p.env[name], "true") }

// Off reports a switch that is on unless set.
func (p *Plane) Off(name string) bool { return strings.EqualFold(p.env[name], "false") }

// Tunnels reports whether its proxies send HBONE to who accepts it: with PILOT_ENABLE_AMBIENT.
// Where no istiod of the input says, whoever has ambient workloads is taken to have set it, as
// nothing of ambient works without (3.6.6).
func (p *Plane) Tunnels() bool {
	ambient, set := p.env["PILOT_ENABLE_AMBIENT"]
	return (set && strings.EqualFold(ambient, "true") || !set && !p.istiod) && !p.Off("PILOT_ENABLE_SENDING_HBONE")
}

// Of is the control plane of a revision; one of which the input says nothing is
// taken to be like the default one.
func (k *Control) Of(revision string) *Plane {
	if p, ok := k.Planes[revision]; ok {
		return p
	}
	return k.First
}

// RootOf is the root namespace of a revision's control plane.
func (k *Control) RootOf(revision string) string { return k.Of(revision).Root }

// istiodEnv is the environment that an istiod Deployment sets, and where it is.
type istiodEnv struct {
	vars      map[string]string
	namespace string
}

// istiods are the istiod Deployments by revision.
func istiods(controllers []Typed[*resolve.Controller]) map[string]istiodEnv {
	out := map[string]istiodEnv{}
	for _, o := range controllers {
		if o.Kind != resolve.KindDeployment || o.As.Labels["app"] != "istiod" {
			continue
		}
		env := map[string]string{}
		for _, c := range o.As.Template.Spec.Containers {
			for _, e := range c.Env {
				if e.ValueFrom == nil {
					env[e.Name] = e.Value
				}
			}
		}
		out[istiodRevision(o.As)] = istiodEnv{env, o.As.Namespace}
	}
	return out
}

// istiodRevision is what an istiod calls itself.
func istiodRevision(c *resolve.Controller) string {
	if label := c.Labels[resolve.RevisionLabel]; label != "" {
		return label
	}
	for _, container := range c.Template.Spec.Containers {
		for _, e := range container.Env {
			if e.Name == "REVISION" && e.ValueFrom == nil && e.Value != "" {
				return e.Value
			}
		}
	}
	return resolve.DefaultRevision
}

// planesOf puts mesh configurations and istiods together, by revision.
func planesOf(opts Options, c *Collection, seen map[string]istiodEnv, shared sharing, gaps resolve.Gaps) map[string]*Plane {
	planes := map[string]*Plane{}
	for revision, env := range seen {
		planes[revision] = &Plane{Config: &meshv1alpha1.MeshConfig{}, env: env.vars, istiod: true, Namespace: env.namespace}
	}
	for i := range c.meshConfigs {
		o := &c.meshConfigs[i]
		if shared.configs[sharedRef(o.As)] == o {
			continue
		}
		revision := cmp.Or(o.As.Revision, resolve.DefaultRevision)
		if planes[revision] == nil {
			planes[revision] = &Plane{env: map[string]string{}}
		}
		planes[revision].own, planes[revision].Config, planes[revision].Source, planes[revision].Origin = o, o.As.Config, o.As.Source, o.Origin
		planes[revision].Namespace, planes[revision].MeshNetworks = o.As.Namespace, o.As.Networks
		maps.Copy(planes[revision].env, o.As.Env)
	}
	shared.apply(planes)
	for i := range gaps {
		if revision := gaps[i].Revision; revision != "" {
			if planes[revision] == nil {
				planes[revision] = &Plane{Config: &meshv1alpha1.MeshConfig{}, env: map[string]string{}, Namespace: cmp.Or(gaps[i].Namespaces...)}
			}
			planes[revision].Unseen = &gaps[i]
		}
	}
	for revision, p := range planes {
		if opts.MeshConfig != nil {
			p.Config, p.Source, p.Origin = opts.MeshConfig, resolve.Ref{}, resolve.Origin{}
		}
		p.Root = cmp.Or(opts.RootNamespace, p.Config.GetRootNamespace(), controlPlaneNamespace(c), resolve.DefaultRootNamespace)
		p.Namespace = cmp.Or(p.Namespace, opts.RootNamespace, controlPlaneNamespace(c), resolve.DefaultRootNamespace)
		p.trust = trustOf(p, revision)
	}
	return planes
}

// configGaps are the gaps of Options, and mesh configurations that are there and could
// not be made out. One that the Options give settles them.
func configGaps(opts Options, c *Collection, shared sharing) resolve.Gaps {
	all := slices.Clone(opts.Gaps)
	all = append(all, shared.lacking(opts.NoShared)...)
	for i := range c.meshConfigs {
		o := &c.meshConfigs[i]
		if o.As.Unread == "" {
			continue
		}
		for _, revision := range shared.of(o) {
			all = append(all, resolve.Gap{Kind: resolve.KindMeshConfig, Resource: "configmaps/" + o.As.Name, Namespaces: []string{o.As.Namespace}, Revision: revision, Reason: o.As.Unread})
		}
	}
	if opts.MeshConfig != nil {
		all = slices.DeleteFunc(all, func(g resolve.Gap) bool { return g.Revision != "" && g.Kind == resolve.KindMeshConfig })
	}
	slices.SortFunc(all, resolve.Gap.Compare)
	return slices.CompactFunc(all, func(a, b resolve.Gap) bool {
		return a.Revision != "" && a.Kind == b.Kind && a.Revision == b.Revision && a.Cluster == b.Cluster
	})
}

// SeenPlane is the control plane whose configuration stands for the mesh: the first, else
// another whose configuration could be read.
func (k *Control) SeenPlane() *Plane {
	if k.First.Unseen == nil {
		return k.First
	}
	for _, revision := range slices.Sorted(maps.Keys(k.Planes)) {
		if p := k.Planes[revision]; p.Unseen == nil {
			return p
		}
	}
	return k.First
}

// firstPlane is the default revision's control plane, else the first by name, else
// Istio's defaults.
func firstPlane(planes map[string]*Plane, opts Options, c *Collection) *Plane {
	if p := planes[resolve.DefaultRevision]; p != nil {
		return p
	}
	for _, revision := range slices.Sorted(maps.Keys(planes)) {
		return planes[revision]
	}
	p := &Plane{Config: &meshv1alpha1.MeshConfig{}}
	if opts.MeshConfig != nil {
		p.Config = opts.MeshConfig
	}
	p.Root = cmp.Or(opts.RootNamespace, p.Config.GetRootNamespace(), controlPlaneNamespace(c), resolve.DefaultRootNamespace)
	p.Namespace = cmp.Or(opts.RootNamespace, controlPlaneNamespace(c), resolve.DefaultRootNamespace)
	p.trust = trustOf(p, resolve.DefaultRevision)
	return p
}
