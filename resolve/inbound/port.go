package inbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// transport is a port number and whether it is UDP: one place to listen.
type transport struct {
	number int32
	udp    bool
}

// portSet collects the ports of a workload from everything that names one.
type portSet struct {
	index map[transport]int
	ports []Port
}

func (s *portSet) at(number int32, udp bool) *Port {
	key := transport{number, udp}
	i, ok := s.index[key]
	if !ok {
		i = len(s.ports)
		s.index[key] = i
		p := Port{Number: number}
		if udp {
			p.Protocol = resolve.ProtocolUDP
		}
		s.ports = append(s.ports, p)
	}
	return &s.ports[i]
}

// ports lists and decides every port: those that containers declare, that
// Services target, that a policy or a Sidecar listener names (2.7, 2.8).
func (d *decider) ports(services []*Service) []Port {
	set := &portSet{index: make(map[transport]int, 4), ports: make([]Port, 0, max(1, len(d.pod.Ports)))}
	for _, c := range d.pod.Ports {
		p := set.at(c.Number, c.UDP)
		p.Declared = true
		if p.Name == "" {
			p.Name = c.Name
		}
	}
	entries := d.entries
	for _, s := range services {
		for len(entries) > 0 && entries[0].before(s) {
			d.declare(set, &entries[0])
			entries = entries[1:]
		}
		d.targets(set, s)
	}
	for _, l := range d.leads {
		set.lead(l.number, l.port, l.service)
	}
	for i := range entries {
		d.declare(set, &entries[i])
	}
	for _, n := range d.policyPorts() {
		set.at(n, false)
	}
	for _, n := range d.ingressPorts() {
		set.at(n, false).Declared = true
	}
	d.serverPorts(set, services)
	slices.SortFunc(set.ports, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Protocol, b.Protocol))
	})
	for i := range set.ports {
		set.ports[i].Protocol = d.ingressProtocol(&set.ports[i])
	}
	d.each(set.ports)
	return set.ports
}

// each decides ports that are known.
func (d *decider) each(ports []Port) {
	for i := range ports {
		p := &ports[i]
		p.Decision = d.patched(d.forPort(p), p.Number)
	}
}

// annotatedPorts decides the ports that nothing names but the annotations that take them to
// the proxy or past it (2.11): whatever holds for all others does not hold for them.
func (d *decider) annotatedPorts() map[int32]resolve.Decision {
	c := &d.workload.Capture
	if len(c.Include)+len(c.Exclude) == 0 {
		return nil
	}
	out := map[int32]resolve.Decision{}
	for _, n := range slices.Concat(c.Include, c.Exclude) {
		p := Port{Number: n, Protocol: resolve.ProtocolAuto}
		out[n] = d.patched(d.forPort(&p), n)
	}
	return out
}

// policyPorts are the ports that the winning policy names, where a proxy may read it.
func (d *decider) policyPorts() []int32 {
	by := d.in.Winners[resolve.ScopeWorkload]
	if by == nil || !d.server().listed() {
		return nil
	}
	ports := make([]int32, len(by.Ports))
	for i, e := range by.Ports {
		ports[i] = e.Port
	}
	return ports
}

// targets adds the ports of a Service, older Services first: the first decides
// the protocol (2.7).
func (d *decider) targets(set *portSet, s *Service) {
	for _, sp := range s.Ports {
		number, ok := d.target(sp)
		if !ok {
			continue // no container declares the name: the Service port leads nowhere
		}
		set.lead(number, sp, s)
	}
}

// lead adds a Service port that leads to a port; the first sets the protocol.
func (s *portSet) lead(number int32, sp ServicePortSpec, by *Service) {
	p, port := s.at(number, sp.UDP), ServicePort{by.Ref.Namespace, by.Ref.Name, sp.Port, sp.Name}
	if p.Protocol == "" {
		p.Protocol = sp.Protocol
	}
	if !slices.Contains(p.Services, port) {
		p.Services = append(p.Services, port)
	}
}

// target is the workload port behind a Service port; ok is false when it is named
// and no container declares the name.
func (d *decider) target(sp ServicePortSpec) (number int32, ok bool) {
	if IsMachine(d.workload.Ref.Kind) {
		// A machine's own port of the target's name, else of the Service port's, comes first (1.10).
		if number, ok = d.pod.Named(cmp.Or(sp.TargetName, sp.Name), false); ok {
			return number, true
		}
	}
	if sp.TargetName == "" {
		return sp.TargetPort, true
	}
	return d.pod.Named(sp.TargetName, sp.UDP)
}
