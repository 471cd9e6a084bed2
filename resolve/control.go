package resolve

import (
	"maps"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
)

// control is what is known of the control planes: how each is configured, and
// which revisions exist.
type control struct {
	// planes are the control planes by revision, first the one that counts where the
	// input does not tell.
	planes map[string]*plane
	first  *plane
	// revisions maps a name or tag to its revision; known is false when the
	// list may be incomplete and any revision that a label names may exist.
	revisions map[string]string
	known     bool
	byDefault bool
	injectors map[string]*Injector
	assume    map[string]Dataplane
	gaps      gaps
	// unsure is true where the configuration of one of the planes could not be read.
	unsure bool
}

func chooseControl(opts Options, c *collection) *control {
	k := &control{revisions: map[string]string{}, byDefault: opts.InjectedByDefault, assume: opts.Assume, gaps: configGaps(opts, c)}
	k.planes = planesOf(opts, c, k.gaps)
	k.first = firstPlane(k.planes, opts, c)
	k.unsure = slices.ContainsFunc(k.gaps, func(g Gap) bool { return g.Revision != "" })
	k.injectors = injectorsOf(c)
	k.byDefault = k.byDefault || k.injector(DefaultRevision).ByDefault
	for _, o := range c.others[KindMutatingWebhook] {
		k.addWebhook(o.Value.(*admissionv1.MutatingWebhookConfiguration))
	}
	for name, revision := range opts.Revisions {
		k.revisions[name], k.known = revision, true
	}
	return k
}

// addWebhook learns the revision tags from their webhooks: label istio.io/tag
// names the tag, istio.io/rev the revision it stands for.
func (k *control) addWebhook(w *admissionv1.MutatingWebhookConfiguration) {
	revision, tag := w.Labels[RevisionLabel], w.Labels[TagLabel]
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
	return c.controlPlanes[0].As.Namespace
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
	return strings.Join(slices.Sorted(maps.Keys(k.revisions)), ", ")
}
