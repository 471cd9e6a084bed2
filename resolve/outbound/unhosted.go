package outbound

import (
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Unhosted is a DestinationRule for Services that the input does not hold, and of whose
// namespace it holds none: who keeps Istio's configuration in a repository of its own has
// only such rules. What it makes clients send can be held against the policies all the
// same.
type Unhosted struct {
	Rule *DestinationRule
	// Namespace is that of the Services, "" where the rule's host covers those of all
	// namespaces; Service is "" for a wildcard.
	Namespace, Service string
	// Empty is true where the input has the Services, and no workload that they select.
	Empty bool
	// Sends are what clients in the rule's own namespace send by it, by port and subset.
	Sends []UnhostedSending
}

// UnhostedSending is what clients send to one port and subset, where a rule sets it.
type UnhostedSending struct {
	// Port is a port that the rule names, 0 for all others.
	Port   int32
	Subset string
	TLS    resolve.ClientTLS
	// Field and Origin are where it is written.
	Field  resolve.Field
	Origin resolve.Origin
	By     resolve.Ref
}

// Unhosted are the rules of files for Services that the input does not hold, in the order of
// DestinationRules. In a cluster there is nothing behind such a rule.
func (side *Side) Unhosted() []Unhosted {
	side.linkClients()
	var list []Unhosted
	var index *RuleIndex
	for _, r := range side.rules {
		namespace, service, kubernetes := unhostedName(r.FQDN)
		hosts := side.hostsOfRule(r)
		empty := len(hosts) > 0
		if r.Origin.File == "" || r.Backend || r.HasRevision || !kubernetes || !empty && side.tells(r, namespace) || empty && slices.ContainsFunc(hosts, side.populated) {
			continue
		}
		if index == nil {
			index = NewRuleIndex(side.rules, resolve.DefaultRevision, side.In.Control.Of(resolve.DefaultRevision))
		}
		merged := index.ofOwn(r)
		if merged == nil {
			continue
		}
		sends := slices.DeleteFunc(merged.sendsTo(r), func(s UnhostedSending) bool {
			return empty && s.Port != 0 && !slices.ContainsFunc(hosts, func(h *Host) bool { return h.has(s.Port) })
		})
		if len(sends) > 0 {
			list = append(list, Unhosted{r, namespace, service, empty, sends})
		}
	}
	return list
}

// tells reports whether the input can tell that there is no Service of a rule's host, or the
// host is Istio's own.
func (side *Side) tells(r *DestinationRule, namespace string) bool {
	return side.installs(r.FQDN) || side.holdsServices(namespace) || namespace != "" && side.knowsNamespaceOf(r)
}

// populated reports a host of which the input knows what is behind it, or nothing is meant to
// be: one that is no Service of a file with a selector.
func (side *Side) populated(h *Host) bool {
	s := h.Backs
	return s == nil || s.Origin.File == "" || len(s.Selector) == 0 || len(side.behind(s))+len(s.Backings) > 0
}

// has reports a port of the host.
func (h *Host) has(port int32) bool {
	return slices.ContainsFunc(h.Ports, func(p HostPort) bool { return p.Number == port })
}

// ofOwn is what clients of a rule's own namespace have of the rules for its host, nil where
// another rule comes before it.
func (x *RuleIndex) ofOwn(r *DestinationRule) *MergedRule {
	entries := mapOf(x.Local, r.Ref.Namespace).Get(r.FQDN)
	i := slices.IndexFunc(entries, func(e *MergedRule) bool { return e.uses(r) })
	if i < 0 {
		return nil
	}
	return entries[i]
}

// sendsTo are the settings of a merged rule that stand in one of its rules.
func (m *MergedRule) sendsTo(r *DestinationRule) []UnhostedSending {
	policies, subsets := []*networkingapi.TrafficPolicy{m.Policy.TrafficPolicy()}, []string{""}
	for _, s := range m.Subsets {
		policies, subsets = append(policies, s.Spec.GetTrafficPolicy()), append(subsets, s.Spec.GetName())
	}
	ports := []int32{0}
	for _, policy := range policies {
		for _, e := range policy.GetPortLevelSettings() {
			if n := int32(e.GetPort().GetNumber()); !slices.Contains(ports, n) {
				ports = append(ports, n)
			}
		}
	}
	var out []UnhostedSending
	for _, subset := range subsets {
		for _, port := range ports {
			set := m.tlsFor(subset, port)
			same := func(s UnhostedSending) bool { return s.Field == set.field }
			if set.TLS == nil || set.Rule != r || slices.ContainsFunc(out, same) {
				continue
			}
			out = append(out, UnhostedSending{port, subset, resolve.ExplicitTLS[set.TLS.GetMode()], set.field, r.Origin, r.Ref})
		}
	}
	return out
}

// unhostedName takes the host of a rule apart: the name of a Service, or a wildcard for
// those of one namespace, or of all: "". kubernetes is false for a host that no Service has.
func unhostedName(host string) (namespace, service string, kubernetes bool) {
	const all = ".svc." + resolve.ClusterDomain
	if host == "*" || resolve.IsWildcard(host) && strings.HasSuffix(all, strings.TrimPrefix(host, "*")) {
		return "", "", true
	}
	if namespace = namespaceOf(host); namespace == "" || strings.Contains(namespace, ".") {
		return "", "", false
	}
	if service = serviceName(host); resolve.IsWildcard(service) {
		service = ""
	}
	return namespace, service, true
}

// holdsServices reports whether the input has Services of a namespace, of any for "".
func (side *Side) holdsServices(namespace string) bool {
	if namespace == "" {
		return len(side.In.Services) > 0
	}
	return slices.ContainsFunc(side.hostsByNamespace[namespace], func(h *Host) bool { return h.Kubernetes })
}

// Unselected is the decision for a workload of a namespace that no selector picks, whether or not
// the input has one.
func (side *Side) Unselected(namespace string) resolve.Decision {
	return side.In.Policies.Above(namespace, resolve.DefaultRevision).Decision
}
