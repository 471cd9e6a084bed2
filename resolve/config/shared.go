package config

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// SharedVariable names in istiod's environment a ConfigMap of its namespace whose mesh configuration
// lies under its own (9.2).
const SharedVariable = "SHARED_MESH_CONFIG"

// ManagedShared begins the name of that ConfigMap where Azure runs istiod, whose Deployment nobody has
// among their files; the revision follows.
const ManagedShared = "istio-shared-configmap-"

// sharedRef names the ConfigMap of a mesh configuration, the zero Ref for one that another object holds.
func sharedRef(m *resolve.MeshConfig) resolve.Ref {
	if m.Source.Kind != resolve.KindConfigMap {
		return resolve.Ref{}
	}
	return sharedName(m.Namespace, m.Source.Name)
}

func sharedName(namespace, name string) resolve.Ref {
	return resolve.Ref{Kind: resolve.KindConfigMap, Namespace: namespace, Name: name}
}

// sharing is who applies which mesh configuration under its own.
type sharing struct {
	// by are the revisions that name one, by its ConfigMap.
	by map[resolve.Ref][]string
	// configs are those that no control plane has of its own, by ConfigMap.
	configs map[resolve.Ref]*Typed[*resolve.MeshConfig]
}

// sharingOf looks at the environments of istiods; of those that Azure runs the name of the ConfigMap
// tells.
func sharingOf(c *Collection, seen map[string]istiodEnv) sharing {
	s := sharing{map[resolve.Ref][]string{}, map[resolve.Ref]*Typed[*resolve.MeshConfig]{}}
	add := func(namespace, name, revision string) {
		if ref := sharedName(namespace, name); name != "" && !slices.Contains(s.by[ref], revision) {
			s.by[ref] = append(s.by[ref], revision)
		}
	}
	for revision, istiod := range seen {
		add(istiod.namespace, istiod.vars[SharedVariable], revision)
	}
	for _, o := range c.meshConfigs {
		add(o.As.Namespace, o.As.Env[SharedVariable], cmp.Or(o.As.Revision, resolve.DefaultRevision))
		if revision, managed := strings.CutPrefix(sharedRef(o.As).Name, ManagedShared); managed && seen[revision].vars == nil {
			add(o.As.Namespace, o.As.Source.Name, revision)
		}
	}
	for i := range c.meshConfigs {
		o := &c.meshConfigs[i]
		if ref := sharedRef(o.As); !ref.IsZero() && (s.by[ref] != nil || strings.HasPrefix(ref.Name, ManagedShared) || o.As.Foreign) {
			s.configs[ref] = o
		}
	}
	return s
}

// of are the revisions that a mesh configuration is for.
func (s sharing) of(o *Typed[*resolve.MeshConfig]) []string {
	if ref := sharedRef(o.As); s.configs[ref] == o {
		return s.by[ref]
	}
	return []string{cmp.Or(o.As.Revision, resolve.DefaultRevision)}
}

// lacking are the shared mesh configurations that the input names and lacks, for each control plane.
func (s sharing) lacking(none []string) (out []resolve.Gap) {
	for ref, revisions := range s.by {
		if s.configs[ref] != nil || slices.Contains(none, ref.Namespace+"/"+ref.Name) {
			continue
		}
		for _, revision := range revisions {
			out = append(out, resolve.Gap{
				Kind: resolve.KindMeshConfig, Resource: "configmaps/" + ref.Name, Namespaces: []string{ref.Namespace}, Revision: revision,
				Reason: "the input lacks it, and istiod applies it under its own (" + SharedVariable + ")",
			})
		}
	}
	return out
}

// apply puts shared mesh configurations under those of the control planes that name them.
func (s sharing) apply(planes map[string]*Plane) {
	for ref, o := range s.configs {
		for _, revision := range s.by[ref] {
			if planes[revision] == nil {
				planes[revision] = &Plane{env: map[string]string{}}
			}
			planes[revision].share(o)
		}
	}
}

// share puts what is shared under what a control plane has of its own, as istiod does
// (pilot/pkg/bootstrap/mesh.go). Networks of the shared one win.
func (p *Plane) share(shared *Typed[*resolve.MeshConfig]) {
	own := &resolve.MeshConfig{Config: &meshv1alpha1.MeshConfig{}}
	if p.own != nil {
		own = p.own.As
	} else {
		p.Source, p.Origin, p.Namespace = shared.As.Source, shared.Origin, shared.As.Namespace
	}
	p.Config, p.shared = Merged(shared.As, own), shared
	if shared.As.Networks != nil {
		p.MeshNetworks = shared.As.Networks
	}
}

// Merged is a mesh configuration over a shared one, as istiod applies one after the other
// (pkg/config/mesh ApplyMeshConfig): what is written replaces, but for the defaults of proxies and of
// providers, which are replaced field by field, providers, which are told by name, and aliases of the
// trust domain, which are those of both.
func Merged(shared, own *resolve.MeshConfig) *meshv1alpha1.MeshConfig {
	out := proto.Clone(shared.Config).(*meshv1alpha1.MeshConfig)
	under := proto.Clone(shared.Config).(*meshv1alpha1.MeshConfig)
	replace(out.ProtoReflect(), own.Config.ProtoReflect(), own.Written)
	out.DefaultConfig, out.DefaultProviders = under.DefaultConfig, under.DefaultProviders
	if own.Config.DefaultConfig != nil {
		out.DefaultConfig = mergedProxy(under.DefaultConfig, own)
	}
	if own.Config.DefaultProviders != nil {
		if out.DefaultProviders == nil {
			out.DefaultProviders = &meshv1alpha1.MeshConfig_DefaultProviders{}
		}
		replace(out.DefaultProviders.ProtoReflect(), own.Config.DefaultProviders.ProtoReflect(), below(own.Written, "default_providers"))
	}
	out.ExtensionProviders = mergedProviders(under.ExtensionProviders, own.Config.ExtensionProviders)
	out.TrustDomainAliases = slices.Compact(slices.Sorted(slices.Values(slices.Concat(under.TrustDomainAliases, own.Config.TrustDomainAliases))))
	return out
}

func mergedProxy(under *meshv1alpha1.ProxyConfig, own *resolve.MeshConfig) *meshv1alpha1.ProxyConfig {
	out := &meshv1alpha1.ProxyConfig{}
	if under != nil {
		out = proto.Clone(under).(*meshv1alpha1.ProxyConfig)
	}
	replace(out.ProtoReflect(), own.Config.DefaultConfig.ProtoReflect(), below(own.Written, "default_config"))
	for key, value := range under.GetProxyMetadata() {
		if _, written := out.ProxyMetadata[key]; !written {
			if out.ProxyMetadata == nil {
				out.ProxyMetadata = map[string]string{}
			}
			out.ProxyMetadata[key] = value
		}
	}
	return out
}

func mergedProviders(under, own []*meshv1alpha1.MeshConfig_ExtensionProvider) []*meshv1alpha1.MeshConfig_ExtensionProvider {
	for _, p := range own {
		i := slices.IndexFunc(under, func(u *meshv1alpha1.MeshConfig_ExtensionProvider) bool { return u.Name == p.Name })
		if i < 0 {
			under = append(under, p)
		} else {
			under[i].Provider = p.Provider
		}
	}
	return under
}

// replace sets what is written in from, zero or not.
func replace(to, from protoreflect.Message, written []string) {
	fields := from.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case from.Has(f):
			to.Set(f, from.Get(f))
		case slices.Contains(written, string(f.Name())):
			to.Clear(f)
		}
	}
}

// below are the written fields of a field.
func below(written []string, field string) (out []string) {
	for _, path := range written {
		if name, is := strings.CutPrefix(path, field+"."); is {
			out = append(out, name)
		}
	}
	return out
}
