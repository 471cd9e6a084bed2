package inbound

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// Service is one Kubernetes Service.
type Service struct {
	Ref         resolve.Ref
	Origin      resolve.Origin
	Created     time.Time
	Labels      map[string]string
	Annotations map[string]string
	Selector    map[string]string
	Headless    bool
	// ExternalName is the alias target, "" for other types.
	ExternalName string
	Ports        []ServicePortSpec
	// Outside says how clients outside of the cluster get to it: "type LoadBalancer", ""
	// for a Service that only the cluster reaches.
	Outside string
	// Addresses are its cluster IPs as far as the input knows them.
	Addresses []string

	// Backings are its EndpointSlices, nil when the input has none and the selector
	// tells.
	Backings []backing
	// External is true for one with an address outside of the cluster, externalAssumed
	// where a file without status cannot say and it is taken to get one (3.4.7).
	External, ExternalAssumed bool
}

// ServicePortSpec is one port of a Service as written.
type ServicePortSpec struct {
	Name     string
	Port     int32
	Protocol resolve.Protocol
	// UDP is true for a port that no proxy handles.
	UDP bool
	// TargetPort is the number, 0 when TargetName names it. Where the Service
	// says nothing it equals Port.
	TargetPort int32
	TargetName string

	// Why is the reason of the protocol, by the field that has it.
	Why resolve.Reason
	By  string
}

// NamespaceOf is where a Service stands: what sorted Services are looked up by.
func NamespaceOf(s *Service) string { return s.Ref.Namespace }

// ServicesOf reads the Services with what their EndpointSlices say, sorted.
func ServicesOf(c *config.Collection) []*Service {
	backings := newBackings(c)
	list := make([]*Service, 0, len(c.Services))
	for _, o := range c.Services {
		s := newService(o)
		s.Backings = backings[s.Ref]
		list = append(list, s)
	}
	return list
}

func newService(o config.Typed[*corev1.Service]) *Service {
	spec := &o.As.Spec
	s := &Service{
		Ref: o.Ref(), Origin: o.Origin, Created: o.As.CreationTimestamp.Time,
		Labels: o.As.Labels, Annotations: o.As.Annotations,
		Headless: spec.ClusterIP == corev1.ClusterIPNone,
	}
	switch {
	case spec.Type == corev1.ServiceTypeLoadBalancer, spec.Type == corev1.ServiceTypeNodePort:
		s.Outside = "type " + string(spec.Type)
	case len(spec.ExternalIPs) > 0:
		s.Outside = "externalIPs"
	}
	if spec.Type == corev1.ServiceTypeExternalName {
		s.ExternalName = spec.ExternalName
	} else {
		s.Selector = spec.Selector
	}
	if spec.ClusterIP != "" && spec.ClusterIP != corev1.ClusterIPNone {
		s.Addresses = append(s.Addresses, spec.ClusterIP)
	}
	s.External, s.ExternalAssumed = externalAddress(o)
	for i := range spec.Ports {
		s.Ports = append(s.Ports, newServicePort(&spec.Ports[i]))
	}
	return s
}

// externalAddress reports whether istiod finds an address for a Service outside of
// the cluster: that of a load balancer, externalIPs, or those of the nodes where an
// annotation picks some. A file that was not read of a cluster has no status.
func externalAddress(o config.Typed[*corev1.Service]) (has, assumed bool) {
	spec := &o.As.Spec
	switch {
	case len(spec.ExternalIPs) > 0:
		return true, false
	case spec.Type == corev1.ServiceTypeNodePort:
		_, nodes := o.As.Annotations[resolve.NodeSelectorAnnotation]
		return nodes, nodes
	case spec.Type != corev1.ServiceTypeLoadBalancer:
		return false, false
	case len(o.As.Status.LoadBalancer.Ingress) > 0:
		return true, false
	}
	manifest := o.Origin.Lines != nil && o.Origin.Lines.Line("status") == 0
	return manifest, manifest
}

func newServicePort(p *corev1.ServicePort) ServicePortSpec {
	udp := p.Protocol == corev1.ProtocolUDP
	spec := ServicePortSpec{
		Name: p.Name, Port: p.Port, UDP: udp, TargetPort: p.Port,
		Protocol: resolve.ServicePortProtocol(p.Port, p.Name, udp, p.AppProtocol),
	}
	spec.Why, spec.By = protocolSource(&spec, p.AppProtocol)
	switch {
	case p.TargetPort.Type == intstr.String && p.TargetPort.StrVal != "":
		spec.TargetPort, spec.TargetName = 0, p.TargetPort.StrVal
	case p.TargetPort.IntVal != 0:
		spec.TargetPort = p.TargetPort.IntVal
	}
	return spec
}

// older orders Services as Istio does when several lead to one port (2.7): by
// creation, then by host name, in which the dot sorts after the hyphen.
func (s *Service) older(o *Service) int {
	return cmp.Or(s.Created.Compare(o.Created), cmp.Compare(s.host(), o.host()))
}

func (s *Service) host() string { return s.Ref.Name + "." + s.Ref.Namespace }

// protocolSource is what made a port's protocol, and the field (2.12).
func protocolSource(p *ServicePortSpec, appProtocol *string) (why resolve.Reason, field string) {
	switch {
	case appProtocol != nil && p.Protocol != resolve.ProtocolAuto:
		return resolve.Because(resolve.CauseAppProtocol, resolve.Details{Text: *appProtocol}), "appProtocol"
	case appProtocol != nil:
		return resolve.Because(resolve.CauseAppProtocolUnknown, resolve.Details{Text: *appProtocol}), "appProtocol"
	case p.Protocol == resolve.ProtocolAuto && p.Name == "":
		return resolve.Reason{Cause: resolve.CausePortUnnamed}, "port"
	case p.Protocol == resolve.ProtocolAuto:
		return resolve.Because(resolve.CausePortNameSilent, resolve.Details{Name: p.Name}), "name"
	case resolve.WellKnownTCP[p.Port] && resolve.ServicePortProtocol(0, p.Name, false, nil) == resolve.ProtocolAuto:
		return resolve.Reason{Cause: resolve.CauseServerSpeaksFirst}, "port"
	}
	return resolve.Because(resolve.CausePortName, resolve.Details{Name: p.Name}), "name"
}

// TakesNetworks reports whether a labelled Service has the port on which a gateway
// takes mTLS; one with port 15008 only is for ambient.
func (s *Service) TakesNetworks() bool {
	port := int32(config.EastWestPort)
	if p, err := strconv.ParseInt(s.Labels[resolve.GatewayPortLabel], 10, 32); err == nil {
		port = int32(p)
	}
	return slices.ContainsFunc(s.Ports, func(p ServicePortSpec) bool { return p.Port == port })
}
