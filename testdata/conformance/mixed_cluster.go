package conformance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	securityapi "istio.io/api/security/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	"istio.io/istio/cni/pkg/util"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/test"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

const (
	tunnelLabel      = "networking.istio.io/tunnel"
	listensMetadata  = "ISTIO_META_ENABLE_HBONE"
	redirection      = "ambient.istio.io/redirection"
	gatewayNameLabel = "gateway.networking.k8s.io/gateway-name"
	hbonePort        = 15008
)

// enrolment is which pods istio-cni captures unless its chart says otherwise.
var enrolment = selectors([]util.EnablementSelector{
	{PodSelector: metav1.LabelSelector{MatchLabels: map[string]string{modeLabel: "ambient"}}},
	{
		PodSelector:       metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: modeLabel, Operator: metav1.LabelSelectorOpNotIn, Values: []string{"none"}}}},
		NamespaceSelector: metav1.LabelSelector{MatchLabels: map[string]string{modeLabel: "ambient"}},
	},
})

// excluded are the namespaces that the istio-cni of a world leaves out.
func (w world) excluded() []string {
	for _, d := range w {
		if d.kind() == "ConfigMap" && d.name() == "istio-cni-config" {
			return util.SplitExcludeNamespaces(d.text("data", "EXCLUDE_NAMESPACES"))
		}
	}
	return []string{"kube-system"}
}

func selectors(of []util.EnablementSelector) *util.CompiledEnablementSelectors {
	s, err := util.NewCompiledEnablementSelectors(of)
	if err != nil {
		panic(err) // they stand above
	}
	return s
}

// enrols is istio-cni, which comes after injection: whether ztunnel captures the pod.
func (c *cluster) enrols(p *corev1.Pod) bool {
	if slices.ContainsFunc(p.Spec.Containers, func(k corev1.Container) bool { return k.Name == "istio-proxy" }) {
		return false
	}
	if c.running {
		return p.Annotations[redirection] == "enabled"
	}
	if !c.mixed || slices.Contains(c.excluded, p.Namespace) || !enrolment.Matches(p, c.namespaces[p.Namespace]) {
		return false
	}
	p.Annotations = maps.Clone(p.Annotations)
	if p.Annotations == nil {
		p.Annotations = map[string]string{}
	}
	p.Annotations[redirection] = "enabled"
	return true
}

// injected is what injection leaves on a pod.
func (c *cluster) injected(p *corev1.Pod) {
	p.Annotations = maps.Clone(p.Annotations)
	if p.Annotations == nil {
		p.Annotations = map[string]string{}
	}
	p.Annotations["sidecar.istio.io/status"] = "{}"
}

// tunnel is what injection writes on a sidecar that accepts HBONE.
func (c *cluster) tunnel(p *corev1.Pod) {
	c.injected(p)
	if _, set := p.Labels[tunnelLabel]; !set && (c.listens || strings.Contains(p.Annotations["proxy.istio.io/config"], listensMetadata)) {
		p.Labels[tunnelLabel] = "http"
	}
}

// addWaypoint makes what istiod's deployment controller makes of a Gateway: a pod and a Service,
// whose name becomes the Gateway's address unless the world says that there is none.
func (c *cluster) addWaypoint(d document) error {
	if !d.isWaypoint() {
		return nil
	}
	var g gatewayv1.Gateway
	if err := into(d, &g); err != nil {
		return err
	}
	if d["status"] == nil {
		name := gatewayv1.HostnameAddressType
		g.Status.Addresses = []gatewayv1.GatewayStatusAddress{{Type: &name, Value: g.Name + "." + g.Namespace + ".svc.cluster.local"}}
	}
	labels := map[string]string{gatewayNameLabel: g.Name, "gateway.istio.io/managed": "istio.io-mesh-controller", modeLabel: "none"}
	m := &member{kind: "Waypoint", namespace: g.Namespace, name: g.Name, labels: labels, address: fmt.Sprint("10.250.0.", len(c.waypoints)+1), waypoint: true, revision: "default", gateway: &g}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: g.Namespace, Name: "wp-" + g.Name, Labels: labels, UID: types.UID("wp-" + g.Namespace + "-" + g.Name)}}
	pod.Spec.Containers, pod.Spec.ServiceAccountName, pod.Spec.NodeName = []corev1.Container{{Name: "istio-proxy"}}, g.Name, "node"
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, PodIP: m.address, PodIPs: []corev1.PodIP{{IP: m.address}}, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: g.Namespace, Name: g.Name, Labels: labels, CreationTimestamp: metav1.Time{Time: ageless}}}
	service.Spec = corev1.ServiceSpec{
		ClusterIP: fmt.Sprint("10.97.0.", len(c.waypoints)+1), Selector: map[string]string{gatewayNameLabel: g.Name},
		Ports: []corev1.ServicePort{{Name: "mesh", Port: hbonePort, TargetPort: intstr.FromInt32(hbonePort), Protocol: corev1.ProtocolTCP}},
	}
	slice := newSlice(service, 0, targets(service, pod))
	slice.Endpoints = []discoveryv1.Endpoint{{
		Addresses: []string{m.address}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)},
		TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: g.Namespace, Name: pod.Name, UID: pod.UID},
	}}
	c.waypoints = append(c.waypoints, m)
	c.objects = append(c.objects, pod, service, slice)
	return nil
}

// ofWaypoint reports a host that is the Service of a waypoint.
func (c *cluster) ofWaypoint(host string) bool {
	return slices.ContainsFunc(c.waypoints, func(m *member) bool { return m.name+"."+m.namespace+".svc.cluster.local" == host })
}

// store gives the API server what istiod's ambient index reads there.
func (c *cluster) store(t test.Failer, client kube.Client, configs []config.Config) {
	ctx, create := context.Background(), metav1.CreateOptions{}
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range c.waypoints {
		_, err := client.GatewayAPI().GatewayV1().Gateways(m.namespace).Create(ctx, m.gateway, create)
		check(err)
	}
	for _, k := range configs {
		meta, err := k.Meta.ToObjectMeta(), error(nil)
		switch spec := k.Spec.(type) {
		case *securityapi.PeerAuthentication:
			o := &securityv1.PeerAuthentication{ObjectMeta: meta}
			spec.DeepCopyInto(&o.Spec)
			_, err = client.Istio().SecurityV1().PeerAuthentications(k.Namespace).Create(ctx, o, create)
		case *securityapi.AuthorizationPolicy:
			o := &securityv1.AuthorizationPolicy{ObjectMeta: meta}
			spec.DeepCopyInto(&o.Spec)
			_, err = client.Istio().SecurityV1().AuthorizationPolicies(k.Namespace).Create(ctx, o, create)
		case *networkingapi.WorkloadEntry:
			o := &networkingv1.WorkloadEntry{ObjectMeta: meta}
			spec.DeepCopyInto(&o.Spec)
			_, err = client.Istio().NetworkingV1().WorkloadEntries(k.Namespace).Create(ctx, o, create)
		case *networkingapi.ServiceEntry:
			o := &networkingv1.ServiceEntry{ObjectMeta: meta}
			spec.DeepCopyInto(&o.Spec)
			_, err = client.Istio().NetworkingV1().ServiceEntries(k.Namespace).Create(ctx, o, create)
		}
		check(err)
	}
}
