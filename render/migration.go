package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Migration is the report "where does everything stand on its way to STRICT".
type Migration struct {
	Scope     wire.Scope
	Mesh      *mesh.Mesh
	Workloads []migrate.Workload
	// Evidence is who was seen calling whom, nil where nobody looked.
	Evidence *evidence.Evidence
	// Applied are waves of migrate-plan that the input has.
	Applied []plan.Applied
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
func (v Migration) Blocks(wide bool) []format.Block {
	if v.Explain {
		return v.explained()
	}
	if len(v.Workloads) == 0 {
		return []format.Block{{Lines: []string{"no port that has a mode to choose"}}}
	}
	mesh, namespaces := migrate.Roll(v.Workloads)
	blocks := []format.Block{{Table: v.facts(mesh)}}
	if rows := v.rows(); len(rows) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(migrationFields(baseOf(&v.Scope)), rows, wide)})
	}
	if len(namespaces) > 1 {
		blocks = append(blocks, format.Block{Table: tableOf(rollupFields(), append(namespaces, mesh), wide)})
	}
	if blockers := migrate.Blockers(v.Workloads); len(blockers) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(blockerFields(), blockers, wide)})
	}
	return append(blocks, format.Block{Lines: v.hints()})
}

func (v Migration) facts(mesh migrate.Rollup) *format.Table {
	pairs := [][2]string{
		{"STRICT today", fmt.Sprintf("%d of %s, score %.0f %%", mesh.ByStatus[migrate.Done], count(mesh.Ports, "port"), mesh.Score())},
		{"the others", others(mesh)},
		{"evidence", v.evidenceText()},
		{"applied", appliedText(v.Applied)},
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
	return evidenceText(v.Evidence, len(declared.In(v.Mesh).All()), ", so that no port is READY")
}

// evidenceText is what was seen, else what it means that nobody looked.
func evidenceText(e *evidence.Evidence, declared int, without string) string {
	said := fmt.Sprintf("%s declared", count(declared, "call"))
	if e == nil {
		return said + "; nobody looked at the traffic" + without
	}
	t := e.Traffic()
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

// why is the first reason of a status, and how many more there are.
func why(p *migrate.Port) string {
	all := p.Reasons()
	if len(all) == 0 {
		return dash
	}
	text := all[0].Text
	if more := len(all) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// placeOf is where the first reason is written.
func placeOf(p *migrate.Port) resolve.Position {
	if all := p.Reasons(); len(all) > 0 {
		return all[0].Position
	}
	return resolve.Position{}
}

// hints say where to go on.
func (v Migration) hints() []string {
	var lines []string
	for _, status := range []migrate.Status{migrate.Blocked, migrate.Undecided} {
		i := slices.IndexFunc(v.Workloads, func(w migrate.Workload) bool { return w.Status == status })
		if i >= 0 {
			w := &v.Workloads[i]
			lines = append(lines, "why: mtlsctl migrate-plan --explain "+shell.Word(w.Short()+"."+w.Ref.Namespace))
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
