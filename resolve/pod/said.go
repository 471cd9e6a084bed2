package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
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

// Saying is a host that a pod names, and where.
type Saying struct {
	reference.Reference
	Says string
	By   resolve.Ref
	At   resolve.Place
	// Below counts the lines between the field and the text.
	Below int
	// Init is true for an init container that ends before the application begins; Before is true
	// where it stands before the proxy of a pod that has its proxy among them.
	Init, Before bool
	// AsProxy is true for a container whose traffic is taken for the proxy's own.
	AsProxy bool
	// Handed is true for text of a ConfigMap that several are given whole.
	Handed bool
}

// Mount is a ConfigMap that a pod uses, or one key of it.
type Mount struct {
	Name, Key string
	// Init, Before and AsProxy are those of a Saying.
	Init, Before, AsProxy bool
	// variable is what the key becomes in the environment, "" for a file.
	variable string
	Says     string
	of       string // the container that has it in its environment, "" for a volume
}

// SaidIn are the hosts that the containers of a pod name. Istio's own container speaks
// of Istio only.
func (p *Pod) SaidIn(by resolve.Ref) []Saying {
	if p.PodSpec == nil {
		return nil
	}
	var out []Saying
	for _, list := range []struct {
		field      string
		containers []corev1.Container
	}{{"containers", p.PodSpec.Containers}, {"initContainers", p.PodSpec.InitContainers}} {
		for i := range list.containers {
			c := &list.containers[i]
			if c.Name == proxyContainer {
				continue
			}
			at := below(p.Spec, list.field).Index(i)
			for _, s := range reference.OfContainer(c) {
				field := at.Child(s.List).Index(s.Index)
				says := s.List + " of container " + c.Name
				if s.List == "env" {
					field, says = field.Child("value"), "env "+c.Env[s.Index].Name+" of container "+c.Name
				}
				one := Saying{Reference: s.Reference, Says: says, By: by, At: resolve.Place{Origin: p.Origin, Field: field}, AsProxy: p.isAsProxy(c)}
				if list.field == "initContainers" && !stays(c) {
					one.Init, one.Before = true, p.proxyBehind(i)
				}
				out = append(out, one)
			}
		}
	}
	return out
}

// Mounts are the ConfigMaps that a pod uses.
func (p *Pod) Mounts() []Mount {
	if p.PodSpec == nil {
		return nil
	}
	var out []Mount
	for i := range p.PodSpec.Volumes {
		v := &p.PodSpec.Volumes[i]
		if v.ConfigMap != nil {
			out = append(out, Mount{Name: v.ConfigMap.Name, Says: "volume " + v.Name})
		}
		if v.Projected != nil {
			for _, s := range v.Projected.Sources {
				if s.ConfigMap != nil {
					out = append(out, Mount{Name: s.ConfigMap.Name, Says: "volume " + v.Name})
				}
			}
		}
	}
	for _, list := range [][]corev1.Container{p.PodSpec.Containers, p.PodSpec.InitContainers} {
		for i := range list {
			if list[i].Name == proxyContainer {
				continue
			}
			for _, m := range environmentOf(&list[i]) {
				m.AsProxy = p.isAsProxy(&list[i])
				out = append(out, m)
			}
		}
	}
	return p.initMounts(out)
}

// initMounts marks the environments of init containers: which are told by the container that
// they name.
func (p *Pod) initMounts(all []Mount) []Mount {
	for i := range p.PodSpec.InitContainers {
		c := &p.PodSpec.InitContainers[i]
		for j := range all {
			if !stays(c) && all[j].of == c.Name {
				all[j].Init, all[j].Before = true, p.proxyBehind(i)
			}
		}
	}
	return all
}

// stays reports an init container that goes on running beside the application: it asks again
// where its first dials failed.
func stays(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// proxyBehind reports that Istio's container is an init container that comes after one of them.
func (p *Pod) proxyBehind(at int) bool {
	i := slices.IndexFunc(p.PodSpec.InitContainers, func(c corev1.Container) bool { return c.Name == proxyContainer })
	return i > at
}

// environmentOf are the ConfigMaps in a container's environment.
func environmentOf(c *corev1.Container) []Mount {
	var out []Mount
	for _, e := range c.EnvFrom {
		if e.ConfigMapRef != nil {
			out = append(out, Mount{Name: e.ConfigMapRef.Name, Says: "envFrom of container " + c.Name, of: c.Name})
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom != nil && e.ValueFrom.ConfigMapKeyRef != nil {
			ref := e.ValueFrom.ConfigMapKeyRef
			out = append(out, Mount{Name: ref.Name, Key: ref.Key, variable: e.Name, Says: "env " + e.Name + " of container " + c.Name, of: c.Name})
		}
	}
	return out
}
