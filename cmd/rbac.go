package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

const rbacLong = `rbac prints the rights that reading a cluster needs, as a ClusterRole for kubectl
apply: list for the kinds that answers depend on, get for Istio's own ConfigMaps
by name, and nothing else. mtlsctl never needs a right to Secrets, or to write.

Each revision of the control plane has its own ConfigMaps. If a cluster is reachable,
those of every revision that its injection webhooks name are included; --revision
NAME adds others.

--only describe omits what only the client side needs (connections and the checks of
client TLS). --only watch adds the verb watch, for mtlsctl watch. -n NS prints Roles for one namespace instead: its own, and one in
Istio's namespace, whose policies and rules apply to the whole mesh.

--check asks the cluster which of these rights the current user has.`

const rbacExample = `  # let the group sre read the mesh
  mtlsctl rbac | kubectl apply -f -
  kubectl create clusterrolebinding mtlsctl --clusterrole=mtlsctl --group=sre

  # which rights are missing?
  mtlsctl rbac --check`

// rbacOnly are the values of --only.
var rbacOnly = []string{"describe", "watch"}

// rbacOptions is everything that one run of rbac needs.
type rbacOptions struct {
	streams console.Streams
	color   *console.ColorFlag
	input   input.Flags
	output  outputFlags
	only    string
	check   bool
	// given reports whether a flag was on the command line.
	given func(flag string) bool
}

func newRBAC(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &rbacOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "rbac", Short: "Print the rights that reading a cluster needs, or check them",
		Long: rbacLong, Example: rbacExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.complete(); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	fs := c.Flags()
	o.given = fs.Changed
	fs.StringVarP(&o.input.Namespace, "namespace", "n", "", "rights for namespace `NS` only")
	fs.StringVar(&o.only, "only", "", "rights for `COMMAND` only: describe (fewer), watch (to watch besides)")
	fs.BoolVar(&o.check, "check", false, "ask the cluster which of the rights the current user has")
	fs.StringSliceVar(&o.input.Revisions, "revision", nil, "ConfigMaps of control planes `NAME,...` too")
	o.input.Cluster.Add(fs)
	_ = fs.MarkHidden("contexts")
	o.output.addFormat(c)
	console.Completes(c, "only", console.OneOf(rbacOnly...))
	console.Completes(c, "namespace", o.input.Namespaces)
	console.Completes(c, "revision", console.NoFiles)
	o.input.Cluster.Complete(c)
	return c
}

func (o *rbacOptions) complete() error {
	if err := o.output.complete(); err != nil {
		return err
	}
	switch {
	case o.only != "" && !slices.Contains(rbacOnly, o.only):
		return console.Usage("", "--only %q: one of %s", o.only, strings.Join(rbacOnly, ", "))
	case o.only == "watch" && o.input.Namespace != "":
		return console.Usage("leave out -n", "--only watch: watch lists kinds in all namespaces")
	case o.only == "watch" && o.check:
		return console.Usage("mtlsctl watch prints the kinds that it cannot read", "--check checks the rights of the other commands")
	}
	if o.given("output") && !o.check {
		return console.Usage("kubectl apply -f - accepts the output", "-o is for --check: roles are written as YAML")
	}
	return o.input.Cluster.OneOnly()
}

func (o *rbacOptions) run(ctx context.Context) error {
	if o.check {
		return o.checks(ctx)
	}
	root, revisions := o.planes(ctx)
	_, err := fmt.Fprint(o.streams.Out, o.roles(root, revisions))
	return err
}

// planes are where Istio runs and the revisions whose ConfigMaps are read: those of the
// flags, and of the cluster where one is named and answers soon.
func (o *rbacOptions) planes(ctx context.Context) (root string, revisions []string) {
	o.streams.Bounds.Untimed()
	root, revisions = o.input.Cluster.IstioNamespace, o.revisions()
	c, err := o.input.Cluster.Options()
	if err == nil {
		const soon = 10 * time.Second // the roles can be printed without it
		ctx, cancel := context.WithTimeout(ctx, min(soon, o.input.Cluster.Timeout))
		defer cancel()
		var all []cluster.ControlPlane
		all, err = cluster.ControlPlanes(ctx, c)
		for _, p := range all {
			root, revisions = cmp.Or(root, p.Namespace), append(revisions, p.Revision)
		}
	}
	if f := (*console.Failure)(nil); err != nil && !(errors.As(err, &f) && f.Code == console.ExitUsage) { // else there is no cluster to ask
		console.Say(o.streams, "note: the revisions of the cluster are unknown: %s%s", err, input.HintLine("--revision NAME adds the ConfigMaps of a revision"))
	}
	return cmp.Or(root, resolve.DefaultRootNamespace), console.Unique(revisions)
}

// revisions are those that the flag names, by tag or by themselves.
func (o *rbacOptions) revisions() []string {
	return slices.Sorted(maps.Values(o.input.RevisionMap()))
}

// roles are the documents to apply.
func (o *rbacOptions) roles(root string, revisions []string) string {
	clients, name := o.only != "describe", "mtlsctl"
	if o.only != "" {
		name += "-" + o.only
	}
	ns := o.input.Namespace
	if o.only == "watch" {
		return document("What mtlsctl watch reads from a cluster: it lists and watches kinds, and gets Istio's ConfigMaps by name. It writes nothing.",
			rbacv1.ClusterRole{TypeMeta: typeOf("ClusterRole"), ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: cluster.WatchRules(revisions...)})
	}
	if ns == "" {
		return document("What mtlsctl reads from a cluster: lists, and Istio's ConfigMaps by name. It needs no more and writes nothing.",
			rbacv1.ClusterRole{TypeMeta: typeOf("ClusterRole"), ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: cluster.Rules(clients, true, revisions...)})
	}
	role := func(namespace string, rules []rbacv1.PolicyRule) rbacv1.Role {
		return rbacv1.Role{TypeMeta: typeOf("Role"), ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace}, Rules: rules}
	}
	return document("What mtlsctl reads from namespace "+ns+": its workloads are shown, calls from and to other namespaces stay unknown.",
		role(ns, cluster.Rules(clients, false))) + "---\n" +
		document("Policies and rules of Istio's namespace apply to the whole mesh: without them, modes and client TLS stay unknown.",
			role(root, cluster.RootRules(revisions...)))
}

func typeOf(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: kind}
}

func document(comment string, o any) string {
	text, err := yaml.Marshal(o)
	if err != nil {
		panic(err) // a role is made of strings
	}
	return "# " + comment + "\n" + strings.ReplaceAll(string(text), "  creationTimestamp: null\n", "")
}

// checks shows which rights there are; one that is missing makes answers
// incomplete, and so the exit code.
func (o *rbacOptions) checks(ctx context.Context) error {
	c, err := o.input.Cluster.Options()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.input.Cluster.Timeout)
	defer cancel()
	rights, err := cluster.CheckRights(ctx, c, o.input.Namespace, o.revisions()...)
	if err != nil {
		return err
	}
	v := render.Rights{Cluster: c.Context, Namespace: o.input.Namespace}
	var missing error
	for _, r := range rights {
		if o.only != "" && slices.Contains(append(cluster.ClientSide(), cluster.Evidence()...), r.Kind) {
			continue
		}
		without := ""
		if !r.Allowed {
			without, missing = input.WithoutKind[r.Kind], console.ErrIncomplete
		}
		v.Rights = append(v.Rights, wire.Right{Verb: r.Verb, Resource: r.Resource, Allowed: r.Allowed, Without: without})
	}
	return errors.Join(format.Write(o.streams.Out, o.output.format, v, o.output.options(o.streams, o.color)), missing)
}
