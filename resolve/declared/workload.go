package declared

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// saidByWorkloads are the dependencies that workloads declare themselves.
func (m reader) saidByWorkloads() []*Call {
	maps, shared := m.configMaps(), m.sharedMaps()
	found := make([][]*Call, len(m.Workloads()))
	parallel.Do(len(m.Workloads()), 256, func(i int) {
		w := m.Workloads()[i]
		for _, s := range slices.Concat(w.Sayings, mounted(w, maps, shared)) {
			if d := m.dependency(w, s); d != nil {
				found[i] = append(found[i], d)
			}
		}
	})
	return slices.Concat(found...)
}

func (m reader) configMaps() map[resolve.Ref]resolve.Object {
	maps := map[resolve.Ref]resolve.Object{}
	for _, o := range m.Objects(resolve.KindConfigMap) {
		maps[o.Ref()] = o
	}
	return maps
}

// sharedMaps are the ConfigMaps that several workloads are given whole.
func (m reader) sharedMaps() map[resolve.Ref]bool {
	user, shared := map[resolve.Ref]resolve.Ref{}, map[resolve.Ref]bool{}
	for _, w := range m.Workloads() {
		for _, use := range w.Mounts {
			ref := resolve.Ref{Kind: resolve.KindConfigMap, Namespace: w.Ref.Namespace, Name: use.Name}
			if first, used := user[ref]; use.Key == "" && used && first != w.Ref {
				shared[ref] = true
			} else if use.Key == "" {
				user[ref] = w.Ref
			}
		}
	}
	return shared
}

// mounted are the hosts that the ConfigMaps of a workload name.
func mounted(w *inbound.Workload, configured map[resolve.Ref]resolve.Object, shared map[resolve.Ref]bool) []pod.Saying {
	var out []pod.Saying
	for _, use := range w.Mounts {
		o, ok := configured[resolve.Ref{Kind: resolve.KindConfigMap, Namespace: w.Ref.Namespace, Name: use.Name}]
		if !ok {
			continue
		}
		data := o.Value.(*pod.ConfigMap).Data
		for _, key := range slices.Sorted(maps.Keys(data)) {
			if use.Key != "" && use.Key != key {
				continue
			}
			for _, r := range data[key].References {
				s := pod.Saying{Reference: r, Says: "key " + key + " of ConfigMap " + use.Name + ", " + use.Says, By: o.Ref(), At: resolve.Place{Origin: o.Origin, Field: resolve.Path("data", key)}, Handed: use.Key == "" && shared[o.Ref()], Init: use.Init, Before: use.Before, AsProxy: use.AsProxy}
				if s.Below = r.Line; data[key].Block {
					s.Below++
				}
				out = append(out, s)
			}
		}
	}
	return out
}

// dependency is what a saying comes to, nil where it names no host of the mesh.
func (m reader) dependency(w *inbound.Workload, s pod.Saying) *Call {
	h, port := m.hostOf(s.Reference, w.Ref.Namespace)
	if h == nil {
		return nil
	}
	return &Call{Client: w, Host: h, Port: port, Scheme: s.Scheme, Way: early(w, &s), Says: s.Says, By: s.By, Origin: s.At.Origin, Field: s.At.Field, Below: s.Below, Handed: s.Handed}
}

// early is how a container dials that a saying is of: an init container runs before an ordinary
// sidecar, and after a native one that stands before it (1.6); one that runs as the proxy is never
// captured (3.1.1).
func early(w *inbound.Workload, s *pod.Saying) Way {
	switch d := w.Membership.Dataplane; {
	case s.AsProxy && (s.Init || !w.AllAsProxy) && (d == resolve.DataplaneSidecar || d == resolve.DataplaneUnknown):
		return AsProxy // of the rest of the pod only what this container sends is not captured
	case !s.Init || d != resolve.DataplaneSidecar && d != resolve.DataplaneUnknown:
		return ByName
	case s.Before || w.Native == inbound.NeverNative && d == resolve.DataplaneSidecar:
		return BeforeProxy
	case w.Native == inbound.AlwaysNative && d == resolve.DataplaneSidecar:
		return ByName
	}
	return PerhapsBeforeProxy
}
