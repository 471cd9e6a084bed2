package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// answer is calls to one port of a host that end alike, whoever makes them and
// whichever endpoint takes them.
type answer struct {
	resolve.Connection
	same sameAnswer
	// clients are those of parts, once all of them are known.
	clients *roster
	parts   []*roster
	// ports are those with this answer, subsets too, "" among them for the host as
	// it is.
	ports   []int32
	subsets []string
	servers []*resolve.Endpoint
}

// sameAnswer is equal for connections that a reader need not tell apart.
type sameAnswer struct {
	host      *resolve.Host
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
	// serves is what decided the server's mode, where that is shown.
	serves resolve.Ref
}

func sameOf(c *resolve.Connection) sameAnswer {
	same := sameAnswer{
		c.Host, c.Port.Number, c.Subset, c.Sends.TLS, c.Serves.Mode, c.Serves.IfMeshed, c.Outcome.Verdict,
		c.Sends.By, sendsBecause(c).Text, words.Because(c.Outcome.Why), c.Server == nil, resolve.Ref{},
	}
	if c.Outcome.Verdict == resolve.VerdictUnknown && (c.Server == nil || unsettledEnds(c)) {
		same.sends, same.by, same.outcome = resolve.SendsUnknown, resolve.Ref{}, ""
	}
	return same
}

// collector groups connections into answers.
type collector struct {
	wide  bool // tell servers apart by what decided their mode
	index map[sameAnswer]*answer
	list  []*answer
	lists *rosters
	done  bool
}

func newCollector() *collector {
	return &collector{index: map[sameAnswer]*answer{}, lists: newRosters()}
}

func (k *collector) same(c *resolve.Connection) sameAnswer {
	same := sameOf(c)
	if k.wide {
		same.serves = c.Serves.By
	}
	return same
}

// add takes one connection of clients that share it.
func (k *collector) add(clients *roster, c *resolve.Connection) {
	same := k.same(c)
	a := k.index[same]
	if a == nil {
		a = &answer{Connection: *c, same: same, ports: []int32{c.Port.Number}, subsets: []string{c.Subset}}
		k.index[same] = a
		k.list = append(k.list, a)
	}
	if n := len(a.parts); n == 0 || a.parts[n-1] != clients {
		a.parts = append(a.parts, clients)
	}
	a.serve(c.Server)
}

// answers are what was collected, hosts that need a look first. Nothing may be
// added afterwards.
func (k *collector) answers() []*answer {
	if !k.done {
		for _, a := range k.list {
			a.clients, a.parts = k.lists.union(a.parts), nil
		}
		k.list, k.done = k.join(), true
		sortAnswers(k.list)
	}
	return k.list
}

func (a *answer) serve(server *resolve.Endpoint) {
	if server != nil && !slices.Contains(a.servers, server) {
		a.servers = append(a.servers, server)
	}
}

// join makes one answer of those that differ only in the subset, then only in the
// port.
func (k *collector) join() []*answer {
	list := joined(k.list, func(a *answer) (sameAnswer, string) {
		same := a.same
		same.subset = ""
		return same, ""
	}, func(a, b *answer) { a.subsets = append(a.subsets, b.subsets...) })
	return joined(list, func(a *answer) (sameAnswer, string) {
		same := a.same
		same.port = 0
		return same, strings.Join(a.subsets, ",")
	}, func(a, b *answer) {
		a.ports = append(a.ports, b.ports...)
		slices.Sort(a.ports)
	})
}

// joined lets the first of answers with equal keys and clients take the others.
func joined(list []*answer, key func(*answer) (sameAnswer, string), take func(a, b *answer)) []*answer {
	type found struct {
		sameAnswer
		more string
	}
	index := map[found][]*answer{}
	kept := list[:0]
	for _, a := range list {
		same, more := key(a)
		k := found{same, more}
		known := index[k]
		i := slices.IndexFunc(known, func(o *answer) bool { return o.clients == a.clients })
		if i < 0 {
			index[k] = append(known, a)
			kept = append(kept, a)
			continue
		}
		first := known[i]
		take(first, a)
		for _, s := range a.servers {
			first.serve(s)
		}
	}
	return kept
}

func (a *answer) order() int { return a.Outcome.Verdict.Urgency() }

// sortAnswers keeps the answers of a host's port together; the port with the
// worst one comes first, ports that share an answer at the first of them.
func sortAnswers(list []*answer) {
	worst := map[*resolve.HostPort]int{}
	for _, a := range list {
		if w, seen := worst[a.Port]; !seen || a.order() < w {
			worst[a.Port] = a.order()
		}
	}
	slices.SortStableFunc(list, func(a, b *answer) int {
		return cmp.Or(
			cmp.Compare(worst[a.Port], worst[b.Port]), cmp.Compare(a.Host.Name, b.Host.Name), cmp.Compare(a.Host.Namespace, b.Host.Namespace),
			cmp.Compare(a.Port.Number, b.Port.Number), cmp.Compare(a.order(), b.order()), cmp.Compare(a.subsets[0], b.subsets[0]))
	})
}
