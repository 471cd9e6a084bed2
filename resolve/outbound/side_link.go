package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// linkClients links the side when it is first asked for.
func (side *Side) linkClients() {
	side.linking.Do(func() {
		side.link(side)
		side.link = nil // which holds the side that this one was made of
	})
}

// linkAll builds everything anew.
func (side *Side) linkAll() {
	side.leading = map[string]bool{}
	side.hosts = side.hostsOf(side.In.Objects)
	side.linkHosts(side.In.Objects)
}

// linkHosts builds rules, and the classes of clients with what each knows of the
// hosts.
func (side *Side) linkHosts(c *config.Collection) {
	side.indexHosts()
	for _, o := range c.Rules {
		side.rules = append(side.rules, newDestinationRule(o, resolve.ClusterDomain))
	}
	side.rules = append(side.rules, side.backendRules(side.In.Backends)...)
	for _, r := range side.rules {
		r.Cluster = side.In.Cluster
	}
	side.indexRules()
	side.virtualServices = side.virtualServicesOf(c)
	side.routes = side.newRouteIndex()
	side.clients = side.classesOf(side.In.Workloads, nil)
	side.RuleIndexes = map[string]*RuleIndex{}
	for _, class := range side.clients {
		if side.RuleIndexes[class.Revision] == nil {
			side.RuleIndexes[class.Revision] = NewRuleIndex(side.rules, class.Revision, side.In.Control.Of(class.Revision))
		}
		class.Cluster, class.scope = side.In.Cluster, side.scopeOf(class)
	}
}

func (side *Side) indexHosts() {
	side.hostsByName, side.hostsByNamespace = map[string][]*Host{}, map[string][]*Host{}
	side.preferences.Clear()
	for _, h := range side.hosts {
		side.hostsByName[h.Name] = append(side.hostsByName[h.Name], h)
		side.hostsByNamespace[h.Namespace] = append(side.hostsByNamespace[h.Namespace], h)
	}
}

func (side *Side) indexRules() {
	side.rulesByNamespace, side.rulesByHost = map[string][]*DestinationRule{}, map[string]int{}
	for _, r := range side.rules {
		side.rulesByHost[r.FQDN]++
		side.rulesByNamespace[r.Ref.Namespace] = append(side.rulesByNamespace[r.Ref.Namespace], r)
	}
}
