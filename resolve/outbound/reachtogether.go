package outbound

import "sync"

// many is from how many rules for one host on their answers are worked out together.
const many = 4

// survey is what clients use for the hosts that one rule host names: what many rules with
// that host are judged by, so that not each of them asks every client about every host.
type survey struct {
	once  sync.Once
	hosts []*Host
	asked bool
	used  map[*DestinationRule]bool
	// byClient are the first clients and hosts that were asked by the namespace of the
	// clients, byHost by that of the host; first is the first of all.
	byClient, byHost map[string]asking
	first            asking
}

// asking is one client and host in the order in which Reach asks.
type asking struct {
	class  *ClientClass
	host   *Host
	merged *MergedRule
}

// surveyOf is the survey of a rule host, nil where few rules have it.
func (side *Side) surveyOf(r *DestinationRule) *survey {
	if side.rulesByHost[r.FQDN] < many {
		return nil
	}
	made, _ := side.surveys.LoadOrStore(r.FQDN, &survey{})
	s := made.(*survey)
	s.once.Do(func() { s.ask(side, side.HostsUnder(r.FQDN)) })
	return s
}

func (s *survey) ask(m *Side, hosts []*Host) {
	s.hosts, s.used, s.byClient, s.byHost = hosts, map[*DestinationRule]bool{}, map[string]asking{}, map[string]asking{}
	seen := map[*MergedRule]bool{}
	for _, class := range m.clients {
		for _, h := range hosts {
			if !class.Proxied() || h.Alias != "" || !h.visibleTo(class) {
				continue
			}
			merged := m.RuleFor(class, h)
			if merged != nil && !seen[merged] {
				seen[merged] = true
				merged.mark(s.used)
			}
			s.note(asking{class, h, merged})
		}
	}
}

// mark adds the rules of which anything is left in the merge, as uses has it.
func (m *MergedRule) mark(used map[*DestinationRule]bool) {
	used[m.first], used[m.Policy], used[m.backend] = true, true, true
	for _, r := range m.older {
		used[r] = true
	}
	for _, s := range m.Subsets {
		used[s.Rule] = true
	}
}

// note keeps what is the first of its namespaces.
func (s *survey) note(a asking) {
	if !s.asked {
		s.asked, s.first = true, a
	}
	if _, ok := s.byClient[a.class.Namespace]; !ok {
		s.byClient[a.class.Namespace] = a
	}
	if _, ok := s.byHost[a.host.Namespace]; !ok {
		s.byHost[a.host.Namespace] = a
	}
}

// nearest is what is worth telling of a rule that nobody uses: the first of those that
// rank highest, see nearness.
func (s *survey) nearest(m *Side, r *DestinationRule) asking {
	ns := r.Ref.Namespace
	if a, ok := s.byClient[ns]; ok {
		return a
	}
	if ns == m.In.Root {
		return s.first
	}
	if a, ok := s.byHost[ns]; ok {
		return a
	}
	return s.first
}

// reach is the answer of Reach; out is that where nobody can be asked, and counts where
// known says so.
func (s *survey) reach(m *Side, r *DestinationRule, out Reach, known bool) Reach {
	switch {
	case s.used[r]:
		return Reach{Hosts: s.hosts, Used: true}
	case s.asked:
		a := s.nearest(m, r)
		out = m.refusal(r, a.class, a.host, a.merged)
	case !known:
		out = Reach{}
	}
	out.Hosts = s.hosts
	return out
}

// hostsSurveyed are those that a rule's host names.
func (side *Side) hostsSurveyed(r *DestinationRule, s *survey) []*Host {
	if s != nil {
		return s.hosts
	}
	return side.hostsOfRule(r)
}
