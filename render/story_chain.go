package render

import (
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// chainBlock shows how a workload's mode came about, widest scope first.
func chainBlock(w *resolve.Workload) Block {
	b := Block{Title: "How it was decided", Indent: 2}
	if len(w.Chain.Steps) == 0 {
		b.Lines = []string{orDash(w.Default.Because)}
		return b
	}
	b.Table = &Table{Columns: []Column{{Group: true}, {}, {}, {}, {Drop: 1}}}
	for _, s := range w.Chain.Steps {
		tone := Faint
		if s.Applies {
			tone = Plain
		}
		b.Table.Rows = append(b.Table.Rows, Row{Cells: []Cell{
			{s.Scope.String(), Plain}, {s.By.Path(), tone}, {s.Mode.String(), tone}, {stepText(s), tone},
			{s.Position().String(), Faint},
		}})
	}
	return b
}

func stepText(s resolve.Step) string {
	var parts []string
	if s.Because != "" {
		parts = append(parts, s.Because)
	}
	if len(s.Ports) > 0 {
		parts = append(parts, "ports: "+portModes(s.Ports))
	}
	return strings.Join(parts, "; ")
}

func portModes(ports []resolve.PortMode) string {
	var parts []string
	for _, p := range ports {
		parts = append(parts, strconv.Itoa(int(p.Port))+" "+p.Mode.String())
	}
	return strings.Join(parts, ", ")
}
