package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
	"github.com/mtlsctl/mtlsctl/resolve/source/trim"
)

// plane is one istiod: where it runs, and for which revision it is.
type plane struct {
	namespace, revision string
	// guessed is true where nothing in the cluster shows that there is one.
	guessed bool
	// shared is the ConfigMap of the mesh configuration that lies under its own, "" for none.
	shared string
}

// configMaps are the ConfigMaps that it is configured with.
func (p plane) configMaps() []planeMap {
	list := []planeMap{{p.mapName(meshConfigName), resolve.KindMeshConfig, false}, {p.mapName(manifest.InjectorName), resolve.KindInjector, false}}
	if p.shared != "" {
		list = append(list, planeMap{p.shared, resolve.KindMeshConfig, true})
	}
	return list
}

// meshConfigName is the ConfigMap of the default revision's mesh configuration.
const meshConfigName = "istio"

// planeMap is a ConfigMap of a control plane: what it holds, and whether it is shared.
type planeMap struct {
	name   string
	kind   resolve.Kind
	shared bool
}

// mapName is what a ConfigMap of the default revision is called of this istiod.
func (p plane) mapName(name string) string {
	if p.revision == resolve.DefaultRevision {
		return name
	}
	return name + "-" + p.revision
}

// planes are the control planes that the cluster shows: its istiods, those that its
// injection webhooks call, those that injected its pods; else the one of the namespace
// where Istio lives by default. Sorted, those in the wanted namespace only.
func (r *reader) planes(batches []*manifest.Batch) []plane {
	found, shared := map[plane]bool{}, map[plane]string{}
	injected := map[string]bool{}
	for _, b := range batches {
		for _, o := range b.Objects {
			switch v := o.Value.(type) {
			case *resolve.Controller:
				if o.Kind == resolve.KindDeployment && trim.IsIstiod(&v.ObjectMeta) {
					p := plane{namespace: v.Namespace, revision: revisionOfIstiod(v)}
					found[p], shared[p] = true, istiodVariable(v, config.SharedVariable)
				}
			case *admissionv1.MutatingWebhookConfiguration:
				if p, ok := r.planeOf(v); ok {
					found[p] = true
				}
			case *corev1.Pod:
				injected[injectedBy(v)] = true
			}
		}
	}
	list := slices.SortedFunc(func(yield func(plane) bool) {
		for p := range found {
			p.shared = shared[p]
			if (r.o.IstioNamespace == "" || r.o.IstioNamespace == p.namespace) && !yield(p) {
				return
			}
		}
	}, plane.compare)
	if r.serves.noGroup(networking) && len(list) == 0 {
		return nil
	}
	return append(list, r.guess(list, injected)...)
}

// guess are control planes that nothing but the pods that they injected shows, or nothing
// at all: one has to be there where Istio's kinds are.
func (r *reader) guess(list []plane, injected map[string]bool) []plane {
	namespace := cmp.Or(r.o.IstioNamespace, resolve.DefaultRootNamespace)
	if len(list) > 0 {
		namespace = list[0].namespace
	} else {
		injected[resolve.DefaultRevision] = true
	}
	var more []plane
	for revision := range injected {
		known := slices.ContainsFunc(list, func(p plane) bool { return p.revision == revision })
		if revision != "" && !known {
			more = append(more, plane{namespace: namespace, revision: revision, guessed: true})
		}
	}
	slices.SortFunc(more, plane.compare)
	return more
}

func (p plane) compare(o plane) int {
	return strings.Compare(p.namespace+"/"+p.revision, o.namespace+"/"+o.revision)
}

// revisionOfIstiod is what an istiod calls itself.
func revisionOfIstiod(c *resolve.Controller) string {
	if label := c.Labels[resolve.RevisionLabel]; label != "" {
		return label
	}
	return cmp.Or(istiodVariable(c, "REVISION"), resolve.DefaultRevision)
}

// istiodVariable is a variable of an istiod's environment, "" where it is not set.
func istiodVariable(c *resolve.Controller, name string) string {
	for _, container := range c.Template.Spec.Containers {
		for _, e := range container.Env {
			if e.Name == name && e.Value != "" {
				return e.Value
			}
		}
	}
	return ""
}

// planeOf is the istiod that an injection webhook calls. One that is called by a URL runs
// elsewhere; what it is configured with is then looked for in Istio's namespace.
func (r *reader) planeOf(w *admissionv1.MutatingWebhookConfiguration) (p plane, ok bool) {
	if w.Labels["app"] != "sidecar-injector" || w.Labels[resolve.RevisionLabel] == "" {
		return plane{}, false
	}
	p = plane{namespace: cmp.Or(r.o.IstioNamespace, resolve.DefaultRootNamespace), revision: w.Labels[resolve.RevisionLabel]}
	for _, h := range w.Webhooks {
		if s := h.ClientConfig.Service; s != nil {
			p.namespace = s.Namespace
			break
		}
	}
	return p, len(w.Webhooks) > 0
}

// injectedBy is the revision that injected a pod, "" for none.
func injectedBy(p *corev1.Pod) string {
	text, injected := p.Annotations[resolve.SidecarStatusAnnotation]
	if !injected {
		return ""
	}
	var status struct {
		Revision string `json:"revision"`
	}
	if json.Unmarshal([]byte(text), &status) != nil {
		return ""
	}
	return status.Revision
}

// ControlPlane is one istiod of a cluster.
type ControlPlane struct{ Namespace, Revision string }

// ControlPlanes are those that the injection webhooks of a cluster name, sorted; none where
// there are no webhooks. It fails where the webhooks cannot be listed.
func ControlPlanes(ctx context.Context, o Options) ([]ControlPlane, error) {
	a, err := newAPI(o.Config, o.MaxAnswer)
	if err != nil {
		return nil, unreachable(ctx, o, err)
	}
	list, err := (&reader{o: o, api: a}).named(ctx)
	if err != nil {
		return nil, unreachable(ctx, o, err)
	}
	var all []ControlPlane
	for _, p := range list {
		all = append(all, ControlPlane{p.namespace, p.revision})
	}
	return all, nil
}

// named are the control planes that the webhooks name.
func (r *reader) named(ctx context.Context) ([]plane, error) {
	if r.o.ChunkSize <= 0 {
		r.o.ChunkSize = 500
	}
	i := slices.IndexFunc(kindsListed, func(l listed) bool { return l.kind == resolve.KindMutatingWebhook })
	b, err := r.list(ctx, kindsListed[i], "")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(r.planes([]*manifest.Batch{b}), func(p plane) bool { return p.guessed }), nil
}

// asked are the control planes that a question about rights is about: the named ones, those
// of the revisions given, and where there are neither the one of the default revision. Who
// may not list webhooks lacks that right, and is told so by name.
func (r *reader) asked(ctx context.Context, revisions []string) []plane {
	list, _ := r.named(ctx)
	if len(list) == 0 {
		list = r.guess(nil, map[string]bool{})
	}
	for _, revision := range revisions {
		if !slices.ContainsFunc(list, func(p plane) bool { return p.revision == revision }) {
			list = append(list, plane{namespace: list[0].namespace, revision: revision})
		}
	}
	return list
}
