package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	networkingapi "istio.io/api/networking/v1alpha3"
	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// world makes random meshes in which policies collide often: few names, few
// labels, few ports, few timestamps.
type world struct{ *rand.Rand }

func newWorld(seed uint64) world { return world{rand.New(rand.NewPCG(seed, 7))} }

func (w world) pick(words ...string) string { return words[w.IntN(len(words))] }

// objects is one random mesh.
func (w world) objects() []resolve.Object {
	var out []resolve.Object
	for _, ns := range []string{"shop", "bank", "istio-system"} {
		labels := map[string]string{}
		if v := w.pick("", "enabled", "disabled"); v != "" {
			labels["istio-injection"] = v
		}
		if w.IntN(4) > 0 {
			out = append(out, object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns, Labels: labels}}))
		}
		for i := range w.IntN(3) {
			out = append(out, w.deployment(ns, fmt.Sprint("d", i)), w.service(ns, fmt.Sprint("s", i)))
		}
	}
	if w.IntN(2) == 0 {
		out = append(out, w.sidecar(w.pick("shop", "bank", "istio-system")))
	}
	for i := range w.IntN(3) {
		out = append(out, w.entry(w.pick("shop", "bank"), fmt.Sprint("e", i)))
	}
	for i := range w.IntN(5) {
		out = append(out, w.rule(w.pick("shop", "bank", "istio-system"), fmt.Sprint("r", i)))
	}
	for i := range w.IntN(9) {
		out = append(out, w.policy(w.pick("shop", "bank", "istio-system"), fmt.Sprint("p", i)))
	}
	return out
}

func object(kind resolve.Kind, v metav1.Object) resolve.Object {
	return resolve.Object{Kind: kind, Value: v}
}

func (w world) labels() map[string]string {
	return map[string]string{"app": w.pick("a", "b"), "tier": w.pick("x", "y")}
}

func (w world) deployment(ns, name string) resolve.Object {
	c := &resolve.Controller{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}, TemplateField: "spec.template"}
	c.Template.Labels = w.labels()
	c.Template.Spec.HostNetwork = w.IntN(8) == 0
	c.Template.Spec.Containers = []corev1.Container{{Name: "app", Ports: []corev1.ContainerPort{{Name: "web", ContainerPort: 8080}, {ContainerPort: 9090}}}}
	if w.IntN(6) == 0 {
		c.Template.Annotations = map[string]string{"traffic.sidecar.istio.io/excludeInboundPorts": w.pick("8080", "9090", "oops")}
	}
	return object(resolve.KindDeployment, c)
}

func (w world) service(ns, name string) resolve.Object {
	s := &corev1.Service{ObjectMeta: w.meta(ns, name)}
	if e := w.pick("", "", ".", "bank"); e != "" {
		s.Annotations = map[string]string{"networking.istio.io/exportTo": e}
	}
	if w.IntN(5) == 0 {
		s.Spec.ClusterIP = corev1.ClusterIPNone
	} else {
		s.Spec.ClusterIP = "10.96.0." + name[1:]
	}
	s.Spec.Selector = map[string]string{"app": w.pick("a", "b")}
	s.Spec.Ports = []corev1.ServicePort{
		{Name: w.pick("http", "tcp", "x"), Port: 80, TargetPort: intstr.FromString("web")},
		{Name: "other", Port: 90, TargetPort: intstr.FromInt32(9090 + w.Int32N(2))},
	}
	return object(resolve.KindService, s)
}

func (w world) meta(ns, name string) metav1.ObjectMeta {
	at := time.Date(2026, 1, 1, 0, 0, w.IntN(3), 0, time.UTC)
	return metav1.ObjectMeta{Namespace: ns, Name: name, CreationTimestamp: metav1.NewTime(at)}
}

func (w world) sidecar(ns string) resolve.Object {
	s := &networkingv1.Sidecar{ObjectMeta: w.meta(ns, "default")}
	s.Spec.Egress = []*networkingapi.IstioEgressListener{{Hosts: []string{w.pick("./*", "bank/*", "*/s0.bank.svc.cluster.local", "~bank/*")}}, {Hosts: []string{"shop/*"}}}
	if w.IntN(3) == 0 {
		s.Spec.Egress[0].Port = &networkingapi.SidecarPort{Number: 80, Protocol: "HTTP", Name: "http"}
	}
	if w.IntN(3) == 0 {
		s.Spec.WorkloadSelector = &networkingapi.WorkloadSelector{Labels: map[string]string{"app": "a"}}
	}
	return object(resolve.KindSidecar, s)
}

func (w world) rule(ns, name string) resolve.Object {
	r := &networkingv1.DestinationRule{ObjectMeta: w.meta(ns, name)}
	r.Spec.Host = w.pick("s0", "s1.shop.svc.cluster.local", "*.local", "*.bank.svc.cluster.local", "s0.bank.svc.cluster.local", "a.example.com", "*.com")
	r.Spec.TrafficPolicy = w.trafficPolicy()
	if w.IntN(3) == 0 {
		r.Spec.WorkloadSelector = &typeapi.WorkloadSelector{MatchLabels: map[string]string{"app": w.pick("a", "b")}}
	} else if e := w.pick("", ".", "*", "shop"); e != "" {
		r.Spec.ExportTo = []string{e}
	}
	if w.IntN(3) == 0 {
		r.Spec.Subsets = []*networkingapi.Subset{{Name: w.pick("v1", "v2"), Labels: map[string]string{"app": "a"}, TrafficPolicy: w.trafficPolicy()}}
	}
	return object(resolve.KindDestinationRule, r)
}

func (w world) entry(ns, name string) resolve.Object {
	e := &networkingv1.ServiceEntry{ObjectMeta: w.meta(ns, name)}
	e.Spec.Hosts = []string{w.pick("a.example.com", "*.example.com")}
	e.Spec.Location = networkingapi.ServiceEntry_Location(w.IntN(2))
	e.Spec.Resolution = networkingapi.ServiceEntry_Resolution(w.IntN(3))
	e.Spec.Ports = []*networkingapi.ServicePort{{Number: 80, Name: "web", Protocol: w.pick("HTTP", "TCP", "TLS")}}
	switch w.IntN(3) {
	case 0:
		e.Spec.WorkloadSelector = &networkingapi.WorkloadSelector{Labels: map[string]string{"app": "a"}}
	case 1:
		e.Spec.Endpoints = []*networkingapi.WorkloadEntry{{Address: w.pick("10.0.0.1", "10.96.0.1", "s0.bank.svc.cluster.local", "s1.shop"), ServiceAccount: w.pick("", "x")}, {Address: "10.0.0.2", Labels: w.labels()}}
	case 2:
		e.Spec.Addresses = []string{w.pick("10.96.0.0", "240.0.0.1")}
	}
	return object(resolve.KindServiceEntry, e)
}

// trafficPolicy says TLS more often than anything else, for all ports or one.
func (w world) trafficPolicy() *networkingapi.TrafficPolicy {
	p := &networkingapi.TrafficPolicy{}
	if w.IntN(4) == 0 {
		return nil
	}
	if w.IntN(3) > 0 {
		p.Tls = w.tls()
	}
	if w.IntN(6) == 0 {
		p.LoadBalancer = &networkingapi.LoadBalancerSettings{LbPolicy: &networkingapi.LoadBalancerSettings_Simple{Simple: networkingapi.LoadBalancerSettings_PASSTHROUGH}}
	}
	if w.IntN(3) == 0 {
		e := &networkingapi.TrafficPolicy_PortTrafficPolicy{Port: &networkingapi.PortSelector{Number: uint32(80 + 10*w.IntN(2))}, ConnectionPool: &networkingapi.ConnectionPoolSettings{}}
		if w.IntN(2) == 0 {
			e.Tls = w.tls()
		}
		p.PortLevelSettings = append(p.PortLevelSettings, e)
	}
	return p
}

func (w world) tls() *networkingapi.ClientTLSSettings {
	return &networkingapi.ClientTLSSettings{Mode: networkingapi.ClientTLSSettings_TLSmode(w.IntN(4))}
}

func (w world) mode() *securityapi.PeerAuthentication_MutualTLS {
	return &securityapi.PeerAuthentication_MutualTLS{Mode: securityapi.PeerAuthentication_MutualTLS_Mode(w.IntN(4))}
}

func (w world) policy(ns, name string) resolve.Object {
	p := &securityv1.PeerAuthentication{ObjectMeta: w.meta(ns, name)}
	if w.IntN(4) > 0 {
		p.Spec.Mtls = w.mode()
	}
	if w.IntN(2) == 0 {
		p.Spec.Selector = &typeapi.WorkloadSelector{MatchLabels: map[string]string{w.pick("app", "tier"): w.pick("a", "b", "x", "y")}}
		if w.IntN(2) == 0 {
			p.Spec.PortLevelMtls = map[uint32]*securityapi.PeerAuthentication_MutualTLS{8080: w.mode()}
		}
	}
	if w.IntN(6) == 0 {
		p.Labels = map[string]string{"istio.io/rev": w.pick("default", "canary")}
	}
	return object(resolve.KindPeerAuthentication, p)
}

func build(objects []resolve.Object) *mesh.Mesh {
	return mesh.Build(config.Options{}, objects)
}

// answer is everything that the mesh says, as text that two runs can be compared by.
func answer(m *mesh.Mesh) string {
	var out string
	for _, w := range m.Workloads() {
		out += fmt.Sprintf("%+v %+v %+v\n", w.Ref, w.Membership, w.Default)
		for _, p := range w.Ports {
			out += fmt.Sprintf("  %+v\n", p)
		}
		for _, s := range w.Chain.Steps {
			out += fmt.Sprintf("  - %+v\n", s)
		}
	}
	for c := range m.Connections(outbound.Filter{Hidden: true}) {
		out += line(c.Client, c) + " " + words.Because(c.Sends.Reason()) + "\n"
	}
	return out + fmt.Sprintln(m.Problems())
}
