package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// storyCalls are the connections that a story tells about, found in one walk.
type storyCalls struct {
	callers  map[*resolve.Workload]*collector
	services map[resolve.Ref]*collector
	// differing are the calls of clients that are not what auto mTLS makes them, by class.
	differing map[*resolve.ClientClass]*collector
	classes   map[*resolve.Workload]*resolve.ClientClass
}

func (v Story) calls() *storyCalls {
	s := &storyCalls{
		map[*resolve.Workload]*collector{}, map[resolve.Ref]*collector{}, map[*resolve.ClientClass]*collector{}, map[*resolve.Workload]*resolve.ClientClass{},
	}
	told := map[*resolve.Workload]bool{}
	for _, t := range v.Targets {
		switch {
		case t.Service != nil:
			s.services[t.Service.Ref] = newCollector()
		case t.Namespace == nil:
			for _, l := range t.Lines {
				told[l.Workload] = true
			}
		}
	}
	if len(told)+len(s.services) > 0 {
		s.walk(v.Mesh, told)
	}
	return s
}

func (s *storyCalls) walk(m *resolve.Mesh, told map[*resolve.Workload]bool) {
	for _, class := range m.Clients() {
		for _, w := range class.Workloads {
			if told[w] {
				s.classes[w], s.differing[class], s.callers[w] = class, newCollector(), newCollector()
			}
		}
	}
	for from, c := range (Calls{}).each(m) {
		if k := s.services[c.Host.Ref]; k != nil {
			k.add(from, c)
		}
		if c.Server != nil && s.callers[c.Server.Workload] != nil {
			s.callers[c.Server.Workload].add(from, c)
		}
		if !differs(c) {
			continue
		}
		for _, one := range from.list {
			if k := s.differing[one.class]; k != nil {
				k.add(one.alone(), c)
			}
		}
	}
}

// differs reports a call that is not what auto mTLS alone would make it, or that
// does not end well. A rule that asks for mTLS where mTLS is understood changes
// nothing.
func differs(c *resolve.Connection) bool {
	switch c.Outcome.Verdict {
	case resolve.VerdictBroken, resolve.VerdictPassthroughTLS:
		return true
	case resolve.VerdictMTLS, resolve.VerdictUnknown:
		return false
	}
	return !c.Sends.Auto
}

// callBlocks tell who calls a workload and what it calls.
func (t teller) callBlocks(w *resolve.Workload) []format.Block {
	var blocks []format.Block
	if table := t.callerTable(w); len(table.Rows) > 0 {
		blocks = append(blocks, format.Block{Title: "Who can call it", Table: table, Indent: 2})
	}
	class := t.calls.classes[w]
	switch {
	case class == nil:
	case !class.Proxied():
		line := "nothing stands between it and the network: mtlsctl connections --from " + shell.Word(w.Short()+"."+w.Ref.Namespace) + " says what becomes of it"
		blocks = append(blocks, format.Block{Title: "It sends plaintext to everybody", Lines: []string{line}, Indent: 2})
	default:
		if answers := t.calls.differing[class].answers(); len(answers) > 0 {
			fields := slices.DeleteFunc(answerFields(t.base), func(f field[*answer]) bool { return f.Head == "FROM" })
			shown, more := t.first(answers, w)
			blocks = append(blocks, format.Block{Title: "What it calls differently from auto mTLS", Table: tableOf(fields, shown, t.wide), Indent: 2, Lines: more})
		}
	}
	return blocks
}

// storyRows is how many answers a story shows, the worst first; -o wide shows all.
const storyRows = 20

func (t teller) first(answers []*answer, w *resolve.Workload) (shown []*answer, more []string) {
	if t.wide || len(answers) <= storyRows {
		return answers, nil
	}
	return answers[:storyRows], []string{fmt.Sprintf("and %d more: mtlsctl connections --from %s", len(answers)-storyRows, shell.Word(w.Short()+"."+w.Ref.Namespace))}
}

// caller is one row of "who can call it": clients of the mesh, or any without a proxy.
type caller struct {
	from, via, on, sends string
	verdict, because     format.Cell
}

func (t teller) callerTable(w *resolve.Workload) *format.Table {
	var rows []caller
	if k := t.calls.callers[w]; k != nil {
		for _, a := range k.answers() {
			rows = append(rows, caller{a.from(), a.to(), a.on(), a.Sends.TLS.String(), verdictCell(&a.Connection), sendsBecause(&a.Connection)})
		}
	}
	rows = append(rows, nakedCallers(w)...)
	return tableOf([]field[caller]{
		{Column: format.Column{Head: "FROM", Group: true}, cell: worded(func(c caller) string { return c.from })},
		{Column: format.Column{Head: "CALLING", Drop: 2}, cell: worded(func(c caller) string { return c.via })},
		{Column: format.Column{Head: "ON"}, cell: worded(func(c caller) string { return c.on })},
		{Column: format.Column{Head: "SENDS", Drop: 3}, cell: worded(func(c caller) string { return c.sends })},
		{Column: format.Column{Head: "RESULT"}, cell: func(c caller) format.Cell { return c.verdict }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: func(c caller) format.Cell { return c.because }},
	}, rows, t.wide)
}

// on are the ports of the servers.
func (a *answer) on() string {
	var ports []string
	for _, e := range a.servers {
		if text := strconv.Itoa(int(e.Port)); !slices.Contains(ports, text) {
			ports = append(ports, text)
		}
	}
	return strings.Join(ports, ",")
}

// nakedCallers is what becomes of plaintext on each port, ports that end alike in
// one row.
func nakedCallers(w *resolve.Workload) []caller {
	var rows []caller
	for i := range w.Ports {
		p := &w.Ports[i]
		if p.Decision.Mode == resolve.None && ownsItsPorts(w) || p.Protocol == resolve.ProtocolUDP {
			continue
		}
		c := resolve.Connection{Outcome: resolve.Judge(resolve.SendsPlaintext, p.Decision.Mode, p.Protocol)}
		row := caller{"any client without a proxy", "", strconv.Itoa(int(p.Number)), resolve.SendsPlaintext.String(), verdictCell(&c), format.Cell{Text: words.Because(c.Outcome.Why), Prose: true}}
		j := slices.IndexFunc(rows, func(r caller) bool { return r.verdict == row.verdict && r.because == row.because })
		if j < 0 {
			rows = append(rows, row)
			continue
		}
		rows[j].on += "," + row.on
	}
	return rows
}

// serviceCallers tell what clients send to a Service.
func (t teller) serviceCallers(s *resolve.Service) []format.Block {
	k := t.calls.services[s.Ref]
	if k == nil || len(k.list) == 0 {
		return nil
	}
	return []format.Block{{Title: "What clients send", Table: tableOf(answerFields(t.base), k.answers(), t.wide), Indent: 2}}
}
