package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Migration is the report "where does everything stand on its way to STRICT".
type Migration struct {
	Scope     Scope
	Mesh      *resolve.Mesh
	Workloads []migrate.Workload
	// Evidence is who was seen calling whom, nil where nobody looked.
	Evidence *resolve.Evidence
	// Progress are earlier scores, oldest first.
	Progress []migrate.Progress
	// Explain walks the tree aloud for every port.
	Explain bool
	// Only are the statuses that are shown, nil for all: the counts are of all.
	Only []migrate.Status
}

// portRow is a port that stands somewhere, and its workload.
type portRow struct {
	*migrate.Workload
	*migrate.Port
}

func (v Migration) rows() []portRow {
	var rows []portRow
	for i := range v.Workloads {
		w := &v.Workloads[i]
		for j := range w.Ports {
			if p := &w.Ports[j]; len(v.Only) == 0 || slices.Contains(v.Only, p.Status) {
				rows = append(rows, portRow{w, p})
			}
		}
	}
	return rows
}

// Blocks implements View: the sum, the ports, the namespaces, what stands in the way.
func (v Migration) Blocks(wide bool) []Block {
	if v.Explain {
		return v.explained()
	}
	if len(v.Workloads) == 0 {
		return []Block{{Lines: []string{"no port that has a mode to choose"}}}
	}
	mesh, namespaces := migrate.Roll(v.Workloads)
	blocks := []Block{{Table: v.facts(mesh)}}
	if rows := v.rows(); len(rows) > 0 {
		blocks = append(blocks, Block{Table: tableOf(migrationFields(v.Scope.base()), rows, wide)})
	}
	if len(namespaces) > 1 {
		blocks = append(blocks, Block{Table: tableOf(rollupFields(), append(namespaces, mesh), wide)})
	}
	if blockers := migrate.Blockers(v.Workloads); len(blockers) > 0 {
		blocks = append(blocks, Block{Table: tableOf(blockerFields(), blockers, wide)})
	}
	return append(blocks, Block{Lines: v.hints()})
}

func (v Migration) facts(mesh migrate.Rollup) *Table {
	pairs := [][2]string{
		{"STRICT today", fmt.Sprintf("%d of %s, score %.0f %%", mesh.ByStatus[migrate.Done], count(mesh.Ports, "port"), mesh.Score())},
		{"the others", others(mesh)},
		{"evidence", v.evidenceText()},
		{"progress", progressText(v.Progress, mesh.Score())},
	}
	return facts(pairs...)
}

// others are the ports that are not STRICT: "4 READY, 2 BLOCKED".
func others(r migrate.Rollup) string {
	var parts []string
	for _, s := range migrate.Statuses()[1:] {
		if n := r.ByStatus[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

func (v Migration) evidenceText() string {
	said := fmt.Sprintf("%s declared", count(len(v.Mesh.Dependencies()), "call"))
	if v.Evidence == nil {
		return said + "; nobody looked at the traffic, so that no port is READY"
	}
	t := v.Evidence.Traffic()
	return fmt.Sprintf("%s, %s, %s; %s", t.Source, span(t.To.Sub(t.From)), count(len(t.Edges), "edge"), said)
}

// shownScores is how many scores a line of progress has.
const shownScores = 6

// progressText is "40 % on 2026-11-18, 55 % on 2026-11-20, 61 % now", "" without earlier
// ones.
func progressText(all []migrate.Progress, now float64) string {
	if len(all) == 0 {
		return ""
	}
	var parts []string
	for _, p := range all[max(0, len(all)-shownScores):] {
		parts = append(parts, fmt.Sprintf("%.0f %% on %s", p.Score, p.Time.UTC().Format("2006-01-02")))
	}
	return strings.Join(append(parts, fmt.Sprintf("%.0f %% now", now)), ", ")
}

func migrationFields(from base) []field[portRow] {
	return []field[portRow]{
		{Column: Column{Head: "NAMESPACE", Group: true}, cell: words(func(r portRow) string { return r.Workload.Ref.Namespace })},
		{Column: Column{Head: "WORKLOAD", Group: true}, cell: words(func(r portRow) string { return r.Workload.Short() })},
		{Column: Column{Head: "PORT"}, cell: words(func(r portRow) string { return strconv.Itoa(int(r.Port.Port.Number)) })},
		{Column: Column{Head: "SERVICE", Drop: 4}, cell: words(func(r portRow) string { return servicesOf(r.Port.Port) })},
		{Column: Column{Head: "MODE", Drop: 3}, cell: func(r portRow) Cell { return modeCell(Line{r.Workload.Workload, r.Port.Port}) }},
		{Column: Column{Head: "STAGE", Drop: 2}, cell: words(func(r portRow) string { return r.Port.Stage.String() })},
		{Column: Column{Head: "STATUS"}, cell: func(r portRow) Cell { return statusCell(r.Port.Status) }},
		{Column: Column{Head: "BECAUSE", Drop: 1}, cell: func(r portRow) Cell { return Cell{Text: from.why(r.Port), Prose: true} }},
		{Column: Column{Head: "WHAT HELPS", Drop: 5}, cell: func(r portRow) Cell { return Cell{Text: orWord(fixOf(r.Port), dash), Prose: true} }, wide: true},
	}
}

func servicesOf(p *resolve.Port) string {
	if len(p.Services) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s:%d", p.Services[0].Name, p.Services[0].Port)
	if more := len(p.Services) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func statusCell(s migrate.Status) Cell {
	tone := Plain
	switch s {
	case migrate.Done, migrate.Ready:
		tone = Good
	case migrate.Waiting, migrate.Undecided:
		tone = Attention
	case migrate.Blocked:
		tone = Warning
	case migrate.Excepted:
		tone = Faint
	}
	return Cell{Text: s.String(), Tone: tone}
}

// why is the first reason of a status, and how many more there are.
func (b base) why(p *migrate.Port) string {
	all := reasonsOf(p)
	if len(all) == 0 {
		return dash
	}
	text := b.at(all[0].Text, all[0].Position)
	if more := len(all) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// reasonsOf are those behind a port's status.
func reasonsOf(p *migrate.Port) []advise.Reason {
	switch {
	case len(p.Obstacles) > 0:
		var out []advise.Reason
		for _, o := range p.Obstacles {
			out = append(out, o.Reason)
		}
		return out
	case p.Status == migrate.Undecided, p.Status == migrate.Waiting:
		return slices.Concat(p.Open, p.Wait)
	}
	return p.Path.Steps[0].Because
}

func fixOf(p *migrate.Port) string {
	if p.Status == migrate.Done || p.Status == migrate.Ready {
		return ""
	}
	if all := reasonsOf(p); len(all) > 0 {
		return all[0].Fix
	}
	return ""
}

func rollupFields() []field[migrate.Rollup] {
	fields := []field[migrate.Rollup]{
		{Column: Column{Head: "NAMESPACE"}, cell: words(func(r migrate.Rollup) string { return orWord(r.Namespace, "all") })},
		{Column: Column{Head: "PORTS"}, cell: words(func(r migrate.Rollup) string { return strconv.Itoa(r.Ports) })},
	}
	for i, s := range migrate.Statuses() {
		fields = append(fields, field[migrate.Rollup]{Column: Column{Head: s.String(), Drop: max(0, 3-i)}, cell: words(func(r migrate.Rollup) string { return share(r.ByStatus[s], r.Ports) })})
	}
	return append(fields, field[migrate.Rollup]{Column: Column{Head: "SCORE"}, cell: words(func(r migrate.Rollup) string { return fmt.Sprintf("%.0f %%", r.Score()) })})
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
		{Column: Column{Head: "BLOCKED BY"}, cell: words(func(b migrate.Blocker) string { return b.Kind })},
		{Column: Column{Head: "PORTS"}, cell: words(func(b migrate.Blocker) string { return strconv.Itoa(b.Ports) })},
	}
}

// hints say where to go on.
func (v Migration) hints() []string {
	var lines []string
	for i := range v.Workloads {
		if w := &v.Workloads[i]; w.Status == migrate.Blocked || w.Status == migrate.Undecided {
			lines = append(lines, "why: mtlsctl migrate-plan --explain "+shellWord(w.Short()+"."+w.Ref.Namespace))
			break
		}
	}
	if v.Evidence == nil {
		lines = append(lines, "READY needs a record of traffic: --prometheus URL, --traffic FILE or --access-log FILE")
	}
	return lines
}

// Names implements View: the workloads.
func (v Migration) Names() []string {
	var names []string
	for i := range v.Workloads {
		if name := resourceName(v.Workloads[i].Ref); !slices.Contains(names[max(0, len(names)-1):], name) {
			names = append(names, name)
		}
	}
	return names
}
