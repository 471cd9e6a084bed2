package mesh_test

import (
	"testing"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// one resolves one Deployment in a namespace that injects.
func one(t *testing.T, template corev1.PodTemplateSpec, with ...resolve.Object) *inbound.Workload {
	t.Helper()
	var objects []resolve.Object
	objects = append(objects, object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{"istio-injection": "enabled"}}}))
	objects = append(objects, object(resolve.KindDeployment, &resolve.Controller{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "pay"}, Template: template, TemplateField: "spec.template",
	}))
	objects = append(objects, with...)
	return mesh.Build(config.Options{}, objects).Workloads()[0]
}

func annotated(annotations map[string]string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Annotations: annotations}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "pay"}}}}
}

// TestInterception: the annotation, else the proxy configuration, else the mesh's (1.12).
func TestInterception(t *testing.T) {
	none := &meshv1alpha1.MeshConfig{DefaultConfig: &meshv1alpha1.ProxyConfig{InterceptionMode: meshv1alpha1.ProxyConfig_NONE}}
	config := &resolve.MeshConfig{ObjectMeta: metav1.ObjectMeta{Namespace: "istio-system", Name: "istio"}, Config: none}
	mesh := object(resolve.KindMeshConfig, config)
	for says, c := range map[string]struct {
		annotations map[string]string
		with        []resolve.Object
		none        bool
		field       resolve.Field
	}{
		"nothing":                           {},
		"the annotation":                    {map[string]string{"sidecar.istio.io/interceptionMode": "NONE"}, nil, true, `spec.template.metadata.annotations["sidecar.istio.io/interceptionMode"]`},
		"the proxy configuration":           {map[string]string{"proxy.istio.io/config": "interceptionMode: NONE\n"}, nil, true, `spec.template.metadata.annotations["proxy.istio.io/config"]`},
		"the proxy configuration in JSON":   {map[string]string{"proxy.istio.io/config": `{"interceptionMode":2}`}, nil, true, `spec.template.metadata.annotations["proxy.istio.io/config"]`},
		"a comment":                         {map[string]string{"proxy.istio.io/config": "# interceptionMode: NONE\nconcurrency: 2\n"}, nil, false, ""},
		"the annotation over configuration": {map[string]string{"proxy.istio.io/config": "interceptionMode: NONE\n", "sidecar.istio.io/interceptionMode": "REDIRECT"}, nil, false, ""},
		"the mesh":                          {nil, []resolve.Object{mesh}, true, ""},
		"the configuration over the mesh":   {map[string]string{"proxy.istio.io/config": "interceptionMode: TPROXY\n"}, []resolve.Object{mesh}, false, ""},
	} {
		w := one(t, annotated(c.annotations), c.with...)
		if w.Capture.NoInterception != c.none || w.Default.Field != c.field && c.none {
			t.Errorf("%s: NONE is %v by %q, want %v by %q", says, w.Capture.NoInterception, w.Default.Field, c.none, c.field)
		}
	}
}

// TestRefusedAnnotations: the injector refuses pods whose annotations it cannot read.
func TestRefusedAnnotations(t *testing.T) {
	for annotation, values := range map[string][2]string{ // a good one, a bad one
		"sidecar.istio.io/interceptionMode":                {"TPROXY", "none"},
		"status.sidecar.istio.io/port":                     {"15020", "x"},
		"traffic.sidecar.istio.io/excludeInboundPorts":     {"80, 81", "http"},
		"traffic.sidecar.istio.io/excludeOutboundPorts":    {"", "70000"},
		"traffic.sidecar.istio.io/includeOutboundIPRanges": {"*", "10.0.0.0"},
		"traffic.sidecar.istio.io/excludeOutboundIPRanges": {"10.0.0.0/8,::/0", "10.0.0.0/8, 11.0.0.0/8"},
		"prometheus.istio.io/merge-metrics":                {"0", "no"},
	} {
		if w := one(t, annotated(map[string]string{annotation: values[0]})); words.Because(w.Capture.Invalid) != "" || w.Membership.Dataplane != resolve.DataplaneSidecar {
			t.Errorf("%s: %q is refused: %s", annotation, values[0], words.Because(w.Capture.Invalid))
		}
		w := one(t, annotated(map[string]string{annotation: values[1]}))
		if w.Capture.InvalidAnnotation() != annotation || w.Membership.Dataplane != resolve.DataplaneUnknown {
			t.Errorf("%s: %q is not refused: %s", annotation, values[1], w.Membership.Dataplane)
		}
	}
}

func id(n int64) *int64 { return &n }

// TestAsProxy: what a container says for itself goes before what its pod says.
func TestAsProxy(t *testing.T) {
	for says, c := range map[string]struct {
		pod, container *int64
		want           string
	}{
		"nothing":                {nil, nil, ""},
		"the pod":                {id(1337), nil, "spec.template.spec.securityContext.runAsUser"},
		"the container":          {id(1000), id(1337), "spec.template.spec.containers[0].securityContext.runAsUser"},
		"the container over it":  {id(1337), id(1000), ""},
		"another user in both":   {id(1000), id(1001), ""},
		"the container, and pod": {id(1337), id(1337), "spec.template.spec.containers[0].securityContext.runAsUser"},
	} {
		template := annotated(nil)
		template.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsUser: c.pod}
		template.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{RunAsUser: c.container}
		got := ""
		for _, a := range one(t, template).AsProxy {
			got += string(a.Field)
		}
		if got != c.want {
			t.Errorf("%s: as the proxy runs %q, want %q", says, got, c.want)
		}
	}
}

// TestProbesAsTheyAre: the annotation, else the injector's values, keep probes from the
// agent; in a pod with its sidecar they are what the injector left (2.18).
func TestProbesAsTheyAre(t *testing.T) {
	probe := func(port int32) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromInt32(port)}}}
	}
	keeps := object(resolve.KindInjector, &config.Injector{ObjectMeta: metav1.ObjectMeta{Namespace: "istio-system", Name: "istio-sidecar-injector"}, KeepsProbes: true})
	for says, c := range map[string]struct {
		annotations map[string]string
		proxy       bool
		with        []resolve.Object
		want        int
	}{
		"nothing":                      {nil, false, nil, 0},
		"the annotation":               {map[string]string{"sidecar.istio.io/rewriteAppHTTPProbers": "false"}, false, nil, 1},
		"0 is false too":               {map[string]string{"sidecar.istio.io/rewriteAppHTTPProbers": "0"}, false, nil, 1},
		"the injector":                 {nil, false, []resolve.Object{keeps}, 1},
		"the annotation over it":       {map[string]string{"sidecar.istio.io/rewriteAppHTTPProbers": "true"}, false, []resolve.Object{keeps}, 0},
		"a pod with its sidecar":       {map[string]string{"sidecar.istio.io/status": "{}"}, true, nil, 1},
		"a template that only patches": {nil, true, nil, 0},
	} {
		template := annotated(c.annotations)
		template.Spec.Containers[0].LivenessProbe, template.Spec.Containers[0].ReadinessProbe = probe(8080), probe(15020)
		if c.proxy {
			template.Spec.Containers = append(template.Spec.Containers, corev1.Container{Name: "istio-proxy", Args: []string{"proxy", "sidecar"}})
		}
		if got := len(one(t, template, c.with...).Probes); got != c.want {
			t.Errorf("%s: %d probes come as they are, want %d", says, got, c.want)
		}
	}
}

// TestCallsAsProxy: where the whole application runs as the proxy, its calls pass it by.
func TestCallsAsProxy(t *testing.T) {
	var objects []resolve.Object
	objects = append(objects, object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{"istio-injection": "enabled"}}}))
	objects = append(objects, object(resolve.KindService, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "pay"}, Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "usual"}, Ports: []corev1.ServicePort{{Name: "http", Port: 80}}},
	}))
	for name, users := range map[string][]*int64{"usual": {nil, nil}, "half": {id(1337), nil}, "whole": {id(1337), id(1337)}} {
		template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": name}}}
		for i, user := range users {
			template.Spec.Containers = append(template.Spec.Containers, corev1.Container{Name: string(rune('a' + i)), SecurityContext: &corev1.SecurityContext{RunAsUser: user}})
		}
		objects = append(objects, object(resolve.KindDeployment, &resolve.Controller{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}, Template: template, TemplateField: "spec.template"}))
	}
	m := mesh.Build(config.Options{}, objects)
	for _, w := range m.Workloads() {
		want := map[bool]resolve.ClientTLS{false: resolve.SendsIstioMutual, true: resolve.SendsPlaintext}[w.Ref.Name == "whole"]
		for c := range m.CallsOf(w, m.Hosts()[0]) {
			if c.Sends.TLS != want {
				t.Errorf("%s sends %s (%s), want %s", w.Ref.Name, c.Sends.TLS, words.Because(c.Sends.Reason()), want)
			}
		}
	}
}
