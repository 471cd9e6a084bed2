package apiserver

import (
	"fmt"
	"hash/fnv"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/rand"
)

// podOf is a pod of a template.
func podOf(template *corev1.PodTemplateSpec, namespace, name string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
	p.Namespace, p.Name = namespace, name
	return p
}

// hashOf makes a name's letters as Kubernetes makes them.
func hashOf(text string) string {
	h := fnv.New32a()
	h.Write([]byte(text))
	return rand.SafeEncodeString(fmt.Sprintf("%010d", h.Sum32()))
}

// with is a map with one entry more.
func with(m map[string]string, key, value string) map[string]string {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]string{}
	}
	out[key] = value
	return out
}

// inject does to a pod what the injector of a revision does that anybody can see:
// a native sidecar, which is an init container that stays, its labels, the annotation that
// says who did it, and probes that are led through the agent.
func inject(p *corev1.Pod, revision string) {
	if p.Annotations["sidecar.istio.io/rewriteAppHTTPProbers"] != "false" {
		for i := range p.Spec.Containers {
			leadProbes(&p.Spec.Containers[i])
		}
	}
	always := corev1.ContainerRestartPolicyAlways
	p.Spec.InitContainers = append([]corev1.Container{
		{Name: "istio-init", Image: "registry.example.com/istio/proxyv2:1.31.0", Args: []string{"istio-iptables", "-p", "15001", "-z", "15006"}},
		{
			Name: "istio-proxy", Image: "registry.example.com/istio/proxyv2:1.31.0", RestartPolicy: &always,
			Args:  []string{"proxy", "sidecar", "--domain", "$(POD_NAMESPACE).svc.cluster.local"},
			Ports: []corev1.ContainerPort{{Name: "http-envoy-prom", ContainerPort: 15090, Protocol: corev1.ProtocolTCP}},
		},
	}, p.Spec.InitContainers...)
	for key, value := range map[string]string{
		"security.istio.io/tlsMode":           "istio",
		"istio.io/rev":                        revision,
		"service.istio.io/canonical-name":     p.Labels["app"],
		"service.istio.io/canonical-revision": "latest",
	} {
		p.Labels = with(p.Labels, key, value)
	}
	status := fmt.Sprintf(`{"initContainers":["istio-init","istio-proxy"],"containers":null,"revision":%q}`, revision)
	p.Annotations = with(p.Annotations, "sidecar.istio.io/status", status)
}

// leadProbes rewrites the HTTP and gRPC probes of a container (2.18).
func leadProbes(c *corev1.Container) {
	for path, probe := range map[string]*corev1.Probe{"livez": c.LivenessProbe, "readyz": c.ReadinessProbe, "startupz": c.StartupProbe} {
		if probe != nil && (probe.HTTPGet != nil || probe.GRPC != nil) {
			probe.GRPC = nil
			probe.HTTPGet = &corev1.HTTPGetAction{Path: "/app-health/" + c.Name + "/" + path, Port: intstr.FromInt32(15020), Scheme: corev1.URISchemeHTTP}
		}
	}
}

// ready gives a pod the status of one that runs, with an address of its own.
func ready(p *corev1.Pod, number int) {
	now, started := metav1.Now(), true
	ip := fmt.Sprintf("10.%d.%d.%d", 128+number>>16, number>>8&255, number&255)
	p.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}}, HostIP: "192.0.2.1", StartTime: &now,
	}
	for _, c := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: c, Status: corev1.ConditionTrue, LastTransitionTime: now})
	}
	running := func(list []corev1.Container) (out []corev1.ContainerStatus) {
		for _, c := range list {
			out = append(out, corev1.ContainerStatus{
				Name: c.Name, Image: c.Image, Ready: true, Started: &started,
				State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}},
			})
		}
		return out
	}
	p.Status.ContainerStatuses, p.Status.InitContainerStatuses = running(p.Spec.Containers), running(p.Spec.InitContainers)
}
