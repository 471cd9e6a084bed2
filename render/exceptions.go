package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Exceptions is the register of exceptions: which ports may stay open, who says so, why
// and until when.
type Exceptions struct {
	Scope   wire.Scope
	Entries []project.Entry
}

// exceptedRow is one port of an exception, or the exception that is about none.
type exceptedRow struct {
	*project.Entry
	port *project.ExceptedPort
}

// Blocks implements View.
func (v Exceptions) Blocks(wide bool) []format.Block {
	if len(v.Entries) == 0 {
		return []format.Block{{Lines: []string{"no exceptions: .mtlsctl.yaml holds none"}}}
	}
	var rows []exceptedRow
	for i := range v.Entries {
		e := &v.Entries[i]
		for j := range e.Ports {
			rows = append(rows, exceptedRow{e, &e.Ports[j]})
		}
		if len(e.Ports) == 0 {
			rows = append(rows, exceptedRow{e, nil})
		}
	}
	return []format.Block{{Table: tableOf(v.fields(), rows, wide)}, {Lines: []string{v.counts()}}}
}

func (v Exceptions) fields() []field[exceptedRow] {
	return []field[exceptedRow]{
		{Column: format.Column{Head: "NAMESPACE", Group: true}, cell: worded(func(r exceptedRow) string {
			if r.port != nil {
				return r.port.Workload.Ref.Namespace
			}
			return r.Namespace
		})},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(r exceptedRow) string {
			if r.port != nil {
				return r.port.Workload.Short()
			}
			return r.Name
		})},
		{Column: format.Column{Head: "PORT"}, cell: worded(exceptedPort)},
		{Column: format.Column{Head: "MODE"}, cell: func(r exceptedRow) format.Cell {
			if r.port != nil {
				m := r.port.Port.Decision.Mode
				return format.Cell{Text: m.String(), Tone: modeTone(m)}
			}
			return format.Cell{Text: dash}
		}},
		{Column: format.Column{Head: "ALLOWED"}, cell: worded(func(r exceptedRow) string { return r.Mode.String() })},
		{Column: format.Column{Head: "STATE"}, cell: func(r exceptedRow) format.Cell { return stateCell(r.State) }},
		{Column: format.Column{Head: "OWNER"}, cell: worded(func(r exceptedRow) string { return r.Owner })},
		{Column: format.Column{Head: "UNTIL"}, cell: worded(func(r exceptedRow) string { return r.LastDay() })},
		{Column: format.Column{Head: "REASON", Drop: 2}, cell: func(r exceptedRow) format.Cell { return format.Cell{Text: r.Reason, Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 1}, cell: worded(func(r exceptedRow) string { return r.At.String() })},
	}
}

func exceptedPort(r exceptedRow) string {
	switch {
	case r.port != nil:
		return fmt.Sprint(r.port.Port.Number)
	case len(r.Exception.Ports) == 0:
		return "any"
	}
	return strings.Trim(fmt.Sprint(r.Exception.Ports), "[]")
}

func stateCell(s project.State) format.Cell {
	tone := format.Attention
	if s == project.Active {
		tone = format.Good
	}
	return format.Cell{Text: string(s), Tone: tone}
}

// counts says how many there are of each state.
func (v Exceptions) counts() string {
	n := map[project.State]int{}
	for i := range v.Entries {
		n[v.Entries[i].State]++
	}
	var parts []string
	for _, s := range project.States() {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	return count(len(v.Entries), "exception") + ": " + strings.Join(parts, ", ")
}

// Data implements View: an ExceptionList.
func (v Exceptions) Data() any { return newExceptionList(v) }

// Names implements View: the workloads, each once.
func (v Exceptions) Names() []string {
	var names []string
	seen := map[string]bool{}
	for _, e := range v.Entries {
		for _, p := range e.Ports {
			if name := resourceName(p.Workload.Ref); !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}
