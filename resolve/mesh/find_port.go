package mesh

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// NoPortError is a port that nothing of the target has.
type NoPortError struct {
	Target resolve.Target
	// UDP is true where it is a UDP port of a Service: it passes every proxy by.
	UDP bool
	// Hosts or Workloads are those of the target, with the ports that there are.
	Hosts     []*outbound.Host
	Workloads []*inbound.Workload
}

// Error implements error.
func (e *NoPortError) Error() string {
	if e.UDP {
		return fmt.Sprintf("port %s is UDP, which Istio does not handle: it passes every proxy by", e.Target.Port)
	}
	return "no port " + e.Target.Port
}

// UnledError is a port of a workload that no host leads to: nobody calls it by a name.
type UnledError struct {
	Target   resolve.Target
	Workload *inbound.Workload
	Port     int32
}

// Error implements error.
func (e *UnledError) Error() string {
	return fmt.Sprintf("no Service routes to port %d of %s", e.Port, e.Workload.Short())
}

// checkPort refuses a port that nothing of the target has.
func (c *Called) checkPort() error {
	switch {
	case c.Port == "":
		return nil
	case len(c.hosts) > 0:
		return c.checkHostPort(c.named())
	case len(c.servers) > 0:
		return c.checkServerPort()
	}
	return nil
}

func (c *Called) checkHostPort(hosts []*outbound.Host) error {
	has := func(h *outbound.Host) bool {
		return slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool { return c.isPort(&p) })
	}
	switch {
	case slices.ContainsFunc(hosts, has):
		return nil
	case slices.ContainsFunc(hosts, c.isUDP):
		return &NoPortError{Target: c.Target, UDP: true, Hosts: hosts}
	}
	return &NoPortError{Target: c.Target, Hosts: hosts}
}

func (c *Called) isUDP(h *outbound.Host) bool {
	for _, s := range c.mesh.Services() {
		if s.Ref == h.Ref {
			return slices.ContainsFunc(s.Ports, func(p inbound.ServicePortSpec) bool {
				return p.UDP && (p.Name == c.Port || strconv.Itoa(int(p.Port)) == c.Port)
			})
		}
	}
	return false
}

// checkServerPort is about a workload's own port: the one on which it listens.
func (c *Called) checkServerPort() error {
	var unled error
	for _, w := range c.servers {
		for i := range w.Ports {
			p := &w.Ports[i]
			switch {
			case !c.isServerPort(p) || p.Protocol == resolve.ProtocolUDP:
			case c.isLed(w, p.Number):
				return nil
			case unled == nil:
				unled = &UnledError{c.Target, w, p.Number}
			}
		}
	}
	if unled != nil {
		return unled
	}
	return &NoPortError{Target: c.Target, Workloads: c.servers}
}

// isLed reports whether a host leads to the port of a server.
func (c *Called) isLed(w *inbound.Workload, port int32) bool {
	for h := range c.behind {
		for i := range h.Ports {
			if slices.ContainsFunc(h.Ports[i].Endpoints, func(e outbound.Endpoint) bool { return e.Workload == w && e.Port == port }) {
				return true
			}
		}
	}
	return false
}

// NoSubsetError is a subset that no DestinationRule defines for the target's hosts, or none
// that counts for one client.
type NoSubsetError struct {
	Target resolve.Target
	Hosts  []string // sorted
	// Defined are the subsets that there are, each once: in order for all clients, in the
	// order of the calls for one.
	Defined []string
	// Client is the one whose rule was asked for, nil for all.
	Client *inbound.Workload
}

// Error implements error.
func (e *NoSubsetError) Error() string { return "no subset " + e.Target.Subset }

// checkDefined refuses a subset that no DestinationRule for the target's hosts defines: a
// call to it has no cluster, and an empty answer would look like one.
func (c *Called) checkDefined() error {
	if c.Subset == "" || len(c.hosts) == 0 {
		return nil
	}
	hosts := c.named()
	e := &NoSubsetError{Target: c.Target}
	for _, rule := range c.mesh.DestinationRules() {
		if !slices.ContainsFunc(hosts, rule.Names) {
			continue
		}
		for _, s := range rule.Spec().GetSubsets() {
			e.Defined = append(e.Defined, s.GetName())
		}
	}
	if slices.Contains(e.Defined, c.Subset) {
		return nil
	}
	for _, h := range hosts {
		e.Hosts = append(e.Hosts, h.Name)
	}
	slices.Sort(e.Hosts)
	slices.Sort(e.Defined)
	e.Defined = slices.Compact(e.Defined)
	return e
}

// CheckSubset refuses a subset that the client's rule does not define for a host of the
// target: its error is a *NoSubsetError.
func (c *Called) CheckSubset(w *inbound.Workload, h *outbound.Host) error {
	if c.Subset == "" {
		return nil
	}
	e := &NoSubsetError{Target: c.Target, Hosts: []string{h.Name}, Client: w}
	for call := range c.mesh.CallsOf(w, h) {
		switch {
		case call.Subset == c.Subset:
			return nil
		case call.Subset != "" && !slices.Contains(e.Defined, call.Subset):
			e.Defined = append(e.Defined, call.Subset)
		}
	}
	return e
}
