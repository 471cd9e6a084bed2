package calls

import (
	"cmp"
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// gate tells clients apart whom AuthorizationPolicies do not treat alike. It remembers what it
// decided: most servers of a namespace have the same policies.
type gate struct {
	court *authz.Court
	known map[gated][]admitted
	// kept are the rosters as this collector keeps them.
	kept map[*Roster]*Roster
	// identities are those of groups, whose members show the same.
	identities map[*Group]*authz.Identity
	crowds     map[*Roster]*crowd
}

// admitted are clients of a call with what policies make of them.
type admitted struct {
	from *Roster
	authz.Admission
}

// gated is equal for calls that policies do not tell apart.
type gated struct {
	from           *Roster
	through, panel *authz.Panel
	waypoint       resolve.Ref
	port           int32
	called, serves resolve.Protocol
	trust          *config.Trust
	sends, arrives resolve.ClientTLS
	verdict        resolve.Verdict
}

// newGate is nil where no policy acts on any call of the mesh.
func newGate(m *mesh.Mesh) *gate {
	court := authz.In(m)
	if court.Idle() {
		return nil
	}
	return &gate{court, map[gated][]admitted{}, map[*Roster]*Roster{}, map[*Group]*authz.Identity{}, map[*Roster]*crowd{}}
}

// each yields the clients of a call that are treated alike.
func (g *gate) each(from *Roster, c *outbound.Connection, lists *rosters) iter.Seq2[*Roster, authz.Admission] {
	return func(yield func(*Roster, authz.Admission) bool) {
		if g == nil {
			yield(from, authz.Admission{})
			return
		}
		if g.kept[from] == nil {
			g.kept[from] = lists.intern(slices.Clone(from.Groups))
		}
		from = g.kept[from]
		through, panel := g.court.Through(c), g.court.Panel(c)
		if through == nil && panel == nil {
			yield(from, authz.Admission{})
			return
		}
		for _, a := range g.apart(through, panel, from, c, lists) {
			if !yield(a.from, a.Admission) {
				return
			}
		}
	}
}

func (g *gate) apart(through, panel *authz.Panel, from *Roster, c *outbound.Connection, lists *rosters) []admitted {
	key := gated{from: from, through: through, panel: panel, called: c.Port.Protocol, sends: c.Sends.TLS, arrives: c.Arrives().TLS, verdict: c.Outcome.Verdict}
	if n := len(c.Legs); n > 0 {
		key.waypoint = c.Legs[n-1].From
	}
	if c.Server != nil && c.Server.Workload != nil {
		key.port, key.trust = c.Server.Port, c.Server.Workload.Trust
		_, key.serves = c.Server.Workload.Serves(c.Server.Port)
	}
	out, known := g.known[key]
	if !known {
		out = g.judge(through, panel, from, c, lists)
		g.known[key] = out
	}
	return out
}

// judge asks about those whom the policies name, and one of all others.
func (g *gate) judge(through, panel *authz.Panel, from *Roster, c *outbound.Connection, lists *rosters) []admitted {
	named, told := g.named(from, through, panel)
	if !told || len(named) == len(from.Groups) {
		return g.judgeEach(from, c, lists)
	}
	stranger := 0
	for stranger < len(named) && named[stranger] == stranger {
		stranger++
	}
	rest := g.court.Admit(c, g.identity(from.Groups[stranger]))
	var cut []int
	var others []admitted
	var groups [][]*Group
	for _, at := range named {
		one := from.Groups[at]
		a := g.court.Admit(c, g.identity(one))
		if a.Key() == rest.Key() {
			continue
		}
		cut = append(cut, at)
		i := slices.IndexFunc(others, func(o admitted) bool { return o.Key() == a.Key() })
		if i < 0 {
			i = len(others)
			others, groups = append(others, admitted{Admission: a}), append(groups, nil)
		}
		groups[i] = append(groups[i], one)
	}
	for i := range others {
		others[i].from = lists.intern(groups[i])
	}
	out := append([]admitted{{lists.without(from, cut), rest}}, others...)
	slices.SortFunc(out, func(a, b admitted) int { return cmp.Compare(a.from.Groups[0].Number, b.from.Groups[0].Number) })
	return out
}

// judgeEach asks about each of the clients.
func (g *gate) judgeEach(from *Roster, c *outbound.Connection, lists *rosters) []admitted {
	var out []admitted
	var groups [][]*Group
	for _, one := range from.Groups {
		a := g.court.Admit(c, g.identity(one))
		i := slices.IndexFunc(out, func(o admitted) bool { return o.Key() == a.Key() })
		if i < 0 {
			i = len(out)
			out, groups = append(out, admitted{Admission: a}), append(groups, nil)
		}
		groups[i] = append(groups[i], one)
	}
	for i := range out {
		if out[i].from = from; len(out) > 1 {
			out[i].from = lists.intern(groups[i])
		}
	}
	return out
}

// named are the places of the clients that policies may treat otherwise than others; told is
// false where that may be anybody.
func (g *gate) named(from *Roster, panels ...*authz.Panel) (places []int, told bool) {
	crowd := g.crowdOf(from)
	if crowd.domain == "" {
		return nil, false
	}
	for _, panel := range panels {
		if panel == nil {
			continue
		}
		accounts, namespaces, told := panel.Named()
		if !told {
			return nil, false
		}
		for account := range accounts {
			places = append(places, crowd.accounts[account]...)
		}
		for namespace := range namespaces {
			places = append(places, crowd.namespaces[namespace]...)
		}
	}
	slices.Sort(places)
	return slices.Compact(places), true
}

// identity is what all clients of a group show.
func (g *gate) identity(one *Group) *authz.Identity {
	who := g.identities[one]
	if who == nil {
		who = authz.Of(one.Workloads[0])
		g.identities[one] = who
	}
	return who
}

// crowd finds the groups of a roster by what policies name.
type crowd struct {
	accounts, namespaces map[string][]int
	// domain is the trust domain of all, "" where there are several.
	domain string
}

func (g *gate) crowdOf(from *Roster) *crowd {
	k := g.crowds[from]
	if k != nil {
		return k
	}
	k = &crowd{accounts: map[string][]int{}, namespaces: map[string][]int{}, domain: g.identity(from.Groups[0]).Domain}
	for i, one := range from.Groups {
		who := g.identity(one)
		k.accounts[who.Key()] = append(k.accounts[who.Key()], i)
		k.namespaces[who.Namespace] = append(k.namespaces[who.Namespace], i)
		if who.Domain != k.domain {
			k.domain = ""
		}
	}
	g.crowds[from] = k
	return k
}

// byAccount are workloads whose callers policies may tell apart, each service account by itself.
func byAccount(workloads []*inbound.Workload) [][]*inbound.Workload {
	index := map[string]int{}
	var out [][]*inbound.Workload
	for _, w := range workloads {
		name := w.Identity()
		i, known := index[name]
		if !known {
			i = len(out)
			index[name] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], w)
	}
	return out
}

// denied counts the calls that policies refuse: those of a group to a port, in a subset.
func (k *collector) denied() int {
	type called struct {
		port   *outbound.HostPort
		subset string
	}
	if k.gate == nil {
		return 0
	}
	k.settle()
	by := map[called][]*Part{}
	for _, p := range k.parts {
		if p.Denied() {
			key := called{p.Port, p.Subset}
			by[key] = append(by[key], p)
		}
	}
	n := 0
	for _, parts := range by {
		n += len(k.lists.merged(parts).Groups)
	}
	return n
}
