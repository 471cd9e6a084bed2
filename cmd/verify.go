package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

const verifyLong = `verify compares what the proxies run with the configuration of the mesh: the mode of
every port, what is sent to every host, certificates, roots and TLS versions. Policies
are what istiod is asked for; only the proxy's own configuration is enforced.

For each difference it shows why: Envoy rejected the configuration, the proxy is stale or
not connected, an EnvoyFilter changed it, the pod is older than its settings, another
revision, root or trust domain, a policy that ztunnel does not have.

--proxies reads config dumps of Envoy (from the admin port, or istioctl proxy-config -o
json), /certs, /stats/prometheus, dumps of ztunnel, istioctl proxy-status -o json and
istiod's /debug/syncz: files, directories and archives, mixed. The pod is taken from the
dump, else from the name of the file. An archive of istioctl bug-report needs no other
input: its own cluster files are the mesh, unless -f or --context names another.

It exits with 1 when something differs, with 3 when proxies were not seen.`

const verifyExample = `  # a bug report, without the cluster
  mtlsctl verify --proxies bug-report.tar.gz

  # manifests, and dumps of some pods
  istioctl proxy-config all web-5c8-x.shop -o json > dumps/web-5c8-x.shop.json
  mtlsctl verify -f mesh/ --proxies dumps/

  # all about one pod
  mtlsctl verify pod/web-5c8-x.shop -f mesh/ --proxies dumps/

  # a cluster and its proxies to keep, and to ask again elsewhere
  mtlsctl snapshot --proxies dumps/ --output-file mesh.yaml
  mtlsctl verify -f mesh.yaml

  # certificates that expire within three days too
  mtlsctl verify -f mesh/ --proxies dumps/ --expiring 72h`

// verifyOptions is everything that one run of verify needs.
type verifyOptions struct {
	streams  console.Streams
	color    *console.ColorFlag
	input    input.Flags
	output   outputsFlags
	proxies  input.ProxyFlag
	expiring time.Duration
	failOn   string
	names    []resolve.Name
}

func newVerify(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &verifyOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "verify [[TYPE/]NAME[.NAMESPACE] ...]", Short: "Compare what the proxies run with the configuration of the mesh",
		Long: verifyLong, Example: verifyExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.proxies.Add(c)
	o.output.add(c)
	c.Flags().DurationVar(&o.expiring, "expiring", 0, "report certificates that expire within `DURATION` too, such as 72h")
	c.Flags().StringVar(&o.failOn, "fail-on", "warning", "exit with 1 when a difference is at least `SEVERITY`: "+strings.Join(failWords, ", "))
	console.Completes(c, "fail-on", console.OneOf(failWords...))
	console.Carry(c.Flags(), "expiring")
	c.ValidArgsFunction = o.input.Described
	return c
}

// errNoProxies is for a run that has nothing to compare the mesh with.
var errNoProxies = console.Usage("istioctl bug-report writes an archive that --proxies reads; istioctl proxy-config all POD.NAMESPACE -o json prints one dump", "verify needs --proxies: what the proxies run")

// complete checks everything that can be checked before reading.
func (o *verifyOptions) complete(args []string) (err error) {
	o.failOn = strings.ToLower(o.failOn)
	if _, err := analyze.ParseSeverity(o.failOn); err != nil && o.failOn != "never" {
		return console.Usage("", "--fail-on %q: one of %s", o.failOn, strings.Join(failWords, ", "))
	}
	if o.expiring < 0 {
		return console.Usage("for example --expiring 72h", "--expiring %s: want a duration that is not negative", o.expiring)
	}
	if err := console.FirstError(o.output.complete(), o.proxies.Validate()); err != nil {
		return err
	}
	if len(o.proxies.Paths) == 0 && !o.input.ReadsFiles() {
		return errNoProxies
	}
	if err := o.input.Validate(args); err != nil {
		return err
	}
	o.names, err = input.ParseArguments(args)
	return err
}

func (o *verifyOptions) run(ctx context.Context) error {
	dumps, err := o.proxies.Read(ctx, &o.input)
	if err != nil {
		return err
	}
	l, err := input.Load(ctx, &o.input, o.streams)
	if err != nil {
		return err
	}
	if dumps == nil {
		if dumps, err = input.Kept(l); err != nil {
			return err
		}
	}
	if dumps == nil {
		return errNoProxies
	}
	report, answered := o.answer(l, dumps)
	usable := dumps.Say(o.streams)
	covered := console.FirstError(usable, l.Report(o.streams))
	switch {
	case console.UnlessClosed(answered) != nil:
		return answered
	case report != nil && report.Reaches(o.failOn):
		return console.ErrFindings
	case report != nil && !report.Complete:
		return console.ErrIncomplete
	}
	return covered
}

func (o *verifyOptions) answer(l *input.Loaded, dumps *input.Dumps) (*wire.VerifyReport, error) {
	if err := console.FirstError(l.MustHold(), l.CheckNamespaces()); err != nil {
		return nil, err
	}
	shows, pods, err := o.shows(l, dumps)
	if err != nil {
		return nil, err
	}
	found := verify.Run(l.Mesh, dumps.Fleet, verify.Options{Now: o.streams.Now(), Expiring: o.expiring, Shows: shows, Hosts: len(o.names) > 0})
	found.Keep(pods)
	run := render.VerifyRun{FailOn: o.failOn, Named: len(o.names) > 0, Missing: append(l.Missing(), unusableDumps(dumps)...)}
	report := render.NewVerifyReport(l.Scope(), run, found)
	return report, o.output.write(o.streams, o.color, render.Verified{Report: report, Checks: project.Catalogue()})
}

// unusableDumps is what is missing where dumps could not be used.
func unusableDumps(d *input.Dumps) []wire.MissingItem {
	if len(d.Problems) == 0 {
		return nil
	}
	item := wire.MissingItem{What: "dump", Names: []string{}, Effect: fmt.Sprintf("%s of --proxies could not be used", console.Plural(len(d.Problems), "dump")), Hint: "see the lines on stderr, and take them again"}
	for _, p := range d.Problems {
		item.Names = append(item.Names, p.Position.File)
	}
	return []wire.MissingItem{item}
}

// shows are the workloads that are asked about, and the pods among them where some were named. A pod
// may be known by its dump alone.
func (o *verifyOptions) shows(l *input.Loaded, dumps *input.Dumps) (func(*inbound.Workload) bool, map[string]bool, error) {
	if len(o.names) == 0 {
		return func(w *inbound.Workload) bool { return l.Shows(w.Ref.Namespace) }, nil, nil
	}
	asked, pods := map[*inbound.Workload]bool{}, map[string]bool{}
	var others []resolve.Name
	for _, n := range o.names {
		if dumped := o.dumped(l, dumps, n); len(dumped) > 0 {
			for _, pod := range dumped {
				pods[pod] = true
			}
			continue
		}
		others = append(others, n)
	}
	all := len(others) < len(o.names)
	things, err := input.FindAll(l, others)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range things {
		members := l.Mesh.Members(t)
		if len(members) == 0 {
			return nil, nil, console.Usage("mtlsctl describe "+t.Ref.Typed()+" describes it", "%s has no proxy of its own", t.Ref)
		}
		for _, w := range members {
			asked[w] = true
			for _, pod := range podsNamed(t.Ref, w) {
				pods[w.Ref.Namespace+"/"+pod] = true
			}
		}
	}
	return func(w *inbound.Workload) bool { return all || asked[w] }, pods, nil
}

// dumped are the pods with a dump that a name stands for.
func (o *verifyOptions) dumped(l *input.Loaded, dumps *input.Dumps, n resolve.Name) (pods []string) {
	if n.Kind != "" && n.Kind != resolve.KindPod {
		return nil
	}
	for _, e := range dumps.Fleet.Envoys {
		if ref := e.Pod.Ref(); n.IsWhole(ref) || n.Name == ref.Name && l.Shows(ref.Namespace) {
			pods = append(pods, e.Pod.String())
		}
	}
	return pods
}

// podsNamed are the pods of a workload that a name stands for; none stands for all where the
// input has none.
func podsNamed(ref resolve.Ref, w *inbound.Workload) []string {
	switch {
	case ref.Kind == resolve.KindPod:
		return []string{ref.Name}
	case len(w.PodNames) == 0:
		return []string{"*"}
	}
	return w.PodNames
}
