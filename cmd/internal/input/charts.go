package input

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// ChartFlags are the flags that say how Helm charts are rendered.
type ChartFlags struct {
	// Helm are the values of --helm: CHART[,VALUES...].
	Helm              []string
	set, setString    []string
	names, namespaces []string
	raw               bool
	kubeVersion       string
	apiVersions       []string
	timeout           time.Duration
}

// renderTime is how long one chart may take where nobody says so.
const renderTime = 30 * time.Second

func (f *ChartFlags) add(c *cobra.Command, namespaces console.Suggest) {
	fs := c.Flags()
	fs.StringArrayVar(&f.Helm, "helm", nil, "render the Helm chart `CHART[,VALUES...]` (a directory, git:REV:DIR or .tgz, and files of values) and read the result; may be repeated")
	fs.StringArrayVar(&f.set, "set", nil, "`KEY=VALUE,...` over the values of the --helm charts, as for helm --set; may be repeated")
	fs.StringArrayVar(&f.setString, "set-string", nil, "`KEY=VALUE,...` as --set, where each value is a text, as for helm --set-string; may be repeated")
	fs.StringSliceVar(&f.names, "helm-release", nil, "release `NAME` of the --helm chart; of several charts NAME,... in their order (default: the name of the chart)")
	fs.StringSliceVar(&f.namespaces, "helm-namespace", nil, "release namespace `NS` of the --helm charts; or NS,... in their order (default: that of -n)")
	f.addRendering(c)
	fs.BoolVar(&f.raw, "no-render", false, "read the files of Helm charts below -f as they are, and what Argo CD or Flux deploy too")
	for _, flag := range []string{"set", "set-string", "helm-release"} {
		console.Completes(c, flag, console.NoFiles)
	}
	console.Completes(c, "helm-namespace", console.ManyOf(namespaces))
	console.Carry(fs, "helm", "set", "set-string", "helm-release", "helm-namespace", "kube-version", "api-versions", "no-render", "render-timeout")
}

// addRendering adds the flags of everything that is rendered.
func (f *ChartFlags) addRendering(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&f.kubeVersion, "kube-version", "", "charts see `VERSION` as .Capabilities.KubeVersion (default: a current version)")
	fs.StringSliceVar(&f.apiVersions, "api-versions", nil, "charts see `VERSION,...` in .Capabilities.APIVersions, beside those of Kubernetes and Istio")
	fs.DurationVar(&f.timeout, "render-timeout", renderTime, "stop rendering a Helm chart after `TIME`, such as 1m")
	for _, flag := range []string{"kube-version", "api-versions", "render-timeout"} {
		console.Completes(c, flag, console.NoFiles)
	}
}

// validate finds what can be wrong before anything is read.
func (f *ChartFlags) validate() error {
	for _, chart := range f.Helm {
		path, _, _ := strings.Cut(chart, ",")
		if scheme, _, has := strings.Cut(path, "://"); has {
			return console.Usage("fetch it first: helm pull "+path+" --untar", "--helm %s: charts are read from files, and %s is fetched from elsewhere", chart, scheme+"://")
		}
		if slices.Contains(strings.Split(chart, ","), "") {
			return console.Usage("for example --helm charts/pay,values-prod.yaml", "--helm %q: a path is empty", chart)
		}
	}
	for _, flag := range []struct {
		name   string
		values []string
		one    bool
	}{{"--helm-release", f.names, false}, {"--helm-namespace", f.namespaces, true}, {"--set", f.set, true}, {"--set-string", f.setString, true}} {
		switch n := len(flag.values); {
		case n == 0:
		case len(f.Helm) == 0:
			return console.Usage("--helm CHART names one; charts below -f are rendered with their own values", "%s is about a chart of --helm, and there is none", flag.name)
		case !strings.HasPrefix(flag.name, "--set") && n != len(f.Helm) && (n != 1 || !flag.one):
			return console.Usage("one for each --helm, in their order", "%s has %s for %s", flag.name, console.Plural(n, "value"), console.Plural(len(f.Helm), "chart"))
		}
	}
	if f.timeout <= 0 {
		return console.Usage("for example --render-timeout 1m", "--render-timeout %s: want more than 0", f.timeout)
	}
	return nil
}

// paths are the charts, without their values.
func (f *ChartFlags) paths() []string {
	var out []string
	for _, chart := range f.Helm {
		path, _, _ := strings.Cut(chart, ",")
		out = append(out, path)
	}
	return out
}

// releases are what is rendered.
func (f *ChartFlags) releases() []source.Release {
	var out []source.Release
	for i, chart := range f.Helm {
		words := strings.Split(chart, ",")
		r := source.Release{Chart: words[0], Values: words[1:], Set: f.set, SetString: f.setString}
		if i < len(f.names) {
			r.Name = f.names[i]
		}
		if n := len(f.namespaces); n > 0 {
			r.Namespace = f.namespaces[min(i, n-1)]
		}
		out = append(out, r)
	}
	return out
}

// atRevision are the charts, with their values, as they were at a git revision.
func (f ChartFlags) atRevision(revision string) ChartFlags {
	charts := f.Helm
	f.Helm = nil
	for _, chart := range charts {
		f.Helm = append(f.Helm, strings.Join(atRevision(revision, strings.Split(chart, ",")), ","))
	}
	return f
}
