package cmd

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// upgradedOf is an input as it is after an upgrade of Istio.
func upgradedOf(l *input.Loaded, in *source.Input, upgrade []string) *input.Loaded {
	flags := *l.Flags
	flags.Istio = slices.Concat(flags.Istio, upgrade)
	after := &input.Loaded{Flags: &flags, Start: l.Start, Editable: true}
	after.Take(in)
	return after
}

// gates compares the states of a plan with those after the upgrade, without the findings that the
// project hides.
func (o *migrateOptions) gates(p *plan.Plan, in *planned, config *project.Config) *plan.Upgrade {
	marks := &project.Objects{}
	marks.Add("", in.world.Objects)
	marks.AddWorkloads("", in.Mesh.Workloads())
	find := func(m *mesh.Mesh) []analyze.Finding {
		report := analyze.RunWith(m, analyze.Default.Of(checks.All()), analyze.Options{Exceptions: config.Lasting(o.streams.Now())})
		run := project.Run{Config: config, Objects: marks, Mesh: m, Now: o.streams.Now()}
		run.Hide(report)
		return report.Findings
	}
	return &plan.Upgrade{From: in.Istio(), To: in.upgraded.Istio(), Gates: plan.GatesOf(p, in.world, in.upgraded.Mesh, find)}
}
