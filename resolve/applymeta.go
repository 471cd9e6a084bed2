package resolve

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// keepMeta gives an applied object what only the cluster knew: its age, its owners,
// and the labels and annotations that the file does not set.
func (a *applying) keepMeta(o, was Object) {
	if t := o.Value.GetCreationTimestamp(); t.IsZero() {
		o.Value.SetCreationTimestamp(was.Value.GetCreationTimestamp())
	}
	if len(o.Value.GetOwnerReferences()) == 0 {
		o.Value.SetOwnerReferences(was.Value.GetOwnerReferences())
	}
	last := lastAppliedOf(was)
	labels, kept := merged(o.Value.GetLabels(), was.Value.GetLabels(), last.Metadata.Labels)
	o.Value.SetLabels(labels)
	for _, key := range kept {
		a.remarkKept(o, "label", key, labels[key])
	}
	annotations, kept := merged(o.Value.GetAnnotations(), was.Value.GetAnnotations(), last.Metadata.Annotations)
	o.Value.SetAnnotations(annotations)
	for _, key := range kept {
		a.remarkKept(o, "annotation", key, annotations[key])
	}
}

// lastAppliedText is the part of kubectl's last-applied-configuration that is kept of
// a cluster, and read.
type lastAppliedText struct {
	Metadata struct {
		Labels      map[string]string `json:"labels,omitempty"`
		Annotations map[string]string `json:"annotations,omitempty"`
	} `json:"metadata"`
}

// lastAppliedOf says what the file held that an object was last applied from; empty
// where nobody wrote it down.
func lastAppliedOf(o Object) (last lastAppliedText) {
	if text := o.Value.GetAnnotations()[lastApplied]; text != "" {
		_ = json.Unmarshal([]byte(text), &last) // what cannot be read says nothing
	}
	return last
}

// merged is what kubectl apply makes of a map: the file's keys, and those of the
// cluster that the last file did not have. kept are the latter, sorted, where they
// mean something to Istio.
func merged(file, cluster, last map[string]string) (all map[string]string, kept []string) {
	all = maps.Clone(file)
	for _, key := range sortedKeys(cluster) {
		_, set := file[key]
		_, dropped := last[key]
		if set || dropped || key == lastApplied {
			continue
		}
		if all == nil {
			all = map[string]string{}
		}
		all[key] = cluster[key]
		if key == injectionLabel || strings.Contains(key, "istio.io/") {
			kept = append(kept, key)
		}
	}
	return all, kept
}

func (a *applying) remarkKept(o Object, what, key, value string) {
	ref := o.Ref()
	a.remarks = append(a.remarks, Problem{
		Position: o.Origin.At(""), Ref: ref,
		Message: fmt.Sprintf("%s keeps its %s %s=%s: the file does not set it, and nothing says that an earlier one did", ref, what, key, value),
		Hint:    fmt.Sprintf("if it shall go: kubectl %s %s %s-", what, strings.ToLower(ref.Kind.Word())+"/"+ref.Name+inNamespace(ref), key),
	})
}

func inNamespace(r Ref) string {
	if r.Namespace == "" {
		return ""
	}
	return " -n " + r.Namespace
}

// remarkInjection says that pods which run keep their proxies, or go on without one,
// whatever becomes of the labels of their namespace.
func (a *applying) remarkInjection(o Object, was map[string]string) {
	is := o.Value.GetLabels()
	if a.Restart || was[injectionLabel] == is[injectionLabel] && was[revisionLabel] == is[revisionLabel] {
		return
	}
	for _, p := range a.base {
		if p.Kind == KindPod && p.Value.GetNamespace() == o.Value.GetName() {
			a.remarks = append(a.remarks, Problem{
				Position: o.Origin.At(Path("metadata", "labels")), Ref: o.Ref(),
				Message: o.Ref().String() + " changes who is injected, and its running pods stay as they are until they are restarted",
				Hint:    "--restarted shows what they become then",
			})
			return
		}
	}
}

// staleServices are the Services whose EndpointSlices no longer tell what is behind
// them: what their selectors pick has to be looked up.
func (a *applying) staleServices() map[Ref]bool {
	stale := map[Ref]bool{}
	selecting := map[string][]*corev1.Service{}
	for _, list := range [][]Object{a.base, a.Apply} {
		for _, o := range list {
			v, ok := o.Value.(*corev1.Service)
			if !ok {
				continue
			}
			old, _ := a.was[o.Ref()].Value.(*corev1.Service)
			if a.removed[o.Ref()] || old != nil && old != v && !sameBackends(old, v) {
				stale[o.Ref()] = true
			}
			if len(v.Spec.Selector) > 0 {
				selecting[v.Namespace] = append(selecting[v.Namespace], v)
			}
		}
	}
	for _, t := range a.touched {
		for _, s := range selecting[t.namespace] {
			if selects(s.Spec.Selector, t.labels) {
				stale[Ref{KindService, s.Namespace, s.Name}] = true
			}
		}
	}
	return stale
}

// sameBackends reports Services whose EndpointSlices would be the same. One without a
// selector has slices that somebody else writes.
func sameBackends(a, b *corev1.Service) bool {
	if len(b.Spec.Selector) == 0 {
		return true
	}
	if !maps.Equal(a.Spec.Selector, b.Spec.Selector) || len(a.Spec.Ports) != len(b.Spec.Ports) {
		return false
	}
	for i := range a.Spec.Ports {
		p, q := &a.Spec.Ports[i], &b.Spec.Ports[i]
		if p.Name != q.Name || p.Port != q.Port || targetOf(p) != targetOf(q) {
			return false
		}
	}
	return true
}

// targetOf is a target port, which is the port itself where none is given.
func targetOf(p *corev1.ServicePort) string {
	if t := p.TargetPort.String(); t != "0" && t != "" {
		return t
	}
	return fmt.Sprint(p.Port)
}

// backed is the Service that an EndpointSlice or an Endpoints object is of.
func backed(o Object) (service Ref, ok bool) {
	switch o.Kind {
	case KindEndpointSlice:
		name := o.Value.GetLabels()[discoveryv1.LabelServiceName]
		return Ref{KindService, o.Value.GetNamespace(), name}, name != ""
	case KindEndpoints:
		return Ref{KindService, o.Value.GetNamespace(), o.Value.GetName()}, true
	}
	return Ref{}, false
}
