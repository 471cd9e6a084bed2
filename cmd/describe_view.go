package cmd

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// view chooses the report: the table, the story of what was named, or the
// reverse story of policies or rules.
func (o *describeOptions) view(l *input.Loaded) (format.View, error) {
	if len(o.names) == 0 {
		return o.table(l), nil
	}
	things, err := input.FindAll(l, o.names)
	if err != nil {
		return nil, err
	}
	policies, rules, access := policiesOf(things), rulesOf(things), authorizationsOf(l.Mesh, things)
	switch len(things) {
	case len(policies):
		return render.NewPolicies(l.Scope(), l.Mesh, policies, o.lines(l.Mesh.Workloads())), nil
	case len(rules):
		return render.NewRules(l.Scope(), l.Mesh, rules), nil
	case len(access):
		return render.NewAuthorizations(l.Scope(), l.Mesh, access), nil
	}
	if len(policies)+len(rules)+len(access) > 0 {
		return nil, console.Usage("run the command once for each", "policies, rules and workloads are different reports")
	}
	adviser := advise.New(l.Mesh, advise.Options{Evidence: o.evidence, Exceptions: o.exceptions})
	return render.Story{Scope: l.Scope(), Mesh: l.Mesh, Targets: o.targets(l, things), Adviser: adviser, Running: o.dumps.Running(l.Mesh)}, nil
}

// table is the report without names: the ports, or what each namespace has.
func (o *describeOptions) table(l *input.Loaded) format.View {
	lines := o.lines(l.ShownWorkloads())
	if o.sums.summary {
		return o.summary(l, lines)
	}
	v := render.Workloads{Scope: l.Scope(), Mesh: l.Mesh, Lines: lines, Running: o.dumps.Running(l.Mesh), WhyEmpty: func() []string { return o.whyEmpty(l) }}
	return o.output.begun(o.streams, v, func() render.Namespaces { return render.NewNamespaces(l.Scope(), lines, nil, false, nil).OnlyPorts() })
}

func policiesOf(things []mesh.Thing) []*inbound.PeerAuthentication {
	var policies []*inbound.PeerAuthentication
	for _, t := range things {
		if t.Policy != nil {
			policies = append(policies, t.Policy)
		}
	}
	return policies
}

func rulesOf(things []mesh.Thing) []*outbound.DestinationRule {
	var rules []*outbound.DestinationRule
	for _, t := range things {
		if t.Rule != nil {
			rules = append(rules, t.Rule)
		}
	}
	return rules
}

func authorizationsOf(m *mesh.Mesh, things []mesh.Thing) []*authz.Policy {
	var policies []*authz.Policy
	for _, t := range things {
		if t.Authorization {
			policies = append(policies, authz.In(m).Named(t.Ref)...)
		}
	}
	return policies
}

// lines are the filtered and sorted lines of workloads.
func (o *describeOptions) lines(workloads []*inbound.Workload) []render.Line {
	lines := o.filter.apply(render.LinesOf(workloads))
	if o.output.sortBy != "" {
		render.Sort(lines, o.output.sortBy)
	}
	return lines
}

func (o *describeOptions) targets(l *input.Loaded, things []mesh.Thing) []render.Target {
	targets := make([]render.Target, 0, len(things))
	for _, t := range things {
		targets = append(targets, render.Target{Service: t.Service, Namespace: t.Namespace, Lines: o.lines(slices.Clone(l.Mesh.Members(t)))})
	}
	return targets
}
