package mesh

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Called is what a Target leads to: hosts, or workloads behind any host.
type Called struct {
	resolve.Target
	mesh *Mesh
	// hosts are those that were named; all is true where a namespace was.
	hosts map[*outbound.Host]bool
	all   bool
	// servers are the workloads that were named, behind the hosts that have one of them
	// behind them.
	servers []*inbound.Workload
	serves  map[*inbound.Workload]bool
	behind  map[*outbound.Host]bool
}

// Call finds what a target leads to, among CalledNames. Several hosts of one ServiceEntry
// are one thing; a host under a wildcard of a ServiceEntry is the wildcard. Its error is
// that of Find, or an *AliasError, *AddressError, *NoPortError, *UnledError or
// *NoSubsetError.
func (n *CalledNames) Call(t resolve.Target) (*Called, error) {
	hits, err := n.target(t)
	if err != nil {
		return nil, err
	}
	c := &Called{Target: t, mesh: n.mesh, hosts: map[*outbound.Host]bool{}, serves: map[*inbound.Workload]bool{}, behind: map[*outbound.Host]bool{}}
	for _, hit := range hits {
		switch {
		case hit.Host != nil && hit.Host.Alias != "":
			return nil, &AliasError{Target: t, Ref: hit.Ref, Alias: hit.Host.Alias}
		case hit.Host != nil:
			c.hosts[hit.Host] = true
		case hit.Namespace != nil:
			c.all = true
			c.addNamespace(hit.Namespace.Name)
		default:
			c.addServers(hit.Workloads)
		}
	}
	c.findBehind()
	if err := c.checkPort(); err != nil {
		return nil, err
	}
	if err := c.checkDefined(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Called) addNamespace(name string) {
	for _, h := range c.mesh.Hosts() {
		if h.Namespace == name {
			c.hosts[h] = true
		}
	}
}

func (c *Called) addServers(workloads []*inbound.Workload) {
	for _, w := range workloads {
		if !c.serves[w] {
			c.serves[w] = true
			c.servers = append(c.servers, w)
		}
	}
}

// findBehind looks for the hosts of the servers.
func (c *Called) findBehind() {
	if len(c.servers) == 0 {
		return
	}
	for _, h := range c.mesh.Hosts() {
		for i := range h.Ports {
			if slices.ContainsFunc(h.Ports[i].Endpoints, func(e outbound.Endpoint) bool { return c.serves[e.Workload] }) {
				c.behind[h] = true
			}
		}
	}
}

// target finds what a target names: a thing of the input, an address, or a host under a
// wildcard.
func (n *CalledNames) target(t resolve.Target) ([]Thing, error) {
	if t.Kind == "" && resolve.IsAddress(t.Name.Name) {
		return n.address(t.Name.Name)
	}
	hits, err := n.Find(t.Name)
	var missing *NotFoundError
	if t.Kind != "" || !errors.As(err, &missing) || !strings.Contains(t.Name.Name, ".") {
		return hits, err
	}
	if wild := n.wildcards(t.Name.Name); len(wild) > 0 {
		return wild, nil
	}
	if _, namespace, _ := strings.Cut(t.Name.Name, "."); n.mesh.Namespace(namespace) == nil {
		missing.Outside = n.mesh.outside()
	}
	return nil, missing
}

// MayHold is asked before anything about a host is worked out: whether a call to it may
// be one of the target's.
func (c *Called) MayHold(h *outbound.Host) bool { return c.hosts[h] || c.behind[h] }

// Holds reports a call that goes where the target says.
func (c *Called) Holds(call *outbound.Connection) bool {
	if c.Subset != "" && c.Subset != call.Subset {
		return false
	}
	return c.hosts[call.Host] && (c.Port == "" || c.isPort(call.Port)) || c.leadsTo(call.Server)
}

// isPort compares a number or a port's name.
func (c *Called) isPort(p *outbound.HostPort) bool {
	return c.Port == strconv.Itoa(int(p.Number)) || c.Port == p.Name
}

func (c *Called) isServerPort(p *inbound.Port) bool {
	return c.Port == "" || c.Port == strconv.Itoa(int(p.Number)) || p.Name != "" && c.Port == p.Name
}

// leadsTo reports whether an endpoint is one of the servers, at the port that was
// named.
func (c *Called) leadsTo(e *outbound.Endpoint) bool {
	if e == nil || e.Workload == nil || !c.serves[e.Workload] {
		return false
	}
	at := inbound.Port{Number: e.Port}
	for i := range e.Workload.Ports {
		if p := &e.Workload.Ports[i]; p.Number == e.Port {
			at.Name = p.Name
		}
	}
	return c.isServerPort(&at)
}

// One is the only port that the target names: of a host, or of all hosts that lead to the
// servers. It is nil where there are more, or none, or where a namespace was named.
func (c *Called) One() (*outbound.Host, *outbound.HostPort) {
	if len(c.servers) > 0 {
		return c.oneBefore()
	}
	if len(c.hosts) != 1 || c.all {
		return nil, nil
	}
	for h := range c.hosts {
		for i := range h.Ports {
			if c.isPort(&h.Ports[i]) || c.Port == "" && len(h.Ports) == 1 {
				return h, &h.Ports[i]
			}
		}
	}
	return nil, nil
}

func (c *Called) oneBefore() (host *outbound.Host, port *outbound.HostPort) {
	for _, h := range c.mesh.Hosts() {
		for i := range h.Ports {
			p := &h.Ports[i]
			if !c.behind[h] || !slices.ContainsFunc(p.Endpoints, func(e outbound.Endpoint) bool { return c.leadsTo(&e) }) {
				continue
			}
			if port != nil {
				return nil, nil
			}
			host, port = h, p
		}
	}
	return host, port
}

// named are the target's hosts, in the mesh's order.
func (c *Called) named() []*outbound.Host {
	var hosts []*outbound.Host
	for _, h := range c.mesh.Hosts() {
		if c.hosts[h] {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// AliasError is a target that is another name of a host: callers get its connection.
type AliasError struct {
	Target resolve.Target
	Ref    resolve.Ref
	Alias  string
}

// Error implements error.
func (e *AliasError) Error() string {
	return fmt.Sprintf("%s is another name of %s (ExternalName): callers get its connection", e.Ref, e.Alias)
}
