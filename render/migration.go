package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Migration is the report "where does everything stand on its way to STRICT". What it shows
// is told of its wire form.
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

// Blocks implements View.
func (v Migration) Blocks(wide bool) []format.Block { return savedMigration{v.status()}.Blocks(wide) }

// Data implements View: a MigrationStatus.
func (v Migration) Data() any { return v.status() }

// Names implements View: the workloads.
func (v Migration) Names() []string { return savedMigration{v.status()}.Names() }

// hints say where to go on.
func (v Migration) hints() []string {
	lines := []string{}
	for _, status := range []migrate.Status{migrate.Blocked, migrate.Undecided} {
		i := slices.IndexFunc(v.Workloads, func(w migrate.Workload) bool { return w.Status == status })
		if i >= 0 {
			w := &v.Workloads[i]
			lines = append(lines, "why: mtlsctl migrate-plan --explain "+shell.Word(w.Short()+"."+w.Ref.Namespace))
			break
		}
	}
	if v.Evidence == nil {
		lines = append(lines, "READY needs traffic data: pass --prometheus URL, --traffic FILE or --access-log FILE")
	}
	return lines
}

// savedMigration shows a MigrationStatus.
type savedMigration struct{ *wire.MigrationStatus }

// portRow is a port that stands somewhere, and its workload.
type portRow struct {
	*wire.MigrationItem
	port *wire.MigrationPort
}

func (v savedMigration) rows() []portRow {
	var rows []portRow
	for i := range v.Items {
		for j := range v.Items[i].Ports {
			rows = append(rows, portRow{&v.Items[i], &v.Items[i].Ports[j]})
		}
	}
	return rows
}

// Blocks implements View: the sum, the ports, the namespaces, the blockers.
func (v savedMigration) Blocks(wide bool) []format.Block {
	if v.Explain {
		return v.explained()
	}
	if len(v.Workloads) == 0 {
		return []format.Block{{Lines: []string{"no port with a choice of mode"}}}
	}
	blocks := []format.Block{{Table: v.facts()}}
	if rows := v.rows(); len(rows) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(migrationFields(baseOf(&v.Scope)), rows, wide)})
	}
	if len(v.Namespaces) > 1 {
		blocks = append(blocks, format.Block{Table: tableOf(rollupFields(), append(slices.Clone(v.Namespaces), v.Totals), wide)})
	}
	if len(v.Blockers) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(blockerFields(), v.Blockers, wide)})
	}
	return append(blocks, format.Block{Lines: v.Notes})
}

func (v savedMigration) facts() *format.Table {
	return facts(
		[2]string{"STRICT today", fmt.Sprintf("%d of %s, score %.0f %%", v.Totals.Strict, count(v.Totals.Ports, "port"), v.Totals.Score)},
		[2]string{"other ports", others(&v.Totals)},
		[2]string{"evidence", evidenceText(v.Evidence, v.DeclaredCalls, ", so that no port is READY")},
		[2]string{"applied", appliedText(v.Applied)},
		[2]string{"progress", progressText(v.Progress, v.Totals.Score)},
	)
}

// byStatus are the counts of ports in the order of statuses.
func byStatus(t *wire.MigrationTotals) map[migrate.Status]int {
	return map[migrate.Status]int{
		migrate.Done: t.Strict, migrate.Excepted: t.Excepted, migrate.Ready: t.Ready, migrate.Waiting: t.Waiting, migrate.Undecided: t.Unknown, migrate.Blocked: t.Blocked,
	}
}

// others are the ports that are not STRICT: "4 READY, 2 BLOCKED".
func others(t *wire.MigrationTotals) string {
	var parts []string
	n := byStatus(t)
	for _, s := range migrate.Statuses()[1:] {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	return strings.Join(parts, ", ")
}

// evidenceText is what was seen, else what it means that nobody looked.
func evidenceText(e *wire.MigrationEvidence, declared int, without string) string {
	said := fmt.Sprintf("%s declared", count(declared, "call"))
	if e == nil {
		return said + "; no traffic data" + without
	}
	return fmt.Sprintf("%s, %s, %s; %s", e.Source, span(savedTime(e.To).Sub(savedTime(e.From))), count(e.Edges, "edge"), said)
}

// shownScores is how many scores a line of progress has.
const shownScores = 6

// progressText is "40 % on 2026-11-18, 55 % on 2026-11-20, 61 % now", "" without earlier
// ones.
func progressText(all []wire.MigrationProgress, now float64) string {
	if len(all) == 0 {
		return ""
	}
	var parts []string
	for _, p := range all[max(0, len(all)-shownScores):] {
		parts = append(parts, fmt.Sprintf("%.0f %% on %s", p.Score, savedTime(p.Time).UTC().Format(time.DateOnly)))
	}
	return strings.Join(append(parts, fmt.Sprintf("%.0f %% now", now)), ", ")
}

// Data implements View.
func (v savedMigration) Data() any { return v.MigrationStatus }

// Names implements View: the workloads.
func (v savedMigration) Names() []string {
	var names []string
	for _, w := range v.Workloads {
		if name := resourceName(objectOf(w)); !slices.Contains(names[max(0, len(names)-1):], name) {
			names = append(names, name)
		}
	}
	return names
}
