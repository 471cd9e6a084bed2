package trim

import (
	"cmp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// Meta keeps names, labels, owners and ages, and the annotations of Istio.
func Meta(m *metav1.ObjectMeta, full bool) metav1.ObjectMeta {
	out := metav1.ObjectMeta{Name: m.Name, Namespace: m.Namespace, Labels: m.Labels, Annotations: m.Annotations, CreationTimestamp: m.CreationTimestamp}
	if !full {
		out.Annotations = istioOnly(m.Annotations)
	}
	for _, o := range m.OwnerReferences {
		if o.Controller != nil && *o.Controller {
			out.OwnerReferences = append(out.OwnerReferences, metav1.OwnerReference{APIVersion: o.APIVersion, Kind: o.Kind, Name: o.Name, Controller: o.Controller})
		}
	}
	return out
}

// isOurs reports an annotation that Istio or this tool reads. That there is one may say
// something even where its value is not shown.
func isOurs(annotation string) bool {
	return strings.Contains(annotation, "istio.io/") || public.Annotation(annotation)
}

// istioOnly keeps the annotations that Istio and this tool read.
func istioOnly(annotations map[string]string) map[string]string {
	var out map[string]string
	for k, v := range annotations {
		if !isOurs(k) {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		if k == public.ProxyConfig {
			v = ProxyConfig(v)
		}
		out[k] = v
	}
	return out
}

// Pod is a pod without what no answer depends on; full keeps all of its metadata and spec.
func Pod(p *corev1.Pod, full bool) *corev1.Pod {
	out := &corev1.Pod{ObjectMeta: Meta(&p.ObjectMeta, full), Spec: p.Spec}
	if !full {
		out.Spec = trimSpec(&p.Spec, false)
	}
	out.Spec.NodeName = p.Spec.NodeName
	out.Status = corev1.PodStatus{Phase: p.Status.Phase, PodIPs: p.Status.PodIPs}
	if len(p.Status.PodIPs) == 0 {
		out.Status.PodIP = p.Status.PodIP
	}
	if IsIstiod(&p.ObjectMeta) {
		out.Status.ContainerStatuses = starts(p.Status.ContainerStatuses)
	}
	return out
}

// starts keep since when istiod runs: it goes by the policies that it found then (2C.7).
func starts(list []corev1.ContainerStatus) (out []corev1.ContainerStatus) {
	for i := range list {
		if c := &list[i]; c.State.Running != nil {
			out = append(out, corev1.ContainerStatus{Name: c.Name, State: corev1.ContainerState{Running: c.State.Running}})
		}
	}
	return out
}

// trimSpec keeps who the pod is, its containers' ports, what tells Istio's own
// container from the others, and the hosts that the others name. The rest of their
// environments is left out, but for the switches of istiod.
func trimSpec(s *corev1.PodSpec, istiod bool) corev1.PodSpec {
	return corev1.PodSpec{
		HostNetwork: s.HostNetwork, ServiceAccountName: s.ServiceAccountName, OS: s.OS, NodeSelector: osOnly(s.NodeSelector),
		Containers: trimContainers(s.Containers, istiod), InitContainers: trimContainers(s.InitContainers, false),
		SecurityContext: trimPodSecurity(s.SecurityContext),
	}
}

// osOnly keeps of a node selector the operating system.
func osOnly(selector map[string]string) map[string]string {
	const key = resolve.OSLabel
	if os, ok := selector[key]; ok {
		return map[string]string{key: os}
	}
	return nil
}

func trimContainers(list []corev1.Container, istiod bool) []corev1.Container {
	if len(list) == 0 {
		return nil
	}
	out := make([]corev1.Container, len(list))
	for i := range list {
		c := &list[i]
		out[i] = corev1.Container{
			Name: c.Name, RestartPolicy: c.RestartPolicy, Ports: trimPorts(c.Ports),
			SecurityContext: trimSecurity(c.SecurityContext),
			LivenessProbe:   trimProbe(c.LivenessProbe), ReadinessProbe: trimProbe(c.ReadinessProbe), StartupProbe: trimProbe(c.StartupProbe),
		}
		if c.Name != "istio-proxy" {
			out[i].Env, out[i].Args, out[i].Command = reference.ReduceContainer(c, nil)
		} else {
			out[i].Args = c.Args[:min(len(c.Args), 2)]
			if c.Image == "auto" {
				out[i].Image = c.Image
			}
		}
		if istiod {
			out[i].Env = append(switches(c.Env), out[i].Env...)
		}
		if istiod || c.Name == "istio-proxy" {
			out[i].Image = cmp.Or(out[i].Image, versioned(c.Image))
		}
	}
	return out
}

// versioned is the image of a proxy or an istiod without its registry, "" for one that does not
// say its version.
func versioned(image string) string {
	if _, ok := release.OfImage(image); !ok {
		return ""
	}
	return image[strings.LastIndexByte(image, '/')+1:]
}

func trimPorts(list []corev1.ContainerPort) []corev1.ContainerPort {
	if len(list) == 0 {
		return nil
	}
	out := make([]corev1.ContainerPort, len(list))
	for i := range list {
		out[i] = corev1.ContainerPort{Name: list[i].Name, ContainerPort: list[i].ContainerPort, Protocol: list[i].Protocol}
	}
	return out
}

// switches keeps of istiod's environment what answers depend on (rulebook 9.2).
func switches(env []corev1.EnvVar) []corev1.EnvVar {
	var out []corev1.EnvVar
	for _, e := range env {
		if e.ValueFrom == nil && public.Switch(e.Name) {
			out = append(out, corev1.EnvVar{Name: e.Name, Value: e.Value})
		}
	}
	return out
}

// Service is a Service without what no answer depends on; full keeps all of its metadata.
func Service(s *corev1.Service, full bool) *corev1.Service {
	out := &corev1.Service{ObjectMeta: Meta(&s.ObjectMeta, full), Spec: s.Spec}
	for _, i := range s.Status.LoadBalancer.Ingress { // an east-west gateway without address is none
		out.Status.LoadBalancer.Ingress = append(out.Status.LoadBalancer.Ingress, corev1.LoadBalancerIngress{IP: i.IP, Hostname: i.Hostname})
	}
	if full {
		return out
	}
	KeepApplied(&out.ObjectMeta, &s.ObjectMeta, servicePart)
	out.Spec = corev1.ServiceSpec{
		Type: s.Spec.Type, ClusterIP: s.Spec.ClusterIP, ExternalName: s.Spec.ExternalName, Selector: s.Spec.Selector,
		ExternalIPs: s.Spec.ExternalIPs,
		Ports:       make([]corev1.ServicePort, len(s.Spec.Ports)),
	}
	for i := range s.Spec.Ports {
		p := &s.Spec.Ports[i]
		out.Spec.Ports[i] = corev1.ServicePort{Name: p.Name, Protocol: p.Protocol, AppProtocol: p.AppProtocol, Port: p.Port, TargetPort: p.TargetPort}
	}
	return out
}

// Slice is an EndpointSlice without what no answer depends on.
func Slice(s *discoveryv1.EndpointSlice, full bool) *discoveryv1.EndpointSlice {
	out := &discoveryv1.EndpointSlice{ObjectMeta: Meta(&s.ObjectMeta, full), AddressType: s.AddressType, Ports: s.Ports}
	out.OwnerReferences = nil // the label says whose it is
	out.Endpoints = make([]discoveryv1.Endpoint, len(s.Endpoints))
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		out.Endpoints[i].Addresses = e.Addresses
		if e.TargetRef != nil {
			out.Endpoints[i].TargetRef = &corev1.ObjectReference{Kind: e.TargetRef.Kind, Namespace: e.TargetRef.Namespace, Name: e.TargetRef.Name}
		}
	}
	return out
}
