package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// migrationFields keep which port and its status on any terminal.
func migrationFields(from base) []field[portRow] {
	return []field[portRow]{
		{Column: format.Column{Head: "NAMESPACE", Group: true}, cell: worded(func(r portRow) string { return r.Namespace })},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(r portRow) string { return shortName(wire.Ref{Kind: r.Kind, Name: r.Name}) })},
		{Column: format.Column{Head: "PORT"}, cell: worded(func(r portRow) string { return strconv.Itoa(int(r.port.Port)) })},
		{Column: format.Column{Head: "SERVICE", Drop: 4}, cell: worded(func(r portRow) string { return firstService(r.port.Services) })},
		{Column: format.Column{Head: "MODE", Drop: 3}, cell: func(r portRow) format.Cell { return modeNamed(r.port.Mode, r.port.ModeIfMeshed) }},
		{Column: format.Column{Head: "STAGE", Drop: 2}, cell: worded(func(r portRow) string { return r.port.Stage })},
		{Column: format.Column{Head: "STATUS"}, cell: func(r portRow) format.Cell { return statusNamed(r.port.Status) }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(r portRow) format.Cell { return format.Cell{Text: firstReason(r.port.Because), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 4}, cell: worded(func(r portRow) string {
			if len(r.port.Because) == 0 {
				return ""
			}
			return from.of(placedAt(r.port.Because[0].Position))
		})},
		{Column: format.Column{Head: "ACTION", Drop: 5}, cell: func(r portRow) format.Cell {
			return format.Cell{Text: orWord(firstAndMore(r.port.Fixes), dash), Prose: true}
		}, wide: true},
	}
}

// firstService is the first Service port that leads to a port, and how many more there are.
func firstService(services []wire.ServicePort) string {
	if len(services) == 0 {
		return ""
	}
	first := byHost(services)[0]
	text := fmt.Sprintf("%s:%d", first.Name, first.Port)
	if more := len(services) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func statusCell(s migrate.Status) format.Cell { return statusNamed(s.String()) }

func statusNamed(status string) format.Cell {
	return format.Cell{Text: status, Tone: statusTones[status]}
}

// statusTones are those of the statuses that are not plain.
var statusTones = map[string]format.Tone{
	migrate.Done.String(): format.Good, migrate.Ready.String(): format.Good, migrate.Waiting.String(): format.Attention,
	migrate.Undecided.String(): format.Attention, migrate.Blocked.String(): format.Warning, migrate.Excepted.String(): format.Faint,
}

func rollupFields() []field[wire.MigrationTotals] {
	type totals = wire.MigrationTotals
	fields := []field[totals]{
		{Column: format.Column{Head: "NAMESPACE"}, cell: worded(func(t totals) string { return orWord(t.Namespace, "all") })},
		{Column: format.Column{Head: "PORTS"}, cell: worded(func(t totals) string { return strconv.Itoa(t.Ports) })},
	}
	for i, s := range migrate.Statuses() {
		fields = append(fields, field[totals]{Column: format.Column{Head: s.String(), Drop: max(0, 3-i)}, cell: worded(func(t totals) string { return share(byStatus(&t)[s], t.Ports) })})
	}
	fields = append(fields, field[totals]{Column: format.Column{Head: "RECOMMENDED", Drop: 4}, cell: worded(leavesText), wide: true})
	return append(fields, field[totals]{Column: format.Column{Head: "SCORE"}, cell: worded(func(t totals) string { return fmt.Sprintf("%.0f %%", t.Score) })})
}

// share is "4 (50 %)", a dash for none.
func share(n, of int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d (%.0f %%)", n, 100*float64(n)/float64(of))
}

func blockerFields() []field[wire.MigrationBlocker] {
	type blocker = wire.MigrationBlocker
	return []field[blocker]{
		{Column: format.Column{Head: "BLOCKED BY"}, cell: worded(func(b blocker) string { return b.Kind })},
		{Column: format.Column{Head: "PORTS"}, cell: worded(func(b blocker) string { return strconv.Itoa(b.Ports) })},
		{Column: format.Column{Head: "FOR EXAMPLE", Drop: 2}, cell: worded(func(b blocker) string { return shortName(b.Example) + "." + b.Example.Namespace })},
		{Column: format.Column{Head: "ACTION THERE", Drop: 1}, cell: func(b blocker) format.Cell { return format.Cell{Text: orWord(b.Fix, dash), Prose: true} }},
	}
}

// leavesText is "4 strict, 2 port, 1 disable": where the paths through the tree end.
func leavesText(t wire.MigrationTotals) string {
	var parts []string
	for _, leaf := range advise.Leaves {
		if n := t.Leaves[leaf.ID]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, leaf.ID))
		}
	}
	return strings.Join(parts, ", ")
}
