package input

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// ClusterFlags say which cluster is read, and how. kubectl's flags for reaching
// one mean here what they mean there.
type ClusterFlags struct {
	kubectl        *genericclioptions.ConfigFlags
	Contexts       []string
	IstioNamespace string
	chunkSize      int64
	fromCache      bool
	// orFiles is set for commands that read files instead where some are named.
	orFiles bool
	Timeout time.Duration
	// Keep and full are a snapshot's, merge is for what a change is applied to.
	Keep, Full, Merge bool
}

// kubectlUsage words kubectl's flags like the others; those that are not here work
// and are left out of the help.
var kubectlUsage = map[string]string{
	"kubeconfig":      "read the contexts from `FILE` (default: KUBECONFIG, else ~/.kube/config, else the cluster that runs mtlsctl)",
	"context":         "read the cluster of kubeconfig context `NAME` (default: the current one)",
	"cluster":         "use kubeconfig cluster `NAME`",
	"user":            "use kubeconfig user `NAME`",
	"as":              "impersonate `USER`",
	"as-group":        "impersonate group `GROUP`; may be repeated",
	"proxy-url":       "send requests to the API server through the proxy at `URL`",
	"request-timeout": "stop a single request after `TIME`, such as 5s; 0 waits as long as --timeout",
}

// Add adds the flags.
func (f *ClusterFlags) Add(fs *pflag.FlagSet) {
	f.kubectl = genericclioptions.NewConfigFlags(true)
	f.kubectl.CacheDir, f.kubectl.Namespace, f.kubectl.DisableCompression = nil, nil, nil
	f.kubectl.AddFlags(fs)
	fs.VisitAll(func(flag *pflag.Flag) {
		if usage, shown := kubectlUsage[flag.Name]; shown {
			flag.Usage = usage
		}
	})
	for _, name := range []string{"server", "token", "as-uid", "as-user-extra", "insecure-skip-tls-verify", "client-certificate", "client-key", "certificate-authority", "tls-server-name"} {
		if fs.Lookup(name) != nil {
			_ = fs.MarkHidden(name) // it fails only for a flag that is not there
		}
	}
	fs.StringSliceVar(&f.Contexts, "contexts", nil, "read the clusters of kubeconfig contexts `NAME,...` as one mesh (multi-primary)")
	fs.StringVarP(&f.IstioNamespace, "istioNamespace", "i", "", "istiod runs in namespace `NS` (default: found)")
	fs.Int64Var(&f.chunkSize, "chunk-size", 500, "ask the cluster for lists in pages of `N` objects")
	fs.BoolVar(&f.fromCache, "from-cache", false, "let the API server answer from its cache: faster, but perhaps slightly outdated")
	fs.DurationVar(&f.Timeout, "timeout", 5*time.Minute, "stop reading the cluster after `TIME`; for files, stop the whole run if the flag is given")
	// --token is a secret: it is not printed.
	console.Carry(fs, "kubeconfig", "context", "cluster", "user", "as", "as-group", "as-uid", "server", "insecure-skip-tls-verify", "client-certificate", "client-key",
		"certificate-authority", "tls-server-name", "request-timeout", "proxy-url", "contexts", "istioNamespace", "chunk-size", "from-cache", "timeout")
}

// named reports that a flag names the cluster to read.
func (f *ClusterFlags) named() bool {
	k := f.kubectl
	return len(f.Contexts) > 0 || slices.ContainsFunc([]*string{k.KubeConfig, k.Context, k.ClusterName, k.APIServer}, func(s *string) bool { return s != nil && *s != "" })
}

func (f *ClusterFlags) validate() error {
	switch {
	case f.chunkSize < 1:
		return console.Usage("", "--chunk-size %d: want at least 1", f.chunkSize)
	case len(f.Contexts) > 0 && *f.kubectl.Context != "":
		return console.Usage("--contexts takes any number of names", "--context and --contexts were both given")
	case len(f.Contexts) != len(console.Unique(slices.Sorted(slices.Values(f.Contexts)))):
		return console.Usage("", "--contexts names a context twice")
	case slices.Contains(f.Contexts, ""):
		return console.Usage("", "--contexts has an empty name")
	case f.Timeout <= 0:
		return console.Usage("for example --timeout 2m", "--timeout %s: want a duration above 0", f.Timeout)
	}
	return nil
}

// OneOnly is validate for commands about a single cluster.
func (f *ClusterFlags) OneOnly() error {
	if len(f.Contexts) > 0 {
		return console.Usage("--context chooses one; run the command once for each", "--contexts: this command reads one cluster")
	}
	return f.validate()
}

// Options turns the flags into what the reader needs, and finds the context's
// namespace.
func (f *ClusterFlags) Options() (o cluster.Options, err error) {
	return f.optionsOf(f.kubectl.ToRawKubeConfigLoader())
}

// of are the options for one of several contexts.
func (f *ClusterFlags) of(context string) (cluster.Options, error) {
	k := f.kubectl
	alone := genericclioptions.NewConfigFlags(false) // the flags' own loader remembers the first context
	alone.KubeConfig, alone.Context, alone.ClusterName, alone.AuthInfoName = k.KubeConfig, &context, k.ClusterName, k.AuthInfoName
	alone.Impersonate, alone.ImpersonateGroup, alone.ImpersonateUID = k.Impersonate, k.ImpersonateGroup, k.ImpersonateUID
	alone.Timeout, alone.Namespace, alone.CacheDir = k.Timeout, nil, nil
	o, err := f.optionsOf(alone.ToRawKubeConfigLoader())
	o.Context = context
	return o, err
}

func (f *ClusterFlags) optionsOf(loader clientcmd.ClientConfig) (o cluster.Options, err error) {
	o.Config, err = loader.ClientConfig()
	if err != nil {
		return o, f.kubeconfigError(err)
	}
	o.Config.UserAgent = "mtlsctl"
	o.Namespace, _, err = loader.Namespace()
	if err != nil {
		return o, f.kubeconfigError(err)
	}
	raw, err := loader.RawConfig()
	if err != nil {
		return o, f.kubeconfigError(err)
	}
	if len(raw.Contexts) == 0 && *f.kubectl.APIServer == "" && strings.HasPrefix(o.Config.Host, "http://localhost:") {
		return o, f.nothingToRead() // client-go's default where no kubeconfig names a cluster
	}
	o.Context = raw.CurrentContext
	if *f.kubectl.Context != "" {
		o.Context = *f.kubectl.Context
	}
	o.IstioNamespace, o.ChunkSize, o.Cached, o.Timeout = f.IstioNamespace, f.chunkSize, f.fromCache, f.Timeout
	return o, nil
}

func (f *ClusterFlags) nothingToRead() error {
	if !f.orFiles {
		return console.Usage("--kubeconfig and --context choose a cluster", "nothing to read: no kubeconfig with a cluster")
	}
	return console.Usage("-f manifests/ reads files, -k DIR builds a kustomization; --kubeconfig and --context choose a cluster",
		"nothing to read: no -f or -k, and no kubeconfig with a cluster")
}

func (f *ClusterFlags) kubeconfigError(err error) error {
	if clientcmd.IsEmptyConfig(err) {
		return f.nothingToRead()
	}
	text, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	return &console.Failure{Code: console.ExitInput, Message: "kubeconfig: " + text, Hints: []string{"kubectl config get-contexts lists the contexts"}}
}

// ReadCluster reads the cluster that the flags choose, within --timeout.
func (f *Flags) ReadCluster(ctx context.Context, s console.Streams) (*source.Input, error) {
	o, err := f.Cluster.Options()
	if err != nil {
		return nil, err
	}
	return f.readAt(ctx, s, o)
}

// readNamed reads the cluster of another context.
func (f *Flags) readNamed(ctx context.Context, context string, s console.Streams) (*source.Input, error) {
	o, err := f.Cluster.of(context)
	if err != nil {
		return nil, err
	}
	return f.readAt(ctx, s, o)
}

func (f *Flags) readAt(ctx context.Context, s console.Streams, o cluster.Options) (*source.Input, error) {
	s.Bounds.Untimed()
	f.ContextNamespace = o.Namespace
	if f.Namespace != "" {
		o.Namespace = f.Namespace
	}
	o.Keep, o.Full, o.Merge = f.Cluster.Keep, f.Cluster.Full, f.Cluster.Merge
	bar := newProgress(s, o.Context)
	defer bar.end()
	o.Progress = bar.show
	ctx, cancel := context.WithTimeout(ctx, f.Cluster.Timeout)
	defer cancel()
	in, err := cluster.Read(ctx, o)
	if err != nil || f.MeshConfig == "" {
		return in, err
	}
	in.MeshConfig, err = source.ReadMeshConfig(f.MeshConfig)
	return in, err
}
