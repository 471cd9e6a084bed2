package resolve

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve/parallel"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// ConfigMap is what the data of a ConfigMap names: hosts, and nothing else of it.
type ConfigMap struct {
	metav1.ObjectMeta
	// Data are the references of each key; Block is true for a value that begins on the
	// line below its key.
	Data map[string]ConfigValue
}

// ConfigValue is one value of a ConfigMap. The zero ConfigValue names no host.
type ConfigValue struct {
	References []reference.Reference
	// Block is true for a value that begins on the line below its key.
	Block bool
}

// saying is a host that a pod names, and where.
type saying struct {
	reference.Reference
	says string
	by   Ref
	at   place
	// below counts lines, as Dependency.Below.
	below  int
	handed bool // see Dependency.Handed
}

// mount is a ConfigMap that a pod uses, or one key of it.
type mount struct {
	name, key string
	// variable is what the key becomes in the environment, "" for a file.
	variable string
	says     string
}

// saidIn are the hosts that the containers of a pod name. Istio's own container speaks
// of Istio only.
func (p *pod) saidIn(by Ref) []saying {
	if p.podSpec == nil {
		return nil
	}
	var out []saying
	for _, list := range []struct {
		field      string
		containers []corev1.Container
	}{{"containers", p.podSpec.Containers}, {"initContainers", p.podSpec.InitContainers}} {
		for i := range list.containers {
			c := &list.containers[i]
			if c.Name == proxyContainer {
				continue
			}
			at := below(p.spec, list.field).Index(i)
			for _, s := range reference.OfContainer(c) {
				field := at.Child(s.List).Index(s.Index)
				says := s.List + " of container " + c.Name
				if s.List == "env" {
					field, says = field.Child("value"), "env "+c.Env[s.Index].Name+" of container "+c.Name
				}
				out = append(out, saying{Reference: s.Reference, says: says, by: by, at: place{p.origin, field}})
			}
		}
	}
	return out
}

// mounts are the ConfigMaps that a pod uses.
func (p *pod) mounts() []mount {
	if p.podSpec == nil {
		return nil
	}
	var out []mount
	for i := range p.podSpec.Volumes {
		v := &p.podSpec.Volumes[i]
		if v.ConfigMap != nil {
			out = append(out, mount{name: v.ConfigMap.Name, says: "volume " + v.Name})
		}
		if v.Projected != nil {
			for _, s := range v.Projected.Sources {
				if s.ConfigMap != nil {
					out = append(out, mount{name: s.ConfigMap.Name, says: "volume " + v.Name})
				}
			}
		}
	}
	for _, list := range [][]corev1.Container{p.podSpec.Containers, p.podSpec.InitContainers} {
		for i := range list {
			if list[i].Name != proxyContainer {
				out = append(out, environmentOf(&list[i])...)
			}
		}
	}
	return out
}

// environmentOf are the ConfigMaps in a container's environment.
func environmentOf(c *corev1.Container) []mount {
	var out []mount
	for _, e := range c.EnvFrom {
		if e.ConfigMapRef != nil {
			out = append(out, mount{name: e.ConfigMapRef.Name, says: "envFrom of container " + c.Name})
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom != nil && e.ValueFrom.ConfigMapKeyRef != nil {
			ref := e.ValueFrom.ConfigMapKeyRef
			out = append(out, mount{name: ref.Name, key: ref.Key, variable: e.Name, says: "env " + e.Name + " of container " + c.Name})
		}
	}
	return out
}

// saidByWorkloads are the dependencies that workloads declare themselves.
func (m *Mesh) saidByWorkloads() []*Dependency {
	maps, shared := m.configMaps(), m.sharedMaps()
	found := make([][]*Dependency, len(m.workloads))
	parallel.Do(len(m.workloads), 256, func(i int) {
		w := m.workloads[i]
		for _, s := range slices.Concat(w.sayings, w.mounted(maps, shared)) {
			if d := m.dependency(w, s); d != nil {
				found[i] = append(found[i], d)
			}
		}
	})
	return slices.Concat(found...)
}

func (m *Mesh) configMaps() map[Ref]Object {
	maps := map[Ref]Object{}
	for _, o := range m.others[KindConfigMap] {
		maps[o.Ref()] = o
	}
	return maps
}

// sharedMaps are the ConfigMaps that several workloads are given whole.
func (m *Mesh) sharedMaps() map[Ref]bool {
	user, shared := map[Ref]Ref{}, map[Ref]bool{}
	for _, w := range m.workloads {
		for _, use := range w.mounts {
			ref := Ref{KindConfigMap, w.Ref.Namespace, use.name}
			if first, used := user[ref]; use.key == "" && used && first != w.Ref {
				shared[ref] = true
			} else if use.key == "" {
				user[ref] = w.Ref
			}
		}
	}
	return shared
}

// mounted are the hosts that the ConfigMaps of a workload name.
func (w *Workload) mounted(configured map[Ref]Object, shared map[Ref]bool) []saying {
	var out []saying
	for _, use := range w.mounts {
		o, ok := configured[Ref{KindConfigMap, w.Ref.Namespace, use.name}]
		if !ok {
			continue
		}
		data := o.Value.(*ConfigMap).Data
		for _, key := range slices.Sorted(maps.Keys(data)) {
			if use.key != "" && use.key != key {
				continue
			}
			for _, r := range data[key].References {
				s := saying{Reference: r, says: "key " + key + " of ConfigMap " + use.name + ", " + use.says, by: o.Ref(), at: place{o.Origin, Path("data", key)}, handed: use.key == "" && shared[o.Ref()]}
				if s.below = r.Line; data[key].Block {
					s.below++
				}
				out = append(out, s)
			}
		}
	}
	return out
}

// dependency is what a saying comes to, nil where it names no host of the mesh.
func (m *Mesh) dependency(w *Workload, s saying) *Dependency {
	h, port := m.meant(s.Reference, w.Ref.Namespace)
	if h == nil {
		return nil
	}
	return &Dependency{Client: w, Host: h, Port: port, Says: s.says, By: s.by, Origin: s.at.origin, Field: s.at.field, Below: s.below, Handed: s.handed}
}
