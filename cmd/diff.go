package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
)

const diffLong = `diff shows the effect of a change: ports with another mode, calls with another
result, new and repaired findings; what breaks comes first. Cosmetic changes are
ignored.

With -f or -k it applies the files to BASE as kubectl apply would, in memory, and
compares. If BASE is a cluster, or a snapshot of one, a field that the last applied
file had and this one lacks is removed, and a field that somebody else set stays, with
a note; if BASE is files, a file replaces a file. With BASE and HEAD it compares the
two. Without BASE it uses the cluster. Each of them is

  PATH             a file or a directory; a snapshot
  -                standard input
  cluster          the cluster of the current kubeconfig context;
                   cluster:CONTEXT is that of another context
  git:REV:PATH     a path of a git revision, from the top of the repository;
                   git:REV:./PATH is below the current directory
  kustomize:DIR    the output of kustomize for DIR, which may be git:REV:PATH
  helm:CHART[,VALUES...]
                   a Helm chart, rendered with files of values

With --istio-to it shows what an upgrade of Istio changes by itself: BASE, or what -f
and -k name, or the cluster, with the rules of both versions.

diff compares the calls of workloads with a proxy, before or after the change. It
exits with 1 when something breaks or loses encryption, or when a new finding is an
error, in every output format; --fail-on sets the level. A result that was known and
is unknown after the change is weaker. Calls to deleted objects are gone and matter only
for any, unless a ServiceEntry is deleted and its clients lose TLS or are refused.`

const diffExample = `  # the effect of this change on the cluster
  mtlsctl diff -f change.yaml

  # the effect of deleting an object
  mtlsctl diff --delete peerauthentication/default.shop

  # a pull request, in CI
  mtlsctl diff git:origin/main:deploy deploy/

  # a change to a mesh in a snapshot
  mtlsctl diff mesh.yaml -f change.yaml

  # the effect of wave 3 of a plan, after waves 1 and 2
  mtlsctl diff --plan plan/ --wave 3

  # an upgrade of Istio, with nothing else changed
  mtlsctl diff --istio-from 1.30 --istio-to 1.31 -f deploy/

  # two clusters
  mtlsctl diff cluster:staging cluster:prod -o markdown`

// diffFailWords are the values of --fail-on.
var diffFailWords = []string{"broken", "weaker", "any", "never"}

// diffOptions is everything that one run of diff needs.
type diffOptions struct {
	streams  console.Streams
	color    *console.ColorFlag
	input    input.Flags
	output   outputsFlags
	config   configFlags
	from     configFrom
	project  configs
	failOn   string
	remove   []string
	prune    string
	plan     wavesFlags
	upgrade  upgradeFlags
	restart  bool
	expand   bool
	given    func(flag string) bool
	removals []resolve.Name
	pruned   labels.Selector
	// base and head are the sides; head is zero where a change makes it of the base.
	base, head input.SideWord
}

func newDiff(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &diffOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "diff [BASE [HEAD]]", Short: "Show the effect of a change: modes, calls, findings",
		Long: diffLong, Example: diffExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.output.add(c)
	o.config.add(c)
	o.from.add(c)
	o.add(c)
	o.upgrade.add(c)
	return c
}

func (o *diffOptions) add(c *cobra.Command) {
	fs := c.Flags()
	o.given = fs.Changed
	fs.Lookup("filename").Usage = "apply YAML or JSON from `FILE`, a directory and all below it, or - for stdin; may be repeated"
	fs.Lookup("kustomize").Usage = "build the kustomization in `DIR` and apply the result; may be repeated"
	fs.Lookup("helm").Usage = "render the Helm chart `CHART[,VALUES...]` (a directory, git:REV:DIR or .tgz, and files of values) and apply the result; may be repeated"
	fs.Lookup("namespace").Usage = "show only changes in namespace `NS`; objects without a namespace belong to it"
	fs.Lookup("all-namespaces").Usage = "show every namespace, even with -n; this is the default without -n"
	_ = fs.MarkHidden("contexts") // one cluster a side
	fs.StringSliceVar(&o.remove, "delete", nil, "delete objects `KIND/NAME.NS,...`, and the objects that they own; a namespace is KIND/NAME")
	fs.StringVar(&o.prune, "prune-selector", "", "delete objects of any kind whose labels match `SELECTOR` and that the files no longer have, as kubectl apply --prune -l; apply no others")
	fs.StringVar(&o.plan.folder, "plan", "", "apply the waves of a plan that migrate-plan --out wrote to `DIR`, one after the other")
	fs.IntVar(&o.plan.wave, "wave", 0, "with --plan: compare before and after wave `N`, with the earlier waves applied (default: before and after all)")
	fs.BoolVar(&o.restart, "restarted", false, "compare the workloads as they are after a restart: running pods are ignored on both sides")
	fs.BoolVar(&o.expand, "expand", false, "one row for each workload, client and target")
	fs.StringVar(&o.failOn, "fail-on", "weaker", "exit with 1 when something is at least `WHAT`: "+strings.Join(diffFailWords, ", "))
	c.ValidArgsFunction = o.input.Sides
	console.Completes(c, "fail-on", console.OneOf(diffFailWords...))
	console.Completes(c, "delete", console.ManyOf(o.input.Named(input.Deletable...)))
	console.Completes(c, "prune-selector", console.NoFiles)
}

// complete checks everything that can be checked before reading.
func (o *diffOptions) complete(args []string) (err error) {
	if !slices.Contains(diffFailWords, o.failOn) {
		return console.Usage("", "--fail-on %q: one of %s", o.failOn, strings.Join(diffFailWords, ", "))
	}
	if err := o.output.complete(); err != nil {
		return err
	}
	if err := o.input.Validate(nil); err != nil {
		return err
	}
	if len(o.input.Cluster.Contexts) > 0 {
		return console.Usage("mtlsctl diff cluster:A cluster:B compares two", "--contexts: each side of a diff is one cluster")
	}
	if err := o.completeChange(); err != nil {
		return err
	}
	if o.upgrade.asked() {
		return console.FirstError(o.completeUpgrade(args), o.from.complete())
	}
	return console.FirstError(o.completeSides(args), o.from.complete())
}

func (o *diffOptions) completeChange() (err error) {
	for _, flag := range []string{"delete", "prune-selector"} {
		if o.given(flag) && len(o.remove) == 0 && o.prune == "" {
			return console.Usage("", "--%s has no value", flag)
		}
	}
	if o.pruned, err = labels.Parse(o.prune); err != nil {
		return console.Usage("for example --prune-selector app=shop", "--prune-selector %q: %s", o.prune, err)
	}
	for _, word := range o.remove {
		a, err := parseRemoval(word)
		if err != nil {
			return err
		}
		o.removals = append(o.removals, a)
	}
	switch {
	case o.plan.folder != "" && (o.input.ReadsFiles() || len(o.remove) > 0 || o.prune != ""):
		return console.Usage("", "--plan has its own files to apply: do not use it with -f, -k, --delete or --prune-selector")
	case o.plan.folder == "" && o.given("wave"):
		return console.Usage("pass the folder with --plan DIR", "--wave needs a plan")
	case o.given("wave") && o.plan.wave < 1:
		return console.Usage("", "--wave %d: the first wave is 1", o.plan.wave)
	}
	if o.prune != "" && !o.input.ReadsFiles() {
		return console.Usage("pass the files to keep with -f", "--prune-selector needs files to apply")
	}
	return nil
}

// changes reports whether the head is the base with something applied or deleted.
func (o *diffOptions) changes() bool {
	return !o.upgrade.asked() && (o.input.ReadsFiles() || len(o.remove) > 0 || o.plan.folder != "")
}

func (o *diffOptions) run(ctx context.Context) error {
	console.ProcessHeap.Hold(2)
	var err error
	if o.project, err = o.config.readFor(ctx, o.from.word, o.base, o.head); err != nil {
		return err
	}
	base, head, err := o.load(ctx)
	if severalOf(err) != nil {
		return o.everywhere(ctx, err)
	}
	if err != nil {
		return err
	}
	report, answered := o.answer(ctx, base, head)
	head.Rules = o.project.counts.File
	covered := reportSides(o.streams, base, head)
	o.project.sayIdle(o.streams)
	switch {
	case console.UnlessClosed(answered) != nil:
		return answered
	case o.reached(report):
		return console.ErrFindings
	}
	return covered
}

func (o *diffOptions) answer(ctx context.Context, base, head *side) (*diff.Diff, error) {
	d, view, err := o.compared(base, head)
	if err != nil {
		return nil, err
	}
	s := o.streams
	s.Out = console.Stoppable{Ctx: ctx, Out: s.Out}
	return d, o.output.write(s, o.color, view)
}

// compared is what differs between two sides, and its report.
func (o *diffOptions) compared(base, head *side) (*diff.Diff, render.Diff, error) {
	if err := base.CheckNamespaces(); err != nil && head.CheckNamespaces() != nil {
		return nil, render.Diff{}, err
	}
	shows := func(namespace string) bool {
		return o.input.AllNamespaces || o.input.Namespace == "" || namespace == o.input.Namespace
	}
	d := diff.Compare(o.analyzed(base, nil), o.analyzed(head, base), diff.ObjectsOf(base.objects, head.objects), shows)
	return d, render.Diff{
		Diff: d, Base: base.word, Head: head.word, BaseScope: base.Scope(), Scope: head.Scope(),
		Failed: o.reached(d), FailOn: o.failOn, Expand: o.expand, Checks: project.Catalogue(),
	}, nil
}

// reached reports whether a change is bad enough for exit code 1. A new error counts at every
// level: who is hit may have no proxy, so that none of its calls is compared.
func (o *diffOptions) reached(d *diff.Diff) bool {
	worst, changed := d.Worst()
	if o.failOn != "never" && d.NewErrors() > 0 {
		return true
	}
	switch o.failOn {
	case "broken":
		return changed && worst == effect.Breaks
	case "weaker":
		return changed && worst <= effect.Uncertain
	case "any":
		return !d.Empty()
	}
	return false
}

// parseRemoval reads KIND/NAME[.NAMESPACE] of any kind.
func parseRemoval(word string) (resolve.Name, error) {
	kind, name, typed := strings.Cut(word, "/")
	parsed, ok := resolve.ParseKind(kind)
	switch {
	case !typed || name == "":
		return resolve.Name{}, console.Usage("for example --delete peerauthentication/default.shop", "--delete %q: want KIND/NAME.NAMESPACE", word)
	case !ok:
		return resolve.Name{}, console.Usage("for example peerauthentication, destinationrule, deployment, service, namespace, or a short name of kubectl", "--delete %q: unknown kind %q", word, kind)
	}
	return resolve.Name{Kind: parsed, Name: name, Text: word}, nil
}
