package mesh

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// linkClients links the side when it is first asked for.
func (m *Side) linkClients() { m.linking.Do(func() { m.link(m) }) }

// linkAll builds everything anew.
func (m *Side) linkAll() {
	m.hosts = m.hostsOf(m.In.Objects)
	m.linkHosts(m.In.Objects)
}

// linkHosts builds rules, and the classes of clients with what each knows of the
// hosts.
func (m *Side) linkHosts(c *config.Collection) {
	m.indexHosts()
	for _, o := range c.Rules {
		m.rules = append(m.rules, newDestinationRule(o, resolve.ClusterDomain))
	}
	m.rules = append(m.rules, m.backendRules(m.In.Backends)...)
	for _, r := range m.rules {
		r.Cluster = m.In.Cluster
	}
	m.indexRules()
	m.virtualServices = m.virtualServicesOf(c)
	m.routes = m.newRouteIndex()
	m.clients = m.classesOf(m.In.Workloads, nil)
	m.RuleIndexes = map[string]*RuleIndex{}
	for _, class := range m.clients {
		if m.RuleIndexes[class.Revision] == nil {
			m.RuleIndexes[class.Revision] = NewRuleIndex(m.rules, class.Revision, m.In.Control.Of(class.Revision))
		}
		class.Cluster, class.scope = m.In.Cluster, m.scopeOf(class)
	}
}

func (m *Side) indexHosts() {
	m.hostsByName, m.hostsByNamespace = map[string][]*Host{}, map[string][]*Host{}
	m.preferences.Clear()
	for _, h := range m.hosts {
		m.hostsByName[h.Name] = append(m.hostsByName[h.Name], h)
		m.hostsByNamespace[h.Namespace] = append(m.hostsByNamespace[h.Namespace], h)
	}
}

func (m *Side) indexRules() {
	m.rulesByNamespace, m.rulesByHost = map[string][]*DestinationRule{}, map[string]int{}
	for _, r := range m.rules {
		m.rulesByHost[r.FQDN]++
		m.rulesByNamespace[r.Ref.Namespace] = append(m.rulesByNamespace[r.Ref.Namespace], r)
	}
}
