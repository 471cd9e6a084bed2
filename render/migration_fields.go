package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// migrationFields keep which port and its status on any terminal.
func migrationFields(from base) []field[portRow] {
	return []field[portRow]{
		{Column: format.Column{Head: "NAMESPACE", Group: true}, cell: worded(func(r portRow) string { return r.Workload.Ref.Namespace })},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(r portRow) string { return r.Workload.Short() })},
		{Column: format.Column{Head: "PORT"}, cell: worded(func(r portRow) string { return strconv.Itoa(int(r.Port.Port.Number)) })},
		{Column: format.Column{Head: "SERVICE", Drop: 4}, cell: worded(func(r portRow) string { return servicesOf(r.Port.Port) })},
		{Column: format.Column{Head: "MODE", Drop: 3}, cell: func(r portRow) format.Cell { return modeCell(Line{r.Workload.Workload, r.Port.Port}) }},
		{Column: format.Column{Head: "STAGE", Drop: 2}, cell: worded(func(r portRow) string { return r.Port.Stage.String() })},
		{Column: format.Column{Head: "STATUS"}, cell: func(r portRow) format.Cell { return statusCell(r.Port.Status) }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: func(r portRow) format.Cell { return format.Cell{Text: why(r.Port), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 4}, cell: worded(func(r portRow) string { return from.of(placeOf(r.Port)) })},
		{Column: format.Column{Head: "WHAT HELPS", Drop: 5}, cell: func(r portRow) format.Cell {
			return format.Cell{Text: orWord(firstAndMore(r.Port.Fixes()), dash), Prose: true}
		}, wide: true},
	}
}

func servicesOf(p *inbound.Port) string {
	if len(p.Services) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s:%d", p.Services[0].Name, p.Services[0].Port)
	if more := len(p.Services) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func statusCell(s migrate.Status) format.Cell { return statusNamed(s.String()) }

func statusNamed(status string) format.Cell {
	return format.Cell{Text: status, Tone: statusTones[status]}
}

var statusTones = map[string]format.Tone{
	migrate.Done.String(): format.Good, migrate.Ready.String(): format.Good, migrate.Waiting.String(): format.Attention,
	migrate.Undecided.String(): format.Attention, migrate.Blocked.String(): format.Warning, migrate.Excepted.String(): format.Faint,
}

func rollupFields() []field[migrate.Rollup] {
	fields := []field[migrate.Rollup]{
		{Column: format.Column{Head: "NAMESPACE"}, cell: worded(func(r migrate.Rollup) string { return orWord(r.Namespace, "all") })},
		{Column: format.Column{Head: "PORTS"}, cell: worded(func(r migrate.Rollup) string { return strconv.Itoa(r.Ports) })},
	}
	for i, s := range migrate.Statuses() {
		fields = append(fields, field[migrate.Rollup]{Column: format.Column{Head: s.String(), Drop: max(0, 3-i)}, cell: worded(func(r migrate.Rollup) string { return share(r.ByStatus[s], r.Ports) })})
	}
	fields = append(fields, field[migrate.Rollup]{Column: format.Column{Head: "WHAT FITS", Drop: 4}, cell: worded(leavesText), wide: true})
	return append(fields, field[migrate.Rollup]{Column: format.Column{Head: "SCORE"}, cell: worded(func(r migrate.Rollup) string { return fmt.Sprintf("%.0f %%", r.Score()) })})
}

// share is "4 (50 %)", a dash for none.
func share(n, of int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d (%.0f %%)", n, 100*float64(n)/float64(of))
}

func blockerFields() []field[migrate.Blocker] {
	return []field[migrate.Blocker]{
		{Column: format.Column{Head: "BLOCKED BY"}, cell: worded(func(b migrate.Blocker) string { return string(b.Kind) })},
		{Column: format.Column{Head: "PORTS"}, cell: worded(func(b migrate.Blocker) string { return strconv.Itoa(b.Ports) })},
		{Column: format.Column{Head: "FOR EXAMPLE", Drop: 2}, cell: worded(func(b migrate.Blocker) string { return b.At.Short() + "." + b.At.Ref.Namespace })},
		{Column: format.Column{Head: "WHAT HELPS THERE", Drop: 1}, cell: func(b migrate.Blocker) format.Cell {
			return format.Cell{Text: orWord(b.Example.Fix, dash), Prose: true}
		}},
	}
}

// leavesText is "4 strict, 2 port, 1 disable": where the paths through the tree end.
func leavesText(r migrate.Rollup) string {
	var parts []string
	for _, leaf := range advise.Leaves {
		if n := r.ByLeaf[leaf.ID]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, leaf.ID))
		}
	}
	return strings.Join(parts, ", ")
}
