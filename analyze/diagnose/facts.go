package diagnose

import (
	"fmt"
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// targeted are the ports of the host that was called, all of them where none is known.
func (c *Case) targeted() (out []*outbound.HostPort) {
	switch {
	case c.Host == nil:
		return nil
	case c.Port != nil:
		return []*outbound.HostPort{c.Port}
	}
	for i := range c.Host.Ports {
		out = append(out, &c.Host.Ports[i])
	}
	return out
}

// wrongTarget finds a target port that no container of the pod declares, while it declares others.
func wrongTarget(c *Case) (out []Cause) {
	for _, p := range c.targeted() {
		for _, e := range p.Endpoints {
			w := e.Workload
			if w == nil || e.Address != "" {
				continue
			}
			declared := declaredPorts(w)
			if len(declared) == 0 || slices.Contains(declared, e.Port) || c.Host.Service() == nil {
				continue
			}
			field := resolve.Path("spec", "ports").Index(indexOf(c.Host, p)).Child("targetPort")
			fact := Fact{Topic: "server", Text: fmt.Sprintf("%s targets port %d of %s, and its containers declare %v", c.Host.Ref, e.Port, w.Short(), declared), By: c.Host.Ref, Field: field, Position: c.Host.Origin.At(field)}
			cause := Cause{Key: w.Ref.String(), Facts: []Fact{fact}}
			if len(declared) == 1 {
				cause.Fixes = []Fix{{Text: fmt.Sprintf("set %s of %s to %d", field, c.Host.Ref, declared[0]), Edits: []analyze.Edit{{Object: c.Host.Ref, Verb: analyze.Set, Field: field, Value: declared[0]}}}}
			}
			return []Cause{cause}
		}
	}
	return nil
}

func declaredPorts(w *inbound.Workload) (out []int32) {
	for i := range w.Ports {
		if p := &w.Ports[i]; p.Declared && p.Protocol != resolve.ProtocolUDP {
			out = append(out, p.Number)
		}
	}
	return out
}

// indexOf is the place of a port among those of its Service.
func indexOf(h *outbound.Host, p *outbound.HostPort) int {
	return slices.IndexFunc(h.Service().Ports, func(s inbound.ServicePortSpec) bool { return s.Port == p.Number && !s.UDP })
}

// poolOf finds a DestinationRule for the host that limits its connections.
func poolOf(c *Case) (out []Cause) {
	for _, r := range c.Mesh.DestinationRules() {
		if c.Host == nil || r.FQDN != c.Host.Name || r.TrafficPolicy().GetConnectionPool() == nil {
			continue
		}
		field := resolve.Path("spec", "trafficPolicy", "connectionPool")
		out = append(out, Cause{Key: r.Ref.String(), Facts: []Fact{{Topic: "client", Text: r.Ref.String() + " limits the connections and requests of its clients", By: r.Ref, Field: field, Position: r.Origin.At(field)}}})
	}
	return out
}

// minimumOf reads the least TLS version that the sidecars accept.
func minimumOf(c *Case) []Cause {
	m := c.Mesh.Config().GetMeshMTLS()
	text := ""
	switch {
	case m.GetMinProtocolVersion() == meshv1alpha1.MeshConfig_TLSConfig_TLSV1_3:
		text = "meshMTLS.minProtocolVersion of the mesh configuration is TLSV1_3"
	case len(m.GetCipherSuites()) > 0:
		text = fmt.Sprintf("meshMTLS.cipherSuites of the mesh configuration are %v", m.GetCipherSuites())
	default:
		return nil
	}
	return []Cause{{Key: text, Facts: []Fact{{Topic: "mesh", Text: text}}}}
}

// plainPort finds that the port which an application calls with TLS is not declared for it.
func plainPort(c *Case) (out []Cause) {
	for _, p := range c.targeted() {
		if p.Protocol.SaysTLS() || p.Protocol.Class() == resolve.ClassAuto {
			continue
		}
		fact := Fact{Topic: "server", Text: fmt.Sprintf("port %d of %s is declared %s: an application that expects TLS is declared HTTPS or TLS", p.Number, c.Host.Name, p.Protocol), By: c.Host.Ref, Position: c.Host.Origin.At("spec.ports")}
		out = append(out, Cause{Key: fact.Text, Facts: []Fact{fact}})
	}
	return out
}

// protocols finds Services that declare one port of a pod as different protocols.
func protocols(c *Case) (out []Cause) {
	for _, w := range c.servers() {
		for i := range w.Ports {
			if declared := declarations(c, w, &w.Ports[i]); len(declared) > 1 {
				out = append(out, Cause{Key: fmt.Sprint(w.Ref, w.Ports[i].Number), Facts: declared})
			}
		}
	}
	return out
}

// declarations are the Services of a port, one for each class of protocols.
func declarations(c *Case, w *inbound.Workload, p *inbound.Port) (out []Fact) {
	seen := map[resolve.ProtocolClass]bool{}
	for _, h := range c.Mesh.Hosts() {
		for i := range h.Ports {
			hp := &h.Ports[i]
			here := slices.ContainsFunc(hp.Endpoints, func(e outbound.Endpoint) bool { return e.Workload == w && e.Port == p.Number })
			if class := hp.Protocol.Class(); here && !seen[class] {
				seen[class] = true
				out = append(out, Fact{Topic: "server", Text: fmt.Sprintf("%s declares port %d, which targets port %d of %s, as %s", h.Ref, hp.Number, p.Number, w.Short(), hp.Protocol), By: h.Ref, Position: h.Origin.At("spec.ports")})
			}
		}
	}
	return out
}

// istiodPort is where agents and proxies reach istiod.
const istiodPort = 15012

// blockedIstiod finds NetworkPolicies that limit the egress of the pods to other ports than istiod's.
func blockedIstiod(c *Case) (out []Cause) {
	ends := c.ends()
	if len(ends) == 0 {
		ends = c.Mesh.Workloads()
	}
	for _, o := range c.Mesh.Objects(resolve.KindNetworkPolicy) {
		policy, ok := o.Value.(*resolve.NetworkPolicy)
		if !ok {
			continue
		}
		for _, w := range ends {
			if w.Ref.Namespace == policy.Namespace && w.Membership.Dataplane != resolve.DataplaneNone && blocks(policy, w) {
				fact := Fact{Topic: "client", Text: fmt.Sprintf("%s limits the egress of %s, and no rule allows port %d", o.Ref(), w.Short(), istiodPort), By: o.Ref(), Field: "spec.egress", Position: o.Origin.At("spec.egress")}
				out = append(out, Cause{Key: o.Ref().String(), Facts: []Fact{fact}})
				break
			}
		}
	}
	return out
}

// blocks reports that parts which select a workload limit its egress, and that none allows istiod.
func blocks(p *resolve.NetworkPolicy, w *inbound.Workload) bool {
	return limited(p, w, istiodPort, func(part *resolve.NetworkPolicyPart) []resolve.NetworkRule { return part.Egress })
}

// blocksPort is the same of its ingress and a port.
func blocksPort(p *resolve.NetworkPolicy, w *inbound.Workload, port int32) bool {
	return limited(p, w, port, func(part *resolve.NetworkPolicyPart) []resolve.NetworkRule { return part.Ingress })
}

func limited(p *resolve.NetworkPolicy, w *inbound.Workload, port int32, direction func(*resolve.NetworkPolicyPart) []resolve.NetworkRule) (limits bool) {
	allows := func(r resolve.NetworkRule) bool {
		return len(r.Ports) == 0 || slices.ContainsFunc(r.Ports, func(n resolve.NetworkPort) bool {
			return n.Name != "" || n.From == 0 || n.From <= port && port <= max(n.From, n.To)
		})
	}
	for i := range p.Parts {
		rules := direction(&p.Parts[i])
		selector := &p.Parts[i].Selector
		if rules == nil || len(selector.MatchExpressions) > 0 || !resolve.Selects(selector.MatchLabels, w.Labels) {
			continue
		}
		if limits = true; slices.ContainsFunc(rules, allows) {
			return false
		}
	}
	return limits
}

// blockedPort finds NetworkPolicies that limit the ingress of the server to other ports.
func blockedPort(c *Case) (out []Cause) {
	for _, p := range c.targeted() {
		for _, e := range p.Endpoints {
			if e.Workload == nil {
				continue
			}
			for _, o := range c.Mesh.Objects(resolve.KindNetworkPolicy) {
				policy, ok := o.Value.(*resolve.NetworkPolicy)
				if !ok || policy.Namespace != e.Workload.Ref.Namespace || !blocksPort(policy, e.Workload, e.Port) {
					continue
				}
				fact := Fact{Topic: "server", Text: fmt.Sprintf("%s limits what may reach %s, and no rule allows port %d", o.Ref(), e.Workload.Short(), e.Port), By: o.Ref(), Field: "spec.ingress", Position: o.Origin.At("spec.ingress")}
				out = append(out, Cause{Key: o.Ref().String(), Facts: []Fact{fact}})
			}
		}
	}
	return out
}

// unknownName finds that no host of the mesh has the name of the line.
func unknownName(c *Case) []Cause {
	service := c.Incident.Service
	if c.Host != nil || service == (resolve.Peer{}) {
		return nil
	}
	return []Cause{{Key: service.String(), Facts: []Fact{{Topic: "host", Text: "the input has no Service and no ServiceEntry " + service.String()}}}}
}
