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
type Exceptions struct{ List *wire.ExceptionList }

// NewExceptions is the report of a register.
func NewExceptions(scope wire.Scope, entries []project.Entry) Exceptions {
	return Exceptions{newExceptionList(scope, entries)}
}

// exceptedRow is one port of an exception, or the exception that is about none.
type exceptedRow struct {
	*wire.ExceptionItem
	port *wire.ExceptedItem
}

// Blocks implements View.
func (v Exceptions) Blocks(wide bool) []format.Block {
	if len(v.List.Items) == 0 {
		return []format.Block{{Lines: []string{"no exceptions in .mtlsctl.yaml"}}}
	}
	var rows []exceptedRow
	for i := range v.List.Items {
		e := &v.List.Items[i]
		for j := range e.Ports {
			rows = append(rows, exceptedRow{e, &e.Ports[j]})
		}
		if len(e.Ports) == 0 {
			rows = append(rows, exceptedRow{e, nil})
		}
	}
	return []format.Block{{Table: tableOf(exceptionFields(), rows, wide)}, {Lines: []string{v.counts()}}}
}

func exceptionFields() []field[exceptedRow] {
	return []field[exceptedRow]{
		{Column: format.Column{Head: "NAMESPACE", Group: true}, cell: worded(func(r exceptedRow) string {
			if r.port != nil {
				return r.port.Workload.Namespace
			}
			return r.Namespace
		})},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(r exceptedRow) string {
			if r.port != nil {
				return shortName(r.port.Workload)
			}
			return r.Name
		})},
		{Column: format.Column{Head: "PORT"}, cell: worded(exceptedPort)},
		{Column: format.Column{Head: "MODE"}, cell: func(r exceptedRow) format.Cell {
			if r.port != nil {
				return modeNamed(r.port.Mode, "")
			}
			return format.Cell{Text: dash}
		}},
		{Column: format.Column{Head: "ALLOWED"}, cell: worded(func(r exceptedRow) string { return r.Allowed })},
		{Column: format.Column{Head: "STATE"}, cell: func(r exceptedRow) format.Cell { return stateCell(project.State(r.State)) }},
		{Column: format.Column{Head: "OWNER"}, cell: worded(func(r exceptedRow) string { return r.Owner })},
		{Column: format.Column{Head: "UNTIL"}, cell: worded(func(r exceptedRow) string { return r.Until })},
		{Column: format.Column{Head: "REASON", Drop: 2}, cell: func(r exceptedRow) format.Cell { return format.Cell{Text: r.Reason, Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 1}, cell: worded(func(r exceptedRow) string { return placedAt(r.Position).String() })},
	}
}

func exceptedPort(r exceptedRow) string {
	switch {
	case r.port != nil:
		return fmt.Sprint(r.port.Port)
	case len(r.Numbers) == 0:
		return "any"
	}
	return strings.Trim(fmt.Sprint(r.Numbers), "[]")
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
	for i := range v.List.Items {
		n[project.State(v.List.Items[i].State)]++
	}
	var parts []string
	for _, s := range project.States() {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	return count(len(v.List.Items), "exception") + ": " + strings.Join(parts, ", ")
}

// Data implements View: an ExceptionList.
func (v Exceptions) Data() any { return v.List }

// Names implements View: the workloads, each once.
func (v Exceptions) Names() []string {
	var names []string
	seen := map[string]bool{}
	for _, e := range v.List.Items {
		for _, p := range e.Ports {
			if name := resourceName(objectOf(p.Workload)); !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}
