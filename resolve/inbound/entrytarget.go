package inbound

import (
	"cmp"
	"slices"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// entryTarget is a ServiceEntry with a workloadSelector as the workloads see it
// that it selects: to istiod it is one of their Services, and has a say in what
// protocol their ports speak (2.7).
type entryTarget struct {
	created  time.Time
	host     string
	selector map[string]string
	ports    []entryPort
}

// entryPort is one port of a ServiceEntry, and where it leads to.
type entryPort struct {
	name     string
	target   int32
	protocol resolve.Protocol
}

// entryTargetsOf are the ServiceEntries with a selector, by namespace, one for
// each host, oldest first.
func entryTargetsOf(entries []resolve.Typed[*networkingv1.ServiceEntry]) map[string][]entryTarget {
	out := map[string][]entryTarget{}
	for _, o := range entries {
		spec := &o.As.Spec
		if len(spec.GetWorkloadSelector().GetLabels()) == 0 || !Visible(o.As.Labels, resolve.DefaultRevision) {
			continue
		}
		e := entryTarget{created: o.As.CreationTimestamp.Time, selector: spec.GetWorkloadSelector().GetLabels()}
		for _, p := range spec.GetPorts() {
			e.ports = append(e.ports, entryPort{p.GetName(), cmp.Or(int32(p.GetTargetPort()), int32(p.GetNumber())),
				resolve.ServicePortProtocol(0, p.GetProtocol(), p.GetProtocol() == "UDP", nil)})
		}
		for _, host := range spec.GetHosts() {
			e.host = host
			out[o.As.Namespace] = append(out[o.As.Namespace], e)
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b entryTarget) int {
			return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.host, b.host))
		})
	}
	return out
}

// before reports whether istiod looks at the entry before a Service.
func (e *entryTarget) before(s *Service) bool {
	host := s.host() + ".svc." + resolve.ClusterDomain
	return cmp.Or(e.created.Compare(s.Created), cmp.Compare(e.host, host)) < 0
}

// declare sets the protocol of the ports that the entry leads to, where nothing
// older has set one.
func (d *decider) declare(set *portSet, e *entryTarget) {
	for _, p := range e.ports {
		number := p.target
		if named, ok := d.pod.Named(p.name, false); ok && p.name != "" {
			number = named
		}
		if port := set.at(number, p.protocol == resolve.ProtocolUDP); port.Protocol == "" {
			port.Protocol = p.protocol
		}
	}
}
