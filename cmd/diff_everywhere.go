package cmd

import (
	"context"
	"slices"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// everywhere compares two sides environment by environment. undecided is the choice that was asked for.
func (o *diffOptions) everywhere(ctx context.Context, undecided error) error {
	if o.head.Word == "" {
		return undecided // what a change is applied to is one mesh
	}
	var names []string
	for _, side := range []*input.SideWord{&o.base, &o.head} {
		var err error
		if side.Found, err = o.input.SideEnvironments(ctx, *side, o.streams); err != nil {
			return console.InputError(err)
		}
		if side.Found == nil {
			return undecided // a cluster, or plain files
		}
		names = append(names, side.Found.Names()...)
	}
	slices.Sort(names)
	var diffs []render.EnvironmentDiff
	var sides [][2]*side
	for _, name := range slices.Compact(names) {
		one := *o
		one.input = *o.input.InEnvironment(nil, name)
		one.base.Without, one.head.Without = !slices.Contains(o.base.Found.Names(), name), !slices.Contains(o.head.Found.Names(), name)
		base, head, err := one.load(ctx)
		if err != nil {
			return err
		}
		d, view, err := one.compared(base, head)
		if err != nil {
			return err
		}
		view.Failed = one.reached(d)
		diffs, sides = append(diffs, render.EnvironmentDiff{Name: name, Diff: view}), append(sides, [2]*side{base, head})
	}
	return o.tellEverywhere(ctx, diffs, sides)
}

// tellEverywhere prints the differences of all environments, and what has to be known about them.
func (o *diffOptions) tellEverywhere(ctx context.Context, diffs []render.EnvironmentDiff, sides [][2]*side) error {
	var problems []resolve.Problem
	var notes []manifest.Note
	var incomplete error
	for _, s := range sides {
		problems = united(problems, united(s[0].Problems, s[1].Problems))
		notes = united(notes, united(s[0].Notes, s[1].Notes))
		incomplete = console.FirstError(incomplete, s[0].Incomplete(), s[1].Incomplete())
	}
	s := o.streams
	s.Out = console.Stoppable{Ctx: ctx, Out: s.Out}
	answered := o.output.write(s, o.color, render.NewDiffs(diffs, problems))
	input.SayProblems(o.streams, problems)
	input.SayNotes(o.streams, notes)
	for _, pair := range sides {
		pair[0].SayScope(o.streams, "base: ")
		pair[1].SayScope(o.streams, "head: ")
	}
	switch {
	case console.UnlessClosed(answered) != nil:
		return answered
	case slices.ContainsFunc(diffs, func(d render.EnvironmentDiff) bool { return d.Failed }):
		return console.ErrFindings
	}
	return incomplete
}
