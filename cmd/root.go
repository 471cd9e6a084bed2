package cmd

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

const rootLong = `mtlsctl shows which Istio traffic is really mTLS.

It reads a cluster, or Kubernetes and Istio YAML, and shows the effective mTLS mode of
every workload port (STRICT, PERMISSIVE, DISABLE or none), and why: the policy, its
field, file and line; what every client sends, and whether the server accepts it; and
what is wrong, and how to repair it. It only reads; it never changes anything.`

const rootExample = `  # the effective mode of every port in these manifests, and the policy that sets it
  mtlsctl describe -f manifests/

  # all about one workload
  mtlsctl describe deploy/productpage.bookinfo -f manifests/

  # the same for the cluster of the current kubectl context
  mtlsctl describe -A

  # what a PeerAuthentication decides, and where it is overridden
  mtlsctl describe peerauthentication/default -n bookinfo -f manifests/

  # what clients send and the result, broken calls first; one call, step by step
  mtlsctl connections -f manifests/
  mtlsctl connections -f manifests/ --from deploy/web.shop --to pay.shop:80

  # what is wrong, and how to repair it
  mtlsctl analyze -f manifests/

  # a log line, and its causes in this mesh
  mtlsctl diagnose '503 UF TLS_error:...WRONG_VERSION_NUMBER' --from deploy/web.shop --to pay.shop:80 -f manifests/

  # what the proxies really run, without the cluster
  mtlsctl verify --proxies bug-report.tar.gz

  # expectations of the mesh, as tests next to the manifests
  mtlsctl test manifests/

  # the effect of a change on the cluster; a pull request, in CI
  mtlsctl diff -f change.yaml
  mtlsctl diff git:origin/main:deploy deploy/

  # the way to STRICT without breaking a call, as manifests and a runbook
  mtlsctl migrate-plan -f manifests/ --traffic traffic.json --out plan/

  # every port that accepts plaintext, for a script
  kustomize build prod | mtlsctl describe -f - --mode PERMISSIVE,DISABLE,NONE -o json`

func newRoot(s console.Streams) *cobra.Command {
	root := &cobra.Command{
		Use: "mtlsctl", Short: "Show which Istio traffic is really mTLS", Long: rootLong, Example: rootExample,
		SilenceUsage: true, SilenceErrors: true,
		Args: noSuchCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.Version, _ = buildVersion()
	console.Help(root, s)
	var color console.ColorFlag
	root.PersistentFlags().StringVar(&color.Value, "color", "auto", "colour the answer: `WHEN` is auto, always or never; NO_COLOR in the environment means never")
	console.Completes(root, "color", console.OneOf("auto", "always", "never"))
	if s.Bounds == nil {
		s.Bounds = console.NewBounds()
	}
	s.Bounds.Add(root)
	if s.Voice == nil {
		s.Voice = &console.Voice{}
	}
	s.Voice.Add(root.PersistentFlags())
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		console.HintRenamed(s, c)
		s.FollowUp.Begin(root, c)
		return console.FirstError(color.Validate(), s.Voice.Validate(), s.Bounds.Begin(c))
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		if words := c.Flags().Args(); c == root && len(words) > 0 {
			return noSuchCommand(root, words) // whose flags these are, nobody can know
		}
		return console.Usage(flagHint(c, err), "%s", err)
	})
	root.AddCommand(newDescribe(s, &color), newConnections(s, &color), newGraph(s, &color), newDiagnose(s, &color), newAnalyze(s, &color), newConfig(s), newDiff(s, &color), newEnvironments(s, &color), newMigrate(s, &color), newExplain(s, &color), newSnapshot(s), newRBAC(s, &color), newShow(s, &color), newTest(s, &color), newTraffic(s), newMCP(s), newVerify(s, &color), newVersion(s, &color), newWatch(s))
	if s.Name != "" {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: s.Name}
		rename(root, s.Name)
	}
	return root
}

// flagHint is what to do about a flag that a command does not have.
func flagHint(c *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && len(unknown.GetSpecifiedName()) > 1 {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, f.Name)
			}
		})
		if near := spelling.Nearest(unknown.GetSpecifiedName(), names); len(near) > 0 {
			return "did you mean --" + near[0] + "?"
		}
	}
	return c.CommandPath() + " --help lists its flags"
}

// noSuchCommand refuses a word that is no command, and knows a near one.
func noSuchCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var words []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			words = append(words, c.Name())
		}
	}
	hint := "commands: " + strings.Join(words, ", ")
	if near := spelling.Nearest(args[0], words); len(near) > 0 {
		hint = "did you mean " + root.CommandPath() + " " + near[0] + "?"
	}
	return console.Usage(hint, "unknown command %q", args[0])
}
