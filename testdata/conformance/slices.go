package conformance

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// slices plays the endpoint slice controller: one slice for each set of ports that
// the pods of a Service resolve its targets to.
func (c *cluster) slices() {
	for _, s := range c.services {
		if len(s.Spec.Selector) == 0 || s.Spec.Type == corev1.ServiceTypeExternalName {
			continue
		}
		byPorts := map[string]*discoveryv1.EndpointSlice{}
		for _, m := range c.members {
			if m.pod == nil || m.namespace != s.Namespace || !labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(m.labels)) {
				continue
			}
			ports := targets(s, m.pod)
			key := fmt.Sprint(len(ports))
			for _, p := range ports {
				key += fmt.Sprint(" ", *p.Name, *p.Port, *p.Protocol)
			}
			if byPorts[key] == nil {
				slice := newSlice(s, len(byPorts), ports)
				byPorts[key] = slice
				c.objects = append(c.objects, slice)
			}
			byPorts[key].Endpoints = append(byPorts[key].Endpoints, discoveryv1.Endpoint{
				Addresses: []string{m.address}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)},
				TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: m.namespace, Name: m.name},
			})
		}
	}
}

func newSlice(s *corev1.Service, n int, ports []discoveryv1.EndpointPort) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.Namespace, Name: fmt.Sprintf("%s-%d", s.Name, n),
			Labels: map[string]string{discoveryv1.LabelServiceName: s.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4, Ports: ports,
	}
}

// targets resolves the ports of a Service on a pod; a name that no container
// declares leads nowhere.
func targets(s *corev1.Service, p *corev1.Pod) []discoveryv1.EndpointPort {
	var out []discoveryv1.EndpointPort
	for i := range s.Spec.Ports {
		sp := &s.Spec.Ports[i]
		protocol := sp.Protocol
		if protocol == "" {
			protocol = corev1.ProtocolTCP
		}
		if number := target(sp, protocol, p); number != 0 {
			out = append(out, discoveryv1.EndpointPort{Name: new(sp.Name), Port: new(number), Protocol: new(protocol), AppProtocol: sp.AppProtocol})
		}
	}
	slices.SortFunc(out, func(a, b discoveryv1.EndpointPort) int { return strings.Compare(*a.Name, *b.Name) })
	return out
}

func target(sp *corev1.ServicePort, protocol corev1.Protocol, p *corev1.Pod) int32 {
	if sp.TargetPort.Type != intstr.String {
		if sp.TargetPort.IntVal == 0 {
			return sp.Port
		}
		return sp.TargetPort.IntVal
	}
	for _, k := range p.Spec.Containers {
		for _, port := range k.Ports {
			same := port.Protocol == protocol || port.Protocol == "" && protocol == corev1.ProtocolTCP
			if port.Name == sp.TargetPort.StrVal && same {
				return port.ContainerPort
			}
		}
	}
	return 0
}
