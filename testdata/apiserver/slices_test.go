package apiserver

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// slice makes the EndpointSlice of a Service from the pods that it selects.
func (st *story) slice(t *testing.T, s *corev1.Service) {
	t.Helper()
	if len(s.Spec.Selector) == 0 {
		return
	}
	var selected []*corev1.Pod
	for _, p := range st.pods {
		if p.Namespace == s.Namespace && labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(p.Labels)) {
			selected = append(selected, p)
		}
	}
	st.server.create(t, sliceOf(s, selected))
}

// sliceOf is the EndpointSlice of a Service whose pods are known.
func sliceOf(s *corev1.Service, pods []*corev1.Pod) *discoveryv1.EndpointSlice {
	yes, no := true, false
	out := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.Namespace, Name: s.Name + "-" + hashOf(s.Name)[:5],
			Labels: map[string]string{discoveryv1.LabelServiceName: s.Name, discoveryv1.LabelManagedBy: "endpointslice-controller.k8s.io"},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for _, p := range pods {
		out.Endpoints = append(out.Endpoints, discoveryv1.Endpoint{
			Addresses:  []string{p.Status.PodIP},
			Conditions: discoveryv1.EndpointConditions{Ready: &yes, Serving: &yes, Terminating: &no},
			NodeName:   &p.Spec.NodeName,
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID},
		})
	}
	for i := range s.Spec.Ports {
		out.Ports = append(out.Ports, endpointPort(&s.Spec.Ports[i], pods))
	}
	return out
}

// endpointPort is where a Service's port leads to in its pods, which are alike.
func endpointPort(p *corev1.ServicePort, pods []*corev1.Pod) discoveryv1.EndpointPort {
	number, protocol := p.Port, p.Protocol
	switch {
	case p.TargetPort.Type == intstr.Int && p.TargetPort.IntVal != 0:
		number = p.TargetPort.IntVal
	case p.TargetPort.Type == intstr.String && len(pods) > 0:
		for _, c := range pods[0].Spec.Containers {
			for _, has := range c.Ports {
				if has.Name == p.TargetPort.StrVal {
					number = has.ContainerPort
				}
			}
		}
	}
	if protocol == "" {
		protocol = corev1.ProtocolTCP
	}
	return discoveryv1.EndpointPort{Name: &p.Name, Port: &number, Protocol: &protocol, AppProtocol: p.AppProtocol}
}
