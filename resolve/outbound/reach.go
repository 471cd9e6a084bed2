package outbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Reach says what a DestinationRule does for the clients of the input.
type Reach struct {
	// Hosts are those that the rule's host names, whether or not it counts there.
	Hosts []*Host
	// Used is true when the rule counts for at least one client and host.
	Used bool
	// Unused is the kind of thing that keeps an unused rule from counting, zero when it is
	// used or when the input has no client that could tell; Why is the thing itself.
	Unused Unused
	Why    resolve.Reason
	// Guess is true where another reading of the input is possible: a host that is no
	// service of it may be one that an operator or a chart makes.
	Guess bool
	// Fallback is true for a wildcard that other rules only overrule for the services
	// at hand: it still counts for any that comes later.
	Fallback bool
	// By is the rule that takes its place, zero when there is none.
	By resolve.Ref
	// Intended is the host that was meant where the rule spells another, nil otherwise.
	Intended *Host
}

// Reach works out whether a rule counts anywhere (3.2).
func (side *Side) Reach(r *DestinationRule) Reach {
	side.linkClients()
	together := side.surveyOf(r)
	hosts := side.hostsSurveyed(r, together)
	out, nearest, asked := Reach{}, -1, false
	switch {
	case len(hosts) == 0:
		return side.noHost(r)
	case !slices.ContainsFunc(hosts, func(h *Host) bool { return h.Alias == "" }):
		out, asked = onlyAliases(hosts), len(side.clients) > 0
	}
	if together != nil {
		return together.reach(side, r, out, asked)
	}
	for _, class := range side.clients {
		for _, h := range hosts {
			if !class.Proxied() || h.Alias != "" || !h.visibleTo(class) {
				continue
			}
			asked = true
			merged := side.RuleFor(class, h)
			if merged != nil && merged.uses(r) {
				return Reach{Hosts: hosts, Used: true}
			}
			if near := side.nearness(r, class, h); near > nearest {
				nearest, out = near, side.refusal(r, class, h, merged)
			}
		}
	}
	if !asked {
		out = Reach{}
	}
	out.Hosts = hosts
	return out
}

// nearness ranks the clients and hosts that could use a rule: what keeps it from
// those for which it is looked up at all is the reason worth telling.
func (side *Side) nearness(r *DestinationRule, class *ClientClass, h *Host) int {
	switch ns := r.Ref.Namespace; {
	case ns == class.Namespace:
		return 2
	case ns == h.Namespace || ns == side.In.Root:
		return 1
	}
	return 0
}

// hostsOfRule are the hosts that a rule's host names.
func (side *Side) hostsOfRule(r *DestinationRule) []*Host { return side.HostsUnder(r.FQDN) }

// HostsUnder are those that a name or a wildcard stands for.
func (side *Side) HostsUnder(name string) []*Host {
	side.linkClients()
	if !resolve.IsWildcard(name) {
		return side.hostsByName[name]
	}
	var out []*Host
	for _, h := range side.hosts {
		if resolve.SubsetOf(h.Name, name) {
			out = append(out, h)
		}
	}
	return out
}

// uses reports whether anything of a rule is left in the merge.
func (m *MergedRule) uses(r *DestinationRule) bool {
	return m.Policy == r || m.first == r || m.backend == r || slices.Contains(m.older, r) || slices.ContainsFunc(m.Subsets, func(s MergedSubset) bool { return s.Rule == r })
}

// Used are the rules of which anything is left in the merge, each once.
func (m *MergedRule) Used() []*DestinationRule {
	out := []*DestinationRule{m.first}
	add := func(r *DestinationRule) {
		if r != nil && r != out[len(out)-1] && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	add(m.Policy)
	for _, r := range m.older {
		add(r)
	}
	add(m.backend)
	for _, s := range m.Subsets {
		add(s.Rule)
	}
	return out
}

// SubsetNames are "" for the host as it is and the subsets of the rule.
func (m *MergedRule) SubsetNames() []string {
	names := []string{""}
	if m != nil {
		for _, s := range m.Subsets {
			names = append(names, s.Spec.GetName())
		}
	}
	return names
}

// exportedTo reports whether clients of a namespace see the rule at all.
func (r *DestinationRule) exportedTo(client string) bool {
	return len(r.Exports) == 0 || r.Exports.VisibleIn(client, r.Ref.Namespace)
}
