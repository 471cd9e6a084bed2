package resolve

// linkClients builds the client side when it is first asked for: who only wants
// the modes of ports does not pay for it.
func (m *Mesh) linkClients() {
	m.linking.Do(func() {
		m.link(m.input)
		m.input = nil
	})
}

// link builds hosts with their endpoints, rules, and the classes of clients with
// what each knows.
func (m *Mesh) link(c *collection) {
	m.hosts = m.hostsOf(c)
	m.hostsByName, m.hostsByNamespace = map[string][]*Host{}, map[string][]*Host{}
	for _, h := range m.hosts {
		m.hostsByName[h.Name] = append(m.hostsByName[h.Name], h)
		m.hostsByNamespace[h.Namespace] = append(m.hostsByNamespace[h.Namespace], h)
	}
	for _, o := range c.rules {
		m.rules = append(m.rules, newDestinationRule(o, ClusterDomain))
	}
	m.rules = append(m.rules, m.backendRules(m.others[KindBackendTLSPolicy])...)
	m.virtualServices = m.virtualServicesOf(c)
	m.clients = m.classes(c)
	byRevision := map[string]*ruleIndex{}
	for _, class := range m.clients {
		if byRevision[class.Revision] == nil {
			byRevision[class.Revision] = newRuleIndex(m.rules, class.Revision, m.control.of(class.Revision))
		}
		class.rules = byRevision[class.Revision]
		class.scope = m.scopeOf(class)
	}
}
