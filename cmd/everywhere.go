package cmd

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// severalOf are the environments among which nobody chose, nil for any other error.
func severalOf(err error) *source.Environments {
	var e *source.EnvironmentError
	if errors.As(err, &e) && e.Name == "" {
		return e.Found
	}
	return nil
}

// inEnvironment is what one environment came to.
type inEnvironment struct {
	*input.Loaded
	report *analyze.Report
	// refused is why the command line does not fit it.
	refused error
}

// everywhere analyzes every environment and answers for all of them: each finding says where it holds.
func (o *analyzeOptions) everywhere(ctx context.Context, found *source.Environments) error {
	if o.fix || o.exceptions {
		return &source.EnvironmentError{Found: found}
	}
	var parts []inEnvironment
	for _, name := range found.Names() {
		one := *o
		one.input = *o.input.InEnvironment(found, name)
		part, err := one.inEnvironment(ctx)
		if err != nil {
			return err
		}
		parts = append(parts, part)
	}
	if !slices.ContainsFunc(parts, func(p inEnvironment) bool { return p.refused == nil }) {
		return parts[0].refused
	}
	report, missing := joined(found, parts), missingOf(parts)
	if err := o.baseline.save(o.streams, report); err != nil {
		return err
	}
	run := render.Run{Profile: o.choice.of, FailOn: o.choice.failOn, Missing: missing}
	view := render.Findings{Report: render.NewReport(scopeOf(found, parts), run, report), Checks: o.choice.checks}
	answered := o.output.write(o.streams, o.color, view)
	sayEverywhere(o.streams, parts)
	switch {
	case console.UnlessClosed(answered) != nil:
		return answered
	case o.choice.reached(report):
		return console.ErrFindings
	case !o.partial && len(report.Missing)+len(missing) > 0:
		return console.ErrIncomplete
	}
	return nil
}

// inEnvironment analyzes the environment that the flags name.
func (o *analyzeOptions) inEnvironment(ctx context.Context) (inEnvironment, error) {
	seen, err := o.beforehand(ctx)
	if err != nil {
		return inEnvironment{}, err
	}
	objects := &project.Objects{}
	l := input.NewLoaded(&o.input, o.streams, objects.Add)
	l.Completes, l.Rules = true, o.project.File
	if l, err = l.Load(ctx, o.streams); err != nil {
		return inEnvironment{}, err
	}
	part := inEnvironment{Loaded: l, report: &analyze.Report{}}
	if part.refused = console.FirstError(l.MustHold(), l.CheckNamespaces(), o.choice.checkNamespaces(l)); part.refused != nil {
		return part, nil
	}
	part.report = o.report(l, objects, o.records.Evidence(seen, l))
	tellOnce(l, part.report.Findings)
	o.choice.keep(part.report, l, objects)
	return part, nil
}

func joined(found *source.Environments, parts []inEnvironment) *analyze.Report {
	var reports []analyze.InEnvironment
	for i, name := range found.Names() {
		if parts[i].refused == nil {
			reports = append(reports, analyze.InEnvironment{Name: name, Report: parts[i].report})
		}
	}
	return analyze.Joined(reports)
}

// missingOf is what the answers lack, each thing once.
func missingOf(parts []inEnvironment) []wire.MissingItem {
	var list []wire.MissingItem
	var problems []resolve.Problem
	for _, p := range parts {
		problems = united(problems, p.Problems)
		for _, m := range p.Missing() {
			if !isProblems(&m) && !slices.ContainsFunc(list, func(known wire.MissingItem) bool {
				return known.Effect == m.Effect && slices.Equal(known.Names, m.Names)
			}) {
				list = append(list, m)
			}
		}
	}
	if grave := slices.DeleteFunc(problems, func(p resolve.Problem) bool { return p.Harmless }); len(grave) > 0 {
		list = append([]wire.MissingItem{render.NewUnusable(grave)}, list...)
	}
	return list
}

// isProblems reports what the problems of an input are as something that is missing: those of all environments
// are one.
func isProblems(m *wire.MissingItem) bool { return m.What == "input" && len(m.Names) > 0 }

// scopeOf is what all of them cover: objects are counted in each environment.
func scopeOf(found *source.Environments, parts []inEnvironment) wire.Scope {
	all := parts[0].Scope()
	all.Objects, all.Skipped = map[string]int{}, map[string]int{}
	all.Environments = found.Names()
	all.Files, all.Documents, all.Defaulted = 0, 0, 0
	var problems []resolve.Problem
	for _, p := range parts {
		s := p.Scope()
		all.Files, all.Documents, all.Defaulted = all.Files+s.Files, all.Documents+s.Documents, all.Defaulted+s.Defaulted
		for _, counts := range []struct{ to, from map[string]int }{{all.Objects, s.Objects}, {all.Skipped, s.Skipped}} {
			for _, kind := range slices.Sorted(maps.Keys(counts.from)) {
				counts.to[kind] += counts.from[kind]
			}
		}
		problems = united(problems, p.Problems)
	}
	all.Problems = render.NewProblems(problems)
	return all
}

// sayEverywhere prints to stderr what has to be known about all of them, each thing once.
func sayEverywhere(s console.Streams, parts []inEnvironment) {
	var problems []resolve.Problem
	var notes []manifest.Note
	for _, p := range parts {
		problems, notes = united(problems, p.Problems), united(notes, p.Notes)
	}
	input.SayProblems(s, problems)
	input.SayNotes(s, notes)
	for _, p := range parts {
		p.SayScope(s, "")
	}
}
