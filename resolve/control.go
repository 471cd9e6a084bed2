package resolve

import (
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
)

// DefaultRevision is what an istiod calls itself when nobody named it.
const DefaultRevision = "default"

// defaultRoot is where mesh-wide policies live unless configured otherwise.
const defaultRoot = "istio-system"

// control is what is known of the control planes: the mesh configuration that
// counts, who the root namespace is, which revisions exist.
type control struct {
	config *meshv1alpha1.MeshConfig
	// configRef and configOrigin are the object that held it, zero for none.
	configRef    Ref
	configOrigin Origin
	env          map[string]string
	root         string
	// revisions maps a name or tag to its revision; known is false when the
	// list may be incomplete and any revision that a label names may exist.
	revisions map[string]string
	known     bool
	byDefault bool
	assume    map[string]Dataplane
}

func chooseControl(opts Options, c *collection) control {
	k := control{revisions: map[string]string{}, byDefault: opts.InjectedByDefault, assume: opts.Assume, config: opts.MeshConfig}
	if chosen := chooseMeshConfig(c.meshConfigs); chosen != nil {
		k.env = chosen.value.Env
		if k.config == nil {
			k.config, k.configRef, k.configOrigin = chosen.value.Config, chosen.value.Source, chosen.Origin
		}
	}
	if k.config == nil {
		k.config = &meshv1alpha1.MeshConfig{}
	}
	k.root = firstOf(opts.RootNamespace, k.config.GetRootNamespace(), controlPlaneNamespace(c), defaultRoot)
	for _, o := range c.others[KindMutatingWebhook] {
		k.addWebhook(o.Value.(*admissionv1.MutatingWebhookConfiguration))
	}
	for name, revision := range opts.Revisions {
		k.revisions[name], k.known = revision, true
	}
	return k
}

// writes is where a field of the mesh configuration is written: a ConfigMap holds it
// as text of its own, an operator's object inside its spec.
func (k *control) writes(field string) Field {
	for _, at := range []Field{Field(field), Path("spec", "meshConfig", field), Path("spec", "values", "meshConfig", field)} {
		if k.configOrigin.Lines != nil && k.configOrigin.Lines.Line(at) > 0 {
			return at
		}
	}
	return ""
}

// chooseMeshConfig prefers the default revision's configuration, then the first
// by name; several control planes are told apart when a cluster is read.
func chooseMeshConfig(configs []of[*MeshConfig]) *of[*MeshConfig] {
	for i, o := range configs {
		if o.value.Revision == "" || o.value.Revision == DefaultRevision {
			return &configs[i]
		}
	}
	if len(configs) > 0 {
		return &configs[0]
	}
	return nil
}

// addWebhook learns the revision tags from their webhooks: label istio.io/tag
// names the tag, istio.io/rev the revision it stands for.
func (k *control) addWebhook(w *admissionv1.MutatingWebhookConfiguration) {
	revision, tag := w.Labels["istio.io/rev"], w.Labels["istio.io/tag"]
	if revision == "" {
		return
	}
	k.revisions[revision] = revision
	if tag != "" {
		k.revisions[tag] = revision
	}
}

// controlPlaneNamespace is the root namespace of an OpenShift Service Mesh 2.
func controlPlaneNamespace(c *collection) string {
	if len(c.controlPlanes) == 0 {
		return ""
	}
	return c.controlPlanes[0].value.Namespace
}

// revision resolves what a label names, a revision or a tag, to the revision
// that serves it. ok is false when no such control plane exists.
func (k *control) revision(name string) (revision string, ok bool) {
	if r, found := k.revisions[name]; found {
		return r, true
	}
	return name, !k.known
}

// knownRevisions lists names and tags for a sentence.
func (k *control) knownRevisions() string {
	return strings.Join(sortedKeys(k.revisions), ", ")
}

// flag reports an istiod environment switch (rulebook 9.2) that is off unless set.
func (k *control) flag(name string) bool { return strings.EqualFold(k.env[name], "true") }

// off reports a switch that is on unless set.
func (k *control) off(name string) bool { return strings.EqualFold(k.env[name], "false") }

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
