package mesh

import "github.com/mtlsctl/mtlsctl/resolve"

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
		if m.from != nil {
			m.linkFrom(m.from)
			m.from = nil
			return
		}
		m.hosts = m.hostsOf(m.client)
		m.linkHosts(m.client)
	})
}

// linkHosts builds rules, and the classes of clients with what each knows of the
// hosts.
func (m *Mesh) linkHosts(c *resolve.Collection) {
	m.indexHosts()
	for _, o := range c.Rules {
		m.rules = append(m.rules, newDestinationRule(o, resolve.ClusterDomain))
	}
	m.rules = append(m.rules, m.backendRules(m.others[resolve.KindBackendTLSPolicy])...)
	for _, r := range m.rules {
		r.Cluster = m.cluster
	}
	m.indexRules()
	m.virtualServices = m.virtualServicesOf(c)
	m.routes = m.newRouteIndex()
	m.clients = m.classesOf(m.workloads, nil)
	m.RuleIndexes = map[string]*RuleIndex{}
	for _, class := range m.clients {
		if m.RuleIndexes[class.Revision] == nil {
			m.RuleIndexes[class.Revision] = NewRuleIndex(m.rules, class.Revision, m.Control.Of(class.Revision))
		}
		class.Cluster, class.scope = m.cluster, m.scopeOf(class)
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
