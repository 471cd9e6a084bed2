package diff

import "github.com/mtlsctl/mtlsctl/resolve"

// asking is one side of the comparison, asked about one host name after the other.
type asking struct {
	mesh     *resolve.Mesh
	audience *resolve.Audience
	byName   map[string][]*resolve.Host
	names    []string

	// hosts have the name that is asked about now. groups are the classes that know
	// one of them and send it the same, group the index of a class's own.
	hosts  []*resolve.Host
	groups []knowing
	group  map[*resolve.ClientClass]int
	asked  map[*resolve.ClientClass][]resolve.Connection
}

// knowing is classes that know a host, and what becomes of their calls once asked.
type knowing struct {
	class   *resolve.ClientClass
	host    *resolve.Host
	asked   bool
	answers []resolve.Connection
}

func newAsking(m *resolve.Mesh) *asking {
	a := &asking{mesh: m, audience: m.Audience(resolve.Filter{}), byName: map[string][]*resolve.Host{}}
	for _, h := range m.Hosts() {
		if h.Alias != "" {
			continue
		}
		if a.byName[h.Name] == nil {
			a.names = append(a.names, h.Name)
		}
		a.byName[h.Name] = append(a.byName[h.Name], h)
	}
	return a
}

// about turns to another host name, which the side need not have.
func (a *asking) about(name string) {
	a.hosts, a.groups = a.byName[name], a.groups[:0]
	a.group, a.asked = map[*resolve.ClientClass]int{}, map[*resolve.ClientClass][]resolve.Connection{}
	for _, h := range a.hosts {
		for _, g := range a.audience.Of(h) {
			a.groups = append(a.groups, knowing{class: g[0], host: h})
			for _, class := range g {
				if _, first := a.group[class]; !first {
					a.group[class] = len(a.groups)
				}
			}
		}
	}
}

// knows is the number of the class's group, 0 for one that does not know the host.
func (a *asking) knows(class *resolve.ClientClass) int { return a.group[class] }

// answers are what becomes of the calls of a class to the host, to ports that its
// scope hides too; nil where there is no such host, or no such class.
func (a *asking) answers(class *resolve.ClientClass) []resolve.Connection {
	if class == nil || len(a.hosts) == 0 {
		return nil
	}
	if g := a.group[class]; g > 0 {
		k := &a.groups[g-1]
		if !k.asked {
			k.asked, k.answers = true, a.calls(k.class, k.host)
		}
		return k.answers
	}
	if _, asked := a.asked[class]; !asked {
		a.asked[class] = a.calls(class, a.hosts[0])
	}
	return a.asked[class]
}

func (a *asking) calls(class *resolve.ClientClass, h *resolve.Host) []resolve.Connection {
	var list []resolve.Connection
	for c := range a.mesh.Calls(class, h) {
		list = append(list, c)
	}
	return list
}
