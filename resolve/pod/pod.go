package pod

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// proxyContainer is the name of Istio's own container, in sidecars and gateways
// alike (1.3).
const proxyContainer = "istio-proxy"

// Pod is what the resolver needs of a pod or of a template that makes pods.
type Pod struct {
	name        string
	Namespace   string
	Labels      map[string]string
	Annotations map[string]string
	// Meta and spec say where the metadata and the pod spec stand in the object.
	Meta           resolve.Field
	Spec           resolve.Field
	Origin         resolve.Origin
	HostNetwork    bool
	ServiceAccount string
	Ports          []ContainerPort
	proxy          *proxyRole
	// running is true for a pod that a cluster reported, false for a manifest.
	running   bool
	addresses []string
	PodSpec   *corev1.PodSpec
	created   time.Time
}

// ContainerPort is one declared port.
type ContainerPort struct {
	Number int32
	Name   string
	UDP    bool
}

// proxyRole describes Istio's container in a pod.
type proxyRole struct {
	native bool   // an init container (1.6)
	role   string // "sidecar", "router", "waypoint": the second argument of the agent
}

// PodOf reads a running pod.
func PodOf(o config.Typed[*corev1.Pod]) *Pod {
	p := newPod(&o.As.ObjectMeta, &o.As.Spec, o.Origin, "")
	p.created = o.As.CreationTimestamp.Time
	p.running = o.As.Status.Phase != "" || o.As.Spec.NodeName != ""
	p.proxy = proxyOf(&o.As.Spec, p.running || p.injectedAlready())
	for _, ip := range o.As.Status.PodIPs {
		p.addresses = append(p.addresses, ip.IP)
	}
	if len(p.addresses) == 0 && o.As.Status.PodIP != "" {
		p.addresses = []string{o.As.Status.PodIP}
	}
	return p
}

// TemplateOf is the pod that a controller makes.
func TemplateOf(o config.Typed[*resolve.Controller]) *Pod {
	p := newPod(&o.As.Template.ObjectMeta, &o.As.Template.Spec, o.Origin, o.As.TemplateField)
	p.Namespace = o.As.Namespace
	p.proxy = proxyOf(&o.As.Template.Spec, p.injectedAlready())
	return p
}

// injectedAlready reports a pod spec that went through the injector, by webhook or
// by hand.
func (p *Pod) injectedAlready() bool {
	_, ok := p.Annotations[resolve.SidecarStatusAnnotation]
	return ok
}

func newPod(meta *metav1.ObjectMeta, spec *corev1.PodSpec, origin resolve.Origin, at resolve.Field) *Pod {
	p := &Pod{
		name: meta.Name, Namespace: meta.Namespace, Labels: meta.Labels, Annotations: withoutLastApplied(meta.Annotations),
		Meta: below(at, "metadata"), Spec: below(at, "spec"), Origin: origin,
		HostNetwork: spec.HostNetwork, ServiceAccount: cmp.Or(spec.ServiceAccountName, spec.DeprecatedServiceAccount, "default"),
	}
	p.declarePorts(spec)
	p.PodSpec = spec
	return p
}

func below(f resolve.Field, segment string) resolve.Field { return f.Child(segment) }

func withoutLastApplied(annotations map[string]string) map[string]string {
	if _, ok := annotations[resolve.LastApplied]; !ok {
		return annotations
	}
	kept := make(map[string]string, len(annotations))
	for k, v := range annotations {
		if k != resolve.LastApplied {
			kept[k] = v
		}
	}
	return kept
}

// proxyOf finds Istio's container among the containers and init containers. complete
// is true where the injector has done its work, so that the container is all it
// will be.
func proxyOf(spec *corev1.PodSpec, complete bool) *proxyRole {
	if c := containerNamed(spec.Containers, proxyContainer); c != nil {
		role := &proxyRole{role: roleOf(c, complete || len(spec.Containers) == 1)}
		if role.role == "sidecar" && len(spec.Containers) == 1 {
			role.role = "router" // there is nothing that it could be beside
		}
		return role
	}
	if c := containerNamed(spec.InitContainers, proxyContainer); c != nil {
		return &proxyRole{role: roleOf(c, complete), native: true}
	}
	return nil
}

func containerNamed(list []corev1.Container, name string) *corev1.Container {
	i := slices.IndexFunc(list, func(c corev1.Container) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// roleOf reads "proxy router" or "proxy sidecar" from the agent's arguments. A
// container without them in a template only says how the injected one should
// differ: it proves nothing (1.3).
func roleOf(c *corev1.Container, complete bool) string {
	if len(c.Args) > 1 && c.Args[0] == "proxy" && !strings.HasPrefix(c.Args[1], "-") {
		return c.Args[1]
	}
	handWritten := len(c.Args) > 0 && c.Args[0] == "proxy" // older installers leave the role out
	if c.Image == "auto" || !complete && !handWritten {
		return ""
	}
	return "sidecar"
}

// declarePorts lists the application's ports; those of Istio's own container are
// left out unless the proxy is all there is, as in a gateway.
func (p *Pod) declarePorts(spec *corev1.PodSpec) {
	alone := len(spec.Containers) == 1
	for i := range spec.Containers {
		if c := &spec.Containers[i]; c.Name != proxyContainer || alone {
			p.addPorts(c)
		}
	}
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways && c.Name != proxyContainer {
			p.addPorts(c)
		}
	}
}

func (p *Pod) addPorts(c *corev1.Container) {
	for _, port := range c.Ports {
		p.Ports = append(p.Ports, ContainerPort{port.ContainerPort, port.Name, port.Protocol == corev1.ProtocolUDP})
	}
}

// Named resolves a named target port, first container first (1.6). ok is false
// when no container declares it.
func (p *Pod) Named(name string, udp bool) (int32, bool) {
	for _, c := range p.Ports {
		if c.Name == name && c.UDP == udp {
			return c.Number, true
		}
	}
	return 0, false
}

// Label is where one pod label is written.
func (p *Pod) Label(key string) resolve.Place {
	return resolve.Place{Origin: p.Origin, Field: below(p.Meta, "labels").Child(key)}
}

// Annotation is where one pod annotation is written.
func (p *Pod) Annotation(key string) resolve.Place {
	return resolve.Place{Origin: p.Origin, Field: below(p.Meta, "annotations").Child(key)}
}

// inSpec is where a field of the pod spec is written.
func (p *Pod) inSpec(key string) resolve.Place {
	return resolve.Place{Origin: p.Origin, Field: below(p.Spec, key)}
}

// StatusPort is where the agent answers, unless an annotation moves it.
func StatusPort(p *Pod) int32 {
	if p.Annotations[resolve.StatusPortAnnotation] == "" {
		return resolve.AgentStatusPort // the usual case, without the cost of a parse error
	}
	if n, err := strconv.ParseUint(p.Annotations[resolve.StatusPortAnnotation], 10, 16); err == nil {
		return int32(n)
	}
	return resolve.AgentStatusPort
}

// HasProxy reports a pod, or a template that went through the injector, with Istio's sidecar
// among its containers.
func (p *Pod) HasProxy() bool { return p.proxy != nil && p.proxy.role == "sidecar" }
