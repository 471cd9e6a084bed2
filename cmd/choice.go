package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
)

// failWords are the values of --fail-on.
var failWords = []string{"error", "warning", "info", "never"}

// choiceFlags choose among checks and findings. What is not on the command line may be
// in .mtlsctl.yaml.
type choiceFlags struct {
	only, skip  []string
	profile     string
	failOn      string
	minSeverity string
	exclude     []string
	selector    string

	given    func(flag string) bool
	checks   []*analyze.Check
	of       analyze.Profile
	least    analyze.Severity
	selected labels.Selector
	// allChecks is true when no check of the profile was left out.
	allChecks bool
}

func (f *choiceFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&f.failOn, "fail-on", "error", "exit with 1 when a finding is at least `SEVERITY`: "+strings.Join(failWords, ", "))
	fs.StringSliceVar(&f.only, "only", nil, "run only the checks `CODE,...`")
	fs.StringSliceVar(&f.skip, "skip", nil, "skip the checks `CODE,...`")
	fs.StringVar(&f.profile, "profile", string(analyze.Default), "choose the checks of `PROFILE`: default, strict (zero trust: a port that is not STRICT is an error), migration (what blocks STRICT)")
	fs.StringVar(&f.minSeverity, "min-severity", "info", "hide findings below `SEVERITY`: error, warning, info")
	fs.StringSliceVar(&f.exclude, "exclude-namespaces", nil, "hide findings about namespaces `NS,...`")
	fs.StringVarP(&f.selector, "selector", "l", "", "only findings about objects whose labels match `SELECTOR`, as in kubectl; for workloads pod labels match too")
	f.given = fs.Changed
	console.Completes(c, "fail-on", console.OneOf(failWords...))
	console.Completes(c, "only", console.ManyOf(codes))
	console.Completes(c, "skip", console.ManyOf(codes))
	console.Completes(c, "profile", console.OneOf("default", "strict", "migration"))
	console.Completes(c, "min-severity", console.OneOf(failWords[:3]...))
	console.Completes(c, "selector", console.NoFiles)
}

// complete checks the words.
func (f *choiceFlags) complete() (err error) {
	f.failOn = strings.ToLower(f.failOn)
	if _, err := analyze.ParseSeverity(f.failOn); err != nil && f.failOn != "never" {
		return console.Usage("", "--fail-on %q: one of %s", f.failOn, strings.Join(failWords, ", "))
	}
	if f.least, err = analyze.ParseSeverity(f.minSeverity); err != nil {
		return console.Usage("", "--min-severity %q: one of %s", f.minSeverity, strings.Join(failWords[:3], ", "))
	}
	if f.of, err = analyze.ParseProfile(f.profile); err != nil {
		return console.Usage("", "--profile %q: one of default, strict, migration", f.profile)
	}
	for flag, codes := range map[string][]string{"only": f.only, "skip": f.skip} {
		if err := f.codes(flag, codes); err != nil {
			return err
		}
	}
	if f.selected, err = labels.Parse(f.selector); err != nil {
		return console.Usage("for example -l app=shop,tier!=db", "-l %q: %s", f.selector, err)
	}
	return nil
}

// codes writes the codes of a flag as the catalogue does.
func (f *choiceFlags) codes(flag string, codes []string) error {
	if f.given(flag) && len(codes) == 0 {
		return console.Usage("mtlsctl explain lists every code", "--%s has no value", flag)
	}
	for i, code := range codes {
		c := project.ByCode(code)
		if c == nil {
			hint := "mtlsctl explain lists every code"
			if near := project.Near(code); len(near) > 0 {
				hint = "did you mean " + strings.Join(near, " or ") + "?"
			}
			return console.Usage(hint, "--%s %q: no check has this code", flag, code)
		}
		if verify.Owns(c.Code) {
			return console.Usage("mtlsctl verify --proxies FILE compares what the proxies run", "--%s %s: only verify runs this check", flag, c.Code)
		}
		codes[i] = c.Code
	}
	return nil
}

// settle takes from the configuration what the command line does not say, and chooses
// the checks. One that is asked for by its code runs in every profile.
func (f *choiceFlags) settle(c *project.Config) {
	if !f.given("profile") && c.Profile != "" {
		f.of = c.Profile
	}
	if !f.given("fail-on") && c.FailOn != "" {
		f.failOn = c.FailOn
	}
	if !f.given("only") {
		f.only = c.Only
	}
	if !f.given("skip") {
		f.skip = c.Skip
	}
	all := f.of.Of(project.Catalogue())
	if len(f.only) > 0 {
		all = project.Catalogue()
	}
	f.checks = slices.DeleteFunc(all, func(c *analyze.Check) bool {
		return verify.Owns(c.Code) || len(f.only) > 0 && !slices.Contains(f.only, c.Code) || slices.Contains(f.skip, c.Code)
	})
	f.allChecks = len(f.only)+len(f.skip) == 0 && f.of != analyze.Migration
}

// onMesh are the chosen checks that look at a mesh, not at what the project says.
func (f *choiceFlags) onMesh() []*analyze.Check {
	return slices.DeleteFunc(slices.Clone(f.checks), func(c *analyze.Check) bool { return c.Run == nil })
}

// checkNamespaces refuses namespaces in which nothing lives.
func (f *choiceFlags) checkNamespaces(l *input.Loaded) error {
	for _, ns := range f.exclude {
		if len(l.Gaps()) > 0 {
			return nil
		}
		if err := l.NoNamespace("--exclude-namespaces", ns); err != nil {
			return err
		}
	}
	return nil
}

// keep leaves out of a report what was not asked for.
func (f *choiceFlags) keep(report *analyze.Report, l *input.Loaded, objects *project.Objects) {
	report.Keep(func(one *analyze.Finding) bool {
		ns := one.Namespace()
		switch {
		case ns != "" && (!l.Shows(ns) || slices.Contains(f.exclude, ns)):
			return false
		case one.Severity < f.least:
			return false
		}
		return f.selected.Empty() || objects.Match(one, f.selected)
	})
}

// reached reports whether a finding that counts is bad enough for exit code 1.
func (f *choiceFlags) reached(r *analyze.Report) bool {
	threshold, err := analyze.ParseSeverity(f.failOn)
	return err == nil && slices.ContainsFunc(r.Findings, func(one analyze.Finding) bool { return !one.Known && one.Severity >= threshold })
}
