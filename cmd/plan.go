package cmd

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// The values of the flags of a plan.
var (
	planTos      = []string{"strict", "permissive", "ambient"}
	planScopes   = []string{"workload", "namespace", "mesh"}
	planInjects  = []string{"needed", "all", "none"}
	planFailOns  = []string{"blocked", "unknown", "never"}
	planOnly     = []string{"to", "scope", "max-wave-size", "exclude", "inject", "out", "fail-on", "upgrade", "trust-domain"}
	scopesByWord = map[string]plan.Scope{"workload": plan.WorkloadScope, "namespace": plan.NamespaceScope, "mesh": plan.MeshScope}
	joinsByWord  = map[string]plan.Joining{"needed": plan.Needed, "all": plan.Everybody, "none": plan.Nobody}
)

// planFlags say what a plan is to be.
type planFlags struct {
	to, scope, inject, failOn, out string
	trust                          string
	maxWave                        int
	exclude, upgrade               []string
	given                          func(flag string) bool
}

func (f *planFlags) add(c *cobra.Command) {
	fs := c.Flags()
	f.given = fs.Changed
	fs.StringVar(&f.to, "to", "strict", "plan the way to `MODE`: "+strings.Join(planTos, ", ")+" (from sidecars to ambient: the data plane only)")
	fs.StringVar(&f.scope, "scope", "mesh", "write policies up to `SCOPE`: "+strings.Join(planScopes, ", ")+"; with -n at most namespace")
	fs.IntVar(&f.maxWave, "max-wave-size", 0, "change at most `N` workloads in one wave (default: any number)")
	fs.StringSliceVar(&f.exclude, "exclude", nil, "keep workloads `NAMESPACE[/NAME],...` as they are; * matches any text")
	fs.StringVar(&f.inject, "inject", "needed", "plan sidecars for `WHICH`: needed (clients that STRICT would lock out, and servers of namespaces in the mesh), all, none")
	fs.StringVar(&f.out, "out", "", "write manifests, rollbacks and the runbook to the folder `DIR`, and replace those of an earlier run")
	fs.StringVar(&f.failOn, "fail-on", "blocked", "exit with 1 when a port is `WHAT`: "+strings.Join(planFailOns, ", ")+"; unknown includes blocked")
	fs.StringSliceVar(&f.upgrade, "upgrade", nil, "show what an upgrade to Istio `VERSION`, or REVISION=VERSION for one control plane, changes by itself before and after each wave, and when it is safe")
	fs.StringVar(&f.trust, "trust-domain", "", "plan the change of the mesh's trust domain to `DOMAIN` instead, without downtime")
	for flag, words := range map[string][]string{"to": planTos, "scope": planScopes, "inject": planInjects, "fail-on": planFailOns} {
		console.Completes(c, flag, console.OneOf(words...))
	}
	console.Completes(c, "exclude", console.NoFiles)
	console.Completes(c, "max-wave-size", console.NoFiles)
	console.Completes(c, "upgrade", console.NoFiles)
	console.Completes(c, "trust-domain", console.NoFiles)
	console.Carry(fs, "upgrade")
	_ = c.MarkFlagDirname("out") // it fails only for a flag that is not there
}

// without refuses flags of a plan where none is made: what is what is made instead.
func (f *planFlags) without(what string) error {
	for _, flag := range planOnly {
		if f.given(flag) {
			return console.Usage("run it without names, --status, --explain, --only and --save-progress to make a plan", "--%s is a flag for plans, and %s makes none", flag, what)
		}
	}
	return nil
}

// validate checks everything that can be checked before reading.
func (f *planFlags) validate(in *input.Flags) error {
	for _, one := range []struct {
		flag  string
		value *string
		words []string
	}{{"to", &f.to, planTos}, {"scope", &f.scope, planScopes}, {"inject", &f.inject, planInjects}, {"fail-on", &f.failOn, planFailOns}} {
		if *one.value = strings.ToLower(*one.value); !slices.Contains(one.words, *one.value) {
			return console.Usage("", "--%s %q: one of %s", one.flag, *one.value, strings.Join(one.words, ", "))
		}
	}
	if err := input.ValidVersions("--upgrade", f.upgrade); err != nil {
		return err
	}
	if err := f.validateTrust(in); err != nil {
		return err
	}
	for _, flag := range []string{"scope", "inject"} {
		if f.to == "ambient" && f.given(flag) {
			return console.Usage("leave out --"+flag, "--%s: with --to ambient a plan changes the data plane only", flag)
		}
	}
	switch {
	case len(in.Cluster.Contexts) > 0:
		return console.Usage("name one with --context, and make a plan for each", "--contexts: one plan is for one cluster")
	case f.given("max-wave-size") && f.maxWave < 1:
		return console.Usage("", "--max-wave-size %d: want at least 1", f.maxWave)
	case f.given("scope") && f.scope == "mesh" && in.Namespace != "" && !in.AllNamespaces:
		return console.Usage("without -n the plan is for the whole mesh", "--scope mesh: with -n %s a plan writes nothing outside that namespace", in.Namespace)
	case f.given("upgrade") && len(f.upgrade) == 0:
		return console.Usage("", "--upgrade has no value")
	case f.given("out") && f.out == "":
		return console.Usage("", "--out has no value")
	}
	if file := f.readAgain(in); file != "" {
		return console.Usage("name a folder outside it", "--out %s is below -f %s: the next run would read the plan as part of the mesh", f.out, file)
	}
	return f.validateExclude()
}

func (f *planFlags) validateExclude() error {
	if f.given("exclude") && len(f.exclude) == 0 {
		return console.Usage("", "--exclude has no value")
	}
	for _, word := range f.exclude {
		ns, name, named := strings.Cut(word, "/")
		_, err := path.Match(ns, "")
		_, wrong := path.Match(name, "")
		if ns == "" || named && name == "" || strings.Contains(name, "/") || err != nil || wrong != nil {
			return console.Usage("for example --exclude legacy,shop/old-*", "--exclude %q: want NAMESPACE or NAMESPACE/NAME", word)
		}
	}
	return nil
}

// readAgain is the directory of -f that the plan would be written into, "" for none.
func (f *planFlags) readAgain(in *input.Flags) string {
	out, err := filepath.Abs(f.out)
	if f.out == "" || err != nil {
		return ""
	}
	for _, file := range in.Files {
		abs, err := filepath.Abs(file)
		if err == nil && file != "-" && (abs == out || strings.HasPrefix(out, strings.TrimSuffix(abs, "/")+"/")) {
			return file
		}
	}
	return ""
}

// excludes reports a workload that a word of --exclude is about.
func excludes(word string, w *inbound.Workload) bool {
	ns, name, named := strings.Cut(word, "/")
	in, _ := path.Match(ns, w.Ref.Namespace)
	is, _ := path.Match(name, w.Ref.Name)
	return in && (is || !named)
}

// mode is the word of --to.
func (f *planFlags) mode() resolve.Mode {
	if f.to == "permissive" {
		return resolve.Permissive
	}
	return resolve.Strict
}

// failed reports what --fail-on asks for.
func (f *planFlags) failed(p *plan.Plan) bool {
	switch f.failOn {
	case "blocked":
		return p.Blocked()
	case "unknown":
		return p.Blocked() || p.Unknown()
	}
	return false
}
