package render

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Connections is the report "what do clients send, and does it fit".
type Connections struct {
	Scope wire.Scope
	Mesh  *resolve.Mesh
	Calls Calls
	// Evidence is who was seen calling whom, nil where nobody asked.
	Evidence *resolve.Evidence
	// Expand shows every client workload and server in a row of its own.
	Expand bool
	// Derivation argues one call, nil for a report about many.
	Derivation *resolve.Trace
	// Filtered is true where a flag leaves connections out.
	Filtered bool
	// WhyEmpty says why there is nothing to show, nil where nobody knows.
	WhyEmpty func() []string
}

// Blocks implements View.
func (v Connections) Blocks(wide bool) []format.Block {
	if v.Derivation != nil {
		return v.derivationBlocks()
	}
	k, counted := newCollector(), newTally()
	k.wide = wide
	for clients, c := range v.Calls.each(v.Mesh) {
		k.add(clients, c)
		counted.add(clients, c)
	}
	answers := k.answers()
	notes := append(hints(answers), v.unsettled(answers)...)
	if len(answers) == 0 {
		return nothing("no connection to show", v.WhyEmpty)
	}
	fields, pairs := answerFields(baseOf(&v.Scope)), pairFields(baseOf(&v.Scope))
	if e := v.evidence(); e.shown(answers) {
		fields, pairs = append(fields, e.field()), append(pairs, e.pairField())
		notes = append(notes, e.notes(v, answers)...)
	}
	table, total := tableOf(fields, answers, wide), counted.String()
	if v.Expand {
		table, total = tableOf(pairs, v.pairs(), wide), counted.expanded()
	}
	if v.Filtered {
		total += " (filtered)"
	}
	return []format.Block{{Table: table}, {Lines: append([]string{total}, notes...)}}
}

// nothing is a report without a line, and why it has none where somebody knows.
func nothing(headline string, why func() []string) []format.Block {
	if why == nil {
		return []format.Block{{Lines: []string{headline}}}
	}
	return []format.Block{{Lines: []string{headline}}, {Lines: why()}}
}

// unsettled says what would settle the calls that nobody can tell.
func (v Connections) unsettled(answers []*answer) []string {
	var missing []string
	add := func(namespace string) {
		if ns := v.Mesh.Namespace(namespace); ns == nil || !ns.Known {
			missing = append(missing, namespace)
		}
	}
	for _, a := range answers {
		if a.Outcome.Verdict != resolve.VerdictUnknown || a.Server == nil || !unsettledEnds(&a.Connection) {
			continue
		}
		for _, c := range a.clients.list {
			if c.class.Dataplane == resolve.DataplaneUnknown {
				add(c.class.Namespace)
			}
		}
		if w := a.Server.Workload; w != nil && a.Serves.Mode == resolve.Unknown {
			add(w.Ref.Namespace)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []string{strings.TrimPrefix(missingNamespaces(distinct(missing)), "? is what a sidecar would serve: ")}
}

// hints say where to go from the worst answer.
func hints(answers []*answer) []string {
	if len(answers) == 0 || answers[0].Outcome.Verdict != resolve.VerdictBroken {
		return nil
	}
	a, w := answers[0], answers[0].clients.list[0].workloads[0]
	for _, b := range answers {
		if other := b.stranger(); other != nil && b.Outcome.Verdict == resolve.VerdictBroken {
			a, w = b, other
			break
		}
	}
	return []string{"why: mtlsctl connections --from " + shell.Word(w.Short()+"."+w.Ref.Namespace) + " --to " + shell.Word(targetText(&a.Connection))}
}

// stranger is a client that is not one of the servers itself, of another namespace where
// there is one; nil when all are.
func (a *answer) stranger() *resolve.Workload {
	var near *resolve.Workload
	for _, c := range a.clients.list {
		for _, w := range c.workloads {
			switch {
			case slices.ContainsFunc(a.servers, func(e *resolve.Endpoint) bool { return e.Workload != nil && e.Workload.Ref == w.Ref }):
			case w.Ref.Namespace != a.Host.Namespace:
				return w
			case near == nil:
				near = w
			}
		}
	}
	return near
}

// Names implements View: the clients.
func (v Connections) Names() []string {
	var refs []resolve.Ref
	seen := map[*clients]bool{}
	for from := range v.Calls.each(v.Mesh) {
		for _, c := range from.list {
			if seen[c] {
				continue
			}
			seen[c] = true
			for _, w := range c.workloads {
				refs = append(refs, w.Ref)
			}
		}
	}
	slices.SortFunc(refs, resolve.Ref.Compare)
	var names []string
	for _, r := range slices.Compact(refs) {
		names = append(names, resourceName(r))
	}
	return names
}
