package calls

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Row is calls to ports of a host that end alike, whoever makes them and whichever
// endpoint takes them.
type Row struct {
	// Connection is one of them, which stands for all.
	outbound.Connection
	// Admission is what AuthorizationPolicies make of the first of them; all are denied by the
	// same, or none is.
	authz.Admission
	// Clients are those of all parts.
	Clients *Roster
	// Ports are those that end alike, Subsets too, "" among them for the host as it is.
	Ports   []int32
	Subsets []string
	// Servers are the endpoints, each once, empty where none is known.
	Servers []*outbound.Endpoint
	// Parts are what the row is made of, never empty.
	Parts []*Part
	same  alike
	first firsts
}

// firsts is where the first of each list of a row stands: most rows have no second.
type firsts struct {
	ports   [1]int32
	subsets [1]string
	servers [1]*outbound.Endpoint
	parts   [1]*Part
}

// Part is calls to one port of a host, in one subset, that one endpoint takes.
type Part struct {
	outbound.Connection
	authz.Admission
	Clients *Roster
	same    alike
	// from are the rosters that Clients are of; one holds the first of them.
	from []*Roster
	one  [1]*Roster
}

// alike is equal for connections that a reader need not tell apart.
type alike struct {
	host      *outbound.Host
	port      int32
	subset    string
	sends     resolve.ClientTLS
	accepts   resolve.Mode
	ifMeshed  resolve.Mode
	verdict   resolve.Verdict
	by        resolve.Ref
	because   string
	outcome   string
	noServers bool
	// waypoint forwards the calls, and sends on what arrives.
	waypoint resolve.Ref
	arrives  resolve.ClientTLS
	// serves is what decided the server's mode, where that is told apart.
	serves resolve.Ref
	// denied is by which policies the call is denied, "" for none.
	denied string
}

func alikeOf(c *outbound.Connection) alike {
	because, _ := Because(c)
	same := alike{
		c.Host, c.Port.Number, c.Subset, c.Sends.TLS, c.Serves.Mode, c.Serves.IfMeshed, c.Outcome.Verdict,
		c.Sends.By, because, words.Because(c.Outcome.Why), c.Server == nil, c.Sends.Waypoint, c.Sends.TLS, resolve.Ref{}, "",
	}
	if c.Legs != nil {
		same.arrives = c.Arrives().TLS
	}
	if c.Outcome.Verdict == resolve.VerdictUnknown && (c.Server == nil || Unsettled(c)) {
		same.sends, same.by, same.outcome = resolve.SendsUnknown, resolve.Ref{}, ""
	}
	return same
}

// at is equal for connections that share a part.
type at struct {
	alike
	server *outbound.Endpoint
}

// collector gathers connections as they come.
type collector struct {
	index map[at]*Part
	parts []*Part
	// room is for the parts to come, made many at once.
	room  []Part
	lists *rosters
	gate  *gate
	// dependent tells calls apart that depend on the request and those that do not.
	dependent bool
}

// mostRoom is how many parts are made at once at the most.
const mostRoom = 128

func newCollector(m *mesh.Mesh) *collector {
	return &collector{index: map[at]*Part{}, lists: newRosters(), gate: newGate(m)}
}

// add takes one connection of clients that share it, those that policies treat alike together.
func (k *collector) add(from *Roster, c *outbound.Connection) {
	for some, admission := range k.gate.each(from, c, k.lists) {
		k.put(some, c, admission)
	}
}

func (k *collector) put(from *Roster, c *outbound.Connection, a authz.Admission) {
	key := at{alikeOf(c), c.Server}
	if a.Denied() || k.dependent && a.Depends() {
		key.denied = a.Key()
	}
	p := k.index[key]
	if p == nil {
		if len(k.room) == 0 {
			k.room = make([]Part, min(max(1, len(k.parts)), mostRoom))
		}
		p, k.room = &k.room[0], k.room[1:]
		p.Connection, p.Admission, p.same, p.from = *c, a, key.alike, p.one[:0]
		k.index[key] = p
		k.parts = append(k.parts, p)
	}
	if n := len(p.from); n == 0 || p.from[n-1] != from {
		p.from = append(p.from, from)
	}
}

// rows are what was collected, hosts that need a look first. With apart, servers whose
// modes different objects decided are not in one row.
func (k *collector) rows(apart bool) []*Row {
	k.settle()
	return k.group(k.parts, apart)
}

// settle finds the clients of all parts.
func (k *collector) settle() {
	var last *Part
	for _, p := range k.parts {
		if p.Clients == nil {
			if last != nil && slices.Equal(last.from, p.from) { // another endpoint of the same calls
				p.Clients = last.Clients
			} else {
				p.Clients = k.lists.union(p.from)
			}
		}
		last = p
	}
}

// group makes rows of parts.
func (k *collector) group(parts []*Part, apart bool) []*Row {
	index := map[alike]*Row{}
	var list []*Row
	for _, p := range parts {
		same := p.same
		if apart {
			same.serves = p.Serves.By
		}
		r := index[same]
		if r == nil {
			r = newRow(p, same)
			index[same] = r
			list = append(list, r)
		}
		r.take(p)
	}
	for _, r := range list {
		r.Clients = k.lists.merged(r.Parts)
	}
	list = join(list)
	sortRows(list)
	return list
}

func newRow(p *Part, same alike) *Row {
	r := &Row{Connection: p.Connection, Admission: p.Admission, same: same}
	r.Ports, r.Subsets = append(r.first.ports[:0], p.Port.Number), append(r.first.subsets[:0], p.Subset)
	r.Servers, r.Parts = r.first.servers[:0], r.first.parts[:0]
	return r
}

func (r *Row) take(p *Part) {
	r.Parts = append(r.Parts, p)
	if p.Server != nil && !slices.Contains(r.Servers, p.Server) {
		r.Servers = append(r.Servers, p.Server)
	}
}

// On are the ports of the servers, each once.
func (r *Row) On() []int32 {
	var ports []int32
	for _, s := range r.Servers {
		if !slices.Contains(ports, s.Port) {
			ports = append(ports, s.Port)
		}
	}
	return ports
}

// join makes one row of those that differ only in the subset, then only in the port.
func join(list []*Row) []*Row {
	list = joined(list, func(r *Row) (alike, string) {
		same := r.same
		same.subset = ""
		return same, ""
	}, func(a, b *Row) { a.Subsets = append(a.Subsets, b.Subsets...) })
	return joined(list, func(r *Row) (alike, string) {
		same := r.same
		same.port = 0
		return same, strings.Join(r.Subsets, ",")
	}, func(a, b *Row) {
		a.Ports = append(a.Ports, b.Ports...)
		slices.Sort(a.Ports)
	})
}

// joined lets the first of rows with equal keys and clients take the others.
func joined(list []*Row, key func(*Row) (alike, string), take func(a, b *Row)) []*Row {
	type found struct {
		alike
		more string
	}
	index := map[found][]*Row{}
	kept := list[:0]
	for _, r := range list {
		same, more := key(r)
		k := found{same, more}
		known := index[k]
		i := slices.IndexFunc(known, func(o *Row) bool { return o.Clients == r.Clients })
		if i < 0 {
			index[k] = append(known, r)
			kept = append(kept, r)
			continue
		}
		first := known[i]
		take(first, r)
		for _, p := range r.Parts {
			first.take(p)
		}
	}
	return kept
}

func (r *Row) urgency() int { return r.Outcome.Verdict.Urgency() }

// sortRows keeps the rows of a host's port together; the port with the worst one comes
// first, ports that share a row at the first of them.
func sortRows(list []*Row) {
	worst := map[*outbound.HostPort]int{}
	for _, r := range list {
		if w, seen := worst[r.Port]; !seen || r.urgency() < w {
			worst[r.Port] = r.urgency()
		}
	}
	slices.SortStableFunc(list, func(a, b *Row) int {
		return cmp.Or(
			cmp.Compare(worst[a.Port], worst[b.Port]), cmp.Compare(a.Host.Name, b.Host.Name), cmp.Compare(a.Host.Namespace, b.Host.Namespace),
			cmp.Compare(a.Port.Number, b.Port.Number), cmp.Compare(a.urgency(), b.urgency()), cmp.Compare(a.Subsets[0], b.Subsets[0]))
	})
}

// Because is the short reason why a client sends what it sends: the object that decided,
// or, with sentence, a sentence without the words that a row has besides.
func Because(c *outbound.Connection) (text string, sentence bool) {
	s, unknown := &c.Sends, c.Outcome.Verdict == resolve.VerdictUnknown
	auto := s.Why.Cause == resolve.CauseAutoMutual && s.TLS == resolve.SendsIstioMutual
	switch {
	case c.Server == nil && unknown:
		return words.Brief(c.Outcome.Why), true // the trace says why there is none
	case unknown && c.Server.Workload == nil && c.Serves.Mode == resolve.Unknown:
		return words.Because(c.Outcome.Why), true
	case unknown && c.Server.Workload != nil && c.Server.Workload.Membership.Dataplane != resolve.DataplaneUnknown && c.Client.Dataplane != resolve.DataplaneUnknown && c.Serves.Mode == resolve.Unknown:
		return words.Because(c.Serves.Why), true
	case unknown && Unsettled(c):
		return "the input does not show which workloads have a sidecar", true
	case len(c.Legs) > 0 && c.Outcome.Verdict != resolve.VerdictMTLS:
		on := c.Arrives()
		return words.Brief(resolve.Because(resolve.CauseWaypointSends, resolve.Details{By: s.Waypoint, TLS: on.TLS, Base: on.Why})), true
	case s.Why.Cause == resolve.CauseRuleMode && !s.By.IsZero():
		return s.By.String(), false
	case auto && c.Outcome.Verdict == resolve.VerdictBroken:
		return "auto mTLS: " + words.Because(c.Outcome.Why), true
	case auto:
		return "auto mTLS", false
	}
	return words.Brief(s.Reason()), true
}

// Unsettled reports a call that is unknown for want of a Namespace object, or of whatever
// else would tell who is in the mesh.
func Unsettled(c *outbound.Connection) bool {
	return c.Client.Dataplane == resolve.DataplaneUnknown || c.Serves.Mode == resolve.Unknown
}

// Stranger is a client that is not one of the servers itself, of another namespace where
// there is one; nil when all are.
func (r *Row) Stranger() *inbound.Workload {
	var near *inbound.Workload
	for w := range r.Clients.Each {
		switch {
		case slices.ContainsFunc(r.Servers, func(e *outbound.Endpoint) bool { return e.Workload != nil && e.Workload.Ref == w.Ref }):
		case w.Ref.Namespace != r.Host.Namespace:
			return w
		case near == nil:
			near = w
		}
	}
	return near
}

// Broken is the row to look at first where calls break, and one of its clients, from
// outside of the servers where there is such a row; nil where none breaks.
func Broken(rows []*Row) (*Row, *inbound.Workload) {
	if len(rows) == 0 || rows[0].Outcome.Verdict != resolve.VerdictBroken {
		return nil, nil
	}
	for _, r := range rows {
		if other := r.Stranger(); other != nil && r.Outcome.Verdict == resolve.VerdictBroken {
			return r, other
		}
	}
	return rows[0], rows[0].Clients.First()
}
