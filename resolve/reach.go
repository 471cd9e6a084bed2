package resolve

import (
	"fmt"
	"slices"
	"strings"
)

// Reach says what a DestinationRule does for the clients of the input.
type Reach struct {
	// Hosts are those that the rule's host names, whether or not it counts there.
	Hosts []*Host
	// Used is true when the rule counts for at least one client and host.
	Used bool
	// Why says what keeps an unused rule from counting, "" when it is used or when
	// the input has no client that could tell.
	Why  string
	Rule string
	// Guess is true where another reading of the input is possible: a host that is no
	// service of it may be one that an operator or a chart makes.
	Guess bool
	// By is the rule that takes its place, zero when there is none.
	By Ref
}

// Reach works out whether a rule counts anywhere (3.2).
func (m *Mesh) Reach(r *DestinationRule) Reach {
	m.linkClients()
	out := Reach{}
	out.Hosts = m.hostsOfRule(r)
	if len(out.Hosts) == 0 {
		if m.knowsNamespaceOf(r) {
			out.Why, out.Guess = m.noHost(r)
			out.Rule = "3.2.1"
		}
		return out
	}
	asked := false
	for _, class := range m.clients {
		if !class.Proxied() {
			continue
		}
		for _, h := range out.Hosts {
			if !h.VisibleTo(class.Namespace) {
				continue
			}
			asked = true
			merged := m.ruleFor(class, h)
			if merged != nil && slices.Contains(merged.from, r) && merged.uses(r) {
				out.Used, out.Why, out.By, out.Rule = true, "", Ref{}, ""
				return out
			}
			if out.Why == "" {
				out.Why, out.Rule, out.By = m.passedOver(r, class, h, merged)
			}
		}
	}
	if !asked {
		out.Why = ""
	}
	return out
}

// hostsOfRule are the hosts that a rule's host names.
func (m *Mesh) hostsOfRule(r *DestinationRule) []*Host { return m.hostsUnder(r.FQDN) }

// hostsUnder are those that a name or a wildcard stands for.
func (m *Mesh) hostsUnder(name string) []*Host {
	if !isWildcard(name) {
		return m.hostsByName[name]
	}
	var out []*Host
	for _, h := range m.hosts {
		if subsetOf(h.Name, name) {
			out = append(out, h)
		}
	}
	return out
}

// knowsNamespaceOf reports whether the input can tell that a rule's host names
// nothing: for a Kubernetes name only where it holds Services of that namespace,
// since many are made by charts that nobody rendered.
func (m *Mesh) knowsNamespaceOf(r *DestinationRule) bool {
	rest, kubernetes := strings.CutSuffix(r.FQDN, ".svc."+ClusterDomain)
	if !kubernetes {
		return strings.Count(r.FQDN, ".") == 1 && m.hasHost(r.FQDN+".svc."+ClusterDomain)
	}
	_, namespace, _ := strings.Cut(rest, ".")
	return r.Host != r.FQDN && m.hasNamed(r.Host) || slices.ContainsFunc(m.hostsByNamespace[namespace], func(h *Host) bool { return h.kubernetes })
}

func (m *Mesh) hasHost(name string) bool { return len(m.hostsByName[name]) > 0 }

// hasNamed reports whether any namespace has a Service of the name.
func (m *Mesh) hasNamed(name string) bool {
	return slices.ContainsFunc(m.hosts, func(h *Host) bool { return h.kubernetes && h.Ref.Name == name })
}

// uses reports whether anything of a rule is left in the merge.
func (m *mergedRule) uses(r *DestinationRule) bool {
	return m.policy == r || m.first == r || m.backend == r || slices.ContainsFunc(m.subsets, func(s mergedSubset) bool { return s.rule == r })
}

// noHost says why a rule's host names nothing, and whether that is a guess.
func (m *Mesh) noHost(r *DestinationRule) (why string, guess bool) {
	if r.Host != r.FQDN {
		for _, h := range m.hosts {
			if h.Ref.Name == r.Host {
				return fmt.Sprintf("host %s means %s, which is no service; %s is in namespace %s: write its full name", r.Host, r.FQDN, h.Ref, h.Namespace), false
			}
		}
		return fmt.Sprintf("host %s means %s, which is no service of the input", r.Host, r.FQDN), true
	}
	for _, h := range m.hosts {
		if h.kubernetes && r.Host == h.Ref.Name+"."+h.Namespace {
			return fmt.Sprintf("host %s has a dot and is taken as it is; the service is %s", r.Host, h.Name), false
		}
	}
	return fmt.Sprintf("host %s is no service of the input, which has others of its namespace", r.Host), true
}

// exportedTo reports whether clients of a namespace see the rule at all.
func (r *DestinationRule) exportedTo(client string) bool {
	return len(r.exports) == 0 || r.exports.visibleIn(client, r.Ref.Namespace)
}

// passedOver says why a rule does not count for one client and host.
func (m *Mesh) passedOver(r *DestinationRule, class *ClientClass, h *Host, merged *mergedRule) (why, rule string, by Ref) {
	ns := r.Ref.Namespace
	switch {
	case r.HasRevision && r.Revision != class.Revision:
		return fmt.Sprintf("it is labelled for revision %q", r.Revision), "1.14", Ref{}
	case r.HasSelector && ns != class.Namespace:
		return fmt.Sprintf("its workloadSelector reaches clients of namespace %s only, and it selects none of them", ns), "3.2.7", Ref{}
	case r.HasSelector && !selects(r.Selector, class.labels):
		return "its workloadSelector selects no client", "3.2.7", Ref{}
	case ns != class.Namespace && ns != h.Namespace && ns != m.rootNamespace:
		return fmt.Sprintf("namespace %s is neither the clients', nor the service's (%s), nor the root namespace: such a rule is never used", ns, h.Namespace), "3.2.3", Ref{}
	case merged != nil && slices.Contains(merged.from, r):
		return fmt.Sprintf("it is merged into %s, which comes first, and everything in it was set there already", merged.first.Ref.Path()), "3.2.9", merged.first.Ref
	case !r.exportedTo(class.Namespace):
		return fmt.Sprintf("it is not exported to namespace %s", class.Namespace), "3.2.3", Ref{}
	case merged != nil:
		return fmt.Sprintf("%s comes first for %s", merged.first.Ref.Path(), h.Name), "3.2.3", merged.first.Ref
	}
	if key, entries, ok := class.rules.exported[ns].match(h.Name); ok && key != r.FQDN && ns != class.Namespace {
		return fmt.Sprintf("%s has a more specific host and is not exported to namespace %s; less specific ones are not tried", entries[0].first.Ref.Path(), class.Namespace), "3.2.5", Ref{}
	}
	if _, mask, ok := class.rules.local[class.Namespace].match(h.Name); ok {
		return fmt.Sprintf("%s ends the search and selects other clients: it masks this one", mask[0].first.Ref.Path()), "3.2.8", Ref{}
	}
	return "a rule that selects other clients hides it (masking)", "3.2.8", Ref{}
}
