package resolve

// linkClients builds the client side when it is first asked for: who only wants
// the modes of ports does not pay for it.
func (m *Mesh) linkClients() {
	if m.whole != nil {
		m.whole.linkClients()
		return
	}
	m.linking.Do(func() {
		if len(m.parts) > 0 {
			m.joinClients()
			return
		}
		m.hosts = m.hostsOf(m.input)
		m.linkHosts(m.input)
		m.input = nil
	})
}

// linkHosts builds rules, and the classes of clients with what each knows of the
// hosts.
func (m *Mesh) linkHosts(c *collection) {
	m.indexHosts()
	for _, o := range c.rules {
		m.rules = append(m.rules, newDestinationRule(o, ClusterDomain))
	}
	m.rules = append(m.rules, m.backendRules(m.others[KindBackendTLSPolicy])...)
	for _, r := range m.rules {
		r.home = m
	}
	m.indexRules()
	m.virtualServices = m.virtualServicesOf(c)
	m.routes = m.newRouteIndex()
	m.clients = m.classes(c)
	byRevision := map[string]*ruleIndex{}
	for _, class := range m.clients {
		if byRevision[class.Revision] == nil {
			byRevision[class.Revision] = newRuleIndex(m.rules, class.Revision, m.control.of(class.Revision))
		}
		class.home, class.Cluster = m, m.cluster
		class.rules = byRevision[class.Revision]
		class.scope = m.scopeOf(class)
	}
}

func (m *Mesh) indexHosts() {
	m.hostsByName, m.hostsByNamespace = map[string][]*Host{}, map[string][]*Host{}
	m.preferences.Clear()
	for _, h := range m.hosts {
		m.hostsByName[h.Name] = append(m.hostsByName[h.Name], h)
		m.hostsByNamespace[h.Namespace] = append(m.hostsByNamespace[h.Namespace], h)
	}
}

func (m *Mesh) indexRules() {
	m.rulesByNamespace, m.rulesByHost = map[string][]*DestinationRule{}, map[string]int{}
	for _, r := range m.rules {
		m.rulesByHost[r.FQDN]++
		m.rulesByNamespace[r.Ref.Namespace] = append(m.rulesByNamespace[r.Ref.Namespace], r)
	}
}
