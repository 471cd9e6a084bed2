package config

import (
	"maps"
	"slices"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Control is what is known of the control planes: how each is configured, and
// which revisions exist.
type Control struct {
	// Planes are the control planes by revision, first the one that counts where the
	// input does not tell.
	Planes map[string]*Plane
	First  *Plane
	// Revisions maps a name or tag to its revision; known is false when the
	// list may be incomplete and any revision that a label names may exist.
	Revisions map[string]string
	known     bool
	ByDefault bool
	injectors map[string]*Injector
	// started is since when the istiods of a revision run, as far as their pods are seen.
	started map[string][]time.Time
	// excluded are the namespaces that istio-cni leaves alone.
	excluded []string
	Assume   map[string]resolve.Dataplane
	Gaps     resolve.Gaps
	// Unsure is true where the configuration of one of the planes could not be read.
	Unsure bool
}

// ChooseControl finds the control planes of the input, and what is known of them beyond it.
func ChooseControl(opts Options, c *Collection) *Control {
	seen := istiods(c.Controllers)
	shared := sharingOf(c, seen)
	k := &Control{Revisions: map[string]string{}, ByDefault: opts.InjectedByDefault, Assume: opts.Assume, Gaps: configGaps(opts, c, shared)}
	k.Planes = planesOf(opts, c, seen, shared, k.Gaps)
	k.First = firstPlane(k.Planes, opts, c)
	k.Unsure = slices.ContainsFunc(k.Gaps, func(g resolve.Gap) bool { return g.Revision != "" })
	k.injectors, k.excluded, k.started = injectorsOf(c), excludedOf(c), startedOf(c)
	k.ByDefault = k.ByDefault || k.Injector(resolve.DefaultRevision).ByDefault
	for _, o := range c.Others[resolve.KindMutatingWebhook] {
		k.addWebhook(o.Value.(*admissionv1.MutatingWebhookConfiguration))
	}
	for name, revision := range opts.Revisions {
		k.Revisions[name], k.known = revision, true
	}
	k.tell(opts.Istio, c)
	return k
}

// addWebhook learns the revision tags from their webhooks: label istio.io/tag
// names the tag, istio.io/rev the revision it stands for.
func (k *Control) addWebhook(w *admissionv1.MutatingWebhookConfiguration) {
	revision, tag := w.Labels[resolve.RevisionLabel], w.Labels[resolve.TagLabel]
	if revision == "" {
		return
	}
	k.Revisions[revision] = revision
	if tag != "" {
		k.Revisions[tag] = revision
	}
}

// controlPlaneNamespace is the root namespace of an OpenShift Service Mesh 2.
func controlPlaneNamespace(c *Collection) string {
	if len(c.ControlPlanes) == 0 {
		return ""
	}
	return c.ControlPlanes[0].As.Namespace
}

// Revision resolves what a label names, a revision or a tag, to the revision
// that serves it. ok is false when no such control plane exists.
func (k *Control) Revision(name string) (Revision string, ok bool) {
	if r, found := k.Revisions[name]; found {
		return r, true
	}
	return name, !k.known
}

// KnownRevisions lists names and tags for a sentence.
func (k *Control) KnownRevisions() string {
	return strings.Join(slices.Sorted(maps.Keys(k.Revisions)), ", ")
}
