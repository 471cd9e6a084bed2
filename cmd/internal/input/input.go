package input

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/release"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// Flags are the flags of every command that reads objects.
type Flags struct {
	Files, Kustomize []string
	overlays         []string
	deployed         deployedFlags
	completeFrom     string
	remote           bool
	Namespace        string
	AllNamespaces    bool
	RootNamespace    string
	MeshConfig       string
	Revisions        []string
	// Istio are versions of control planes: VERSION, or REVISION=VERSION.
	Istio             []string
	injectedByDefault bool
	Injected          []string
	NotInjected       []string
	Cluster           ClusterFlags
	Charts            ChartFlags
	// Beside are files that lie beside dumps of proxies, as an API server held them: the mesh where
	// no other is named.
	Beside []source.NamedText
	// ContextNamespace is the kubeconfig context's, "" where files are read.
	ContextNamespace string
}

// everywhere is what --assume-injected and --assume-not-injected mean without a value.
const everywhere = "*"

// Assumptions are the flags whose value is optional.
var Assumptions = []string{"assume-injected", "assume-not-injected", "assume-naked"}

// Add adds the flags, with their completion.
func (f *Flags) Add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringSliceVarP(&f.Files, "filename", "f", nil, "read YAML or JSON from `FILE`, a directory and all below it, git:REV:PATH, or - for stdin; may be repeated")
	fs.StringSliceVarP(&f.Kustomize, "kustomize", "k", nil, "build the kustomization in `DIR`, or git:REV:DIR, and read the result; may be repeated")
	fs.StringSliceVar(&f.overlays, "overlay", nil, "build the kustomizations called `NAME,...` below -f that no other one builds on, instead of reading the files of kustomizations as they are")
	f.deployed.add(fs)
	fs.StringVar(&f.completeFrom, "complete-from", "", "add to the files what `SNAPSHOT`, or the word cluster, has of other namespaces, and Namespaces, Services and workloads that the files lack")
	fs.BoolVar(&f.remote, "allow-remote", false, "allow -k to fetch resources that a kustomization names by URL")
	fs.StringVarP(&f.Namespace, "namespace", "n", "", "show only namespace `NS`; objects without a namespace belong to it")
	fs.BoolVarP(&f.AllNamespaces, "all-namespaces", "A", false, "show every namespace, even with -n")
	fs.StringVar(&f.RootNamespace, "root-namespace", "", "mesh-wide policies are in namespace `NS` (default: from the mesh configuration, else istio-system)")
	fs.StringVar(&f.MeshConfig, "mesh-config", "", "read the mesh configuration from `FILE` instead of the objects")
	fs.StringSliceVar(&f.Revisions, "revision", nil, "existing control planes: `NAME` or TAG=REVISION, separated by commas (default: every one that a label names)")
	fs.StringSliceVar(&f.Istio, "istio", nil, "answer for Istio `VERSION`, or REVISION=VERSION for one control plane; separated by commas (default: what istiod or its installer shows, else "+release.Newest().String()+")")
	fs.BoolVar(&f.injectedByDefault, "injected-by-default", false, "the injector also injects namespaces without a label (enableNamespacesByDefault)")
	fs.StringSliceVar(&f.Injected, "assume-injected", nil, "assume that namespaces `NS,...` without a Namespace object inject sidecars; without =NS all of them")
	fs.StringSliceVar(&f.NotInjected, "assume-not-injected", nil, "assume that namespaces `NS,...` without a Namespace object inject no sidecars; without =NS all of them")
	fs.Lookup("assume-injected").NoOptDefVal = everywhere
	fs.Lookup("assume-not-injected").NoOptDefVal = everywhere
	console.Renamed(fs, "assume-not-injected", "assume-naked", "")
	console.Carry(fs, "filename", "kustomize", "overlay", "environment", "repo-url", "source", "complete-from", "allow-remote", "namespace", "all-namespaces", "root-namespace", "mesh-config", "revision", "istio", "injected-by-default",
		"assume-injected", "assume-not-injected")
	f.Charts.add(c, f.Namespaces)
	f.Cluster.Add(fs)
	f.Cluster.orFiles = true
	f.complete(c)
}

// Validate finds what can be wrong before anything is read. The arguments tell
// whether a path stands where a name should.
func (f *Flags) Validate(args []string) error {
	if i := slices.IndexFunc(args, f.isPath); i >= 0 {
		hint := "did you mean -f " + shell.Word(args[i]) + "?"
		if f.ReadsFiles() { // perhaps a shell expanded a pattern behind -f
			hint += " -f of a directory reads all below it"
		}
		return console.Usage(hint, "%q is a path, not a name", args[i])
	}
	if err := console.FirstError(f.Cluster.validate(), f.Charts.validate(), f.deployed.validate(f)); err != nil {
		return err
	}
	if slices.Contains(f.Paths(), "") {
		return console.Usage("", "an empty path was given to -f, -k or --helm")
	}
	if len(f.overlays) > 0 && len(f.Files) == 0 {
		return console.Usage("-f DIR names a directory with kustomizations, and -k DIR builds one", "--overlay needs -f")
	}
	if f.completeFrom != "" && !f.ReadsFiles() {
		return console.Usage("-f DIR names the files", "--complete-from completes files, and there are none")
	}
	for _, r := range f.Revisions {
		if tag, revision, has := strings.Cut(r, "="); tag == "" || has && revision == "" {
			return console.Usage("for example --revision stable=1-31,canary=1-32 or --revision default", "--revision %q: want NAME or TAG=REVISION", r)
		}
	}
	if err := ValidVersions("--istio", f.Istio); err != nil {
		return err
	}
	for _, ns := range f.Injected {
		if slices.Contains(f.NotInjected, ns) {
			return console.Usage("", "--assume-injected and --assume-not-injected both name %s", strings.ReplaceAll(ns, everywhere, "every namespace"))
		}
	}
	return nil
}

// ReadsFiles reports whether files are named; without any, the cluster is read.
func (f *Flags) ReadsFiles() bool { return len(f.Paths())+len(f.Beside) > 0 }

// Paths are all that is read of files, whatever reads them.
func (f *Flags) Paths() []string { return slices.Concat(f.Files, f.Kustomize, f.Charts.paths()) }

// Read reads what the flags name: files, else the cluster.
func (f *Flags) Read(ctx context.Context, s console.Streams) (*source.Input, error) {
	if f.ReadsFiles() {
		if files, err := f.snapshots(); err != nil || len(files) > 0 {
			return nil, cmp.Or(err, console.Usage("run the command once for each", "-f %s: this command reads one cluster", strings.Join(files, ", ")))
		}
		in, err := source.Read(ctx, f.SourceOptions(ctx, s))
		if err != nil {
			return nil, err
		}
		return f.completed(ctx, in, s)
	}
	return f.ReadCluster(ctx, s)
}

// severalClusters reports whether more than one cluster is read.
func (f *Flags) severalClusters() bool { return !f.ReadsFiles() && len(f.Cluster.Contexts) > 0 }

// ShownNamespace is the one whose answers are shown, "" for all: that of -n, and
// for a cluster without it the context's, as with kubectl.
func (f *Flags) ShownNamespace() string {
	switch {
	case f.AllNamespaces:
		return ""
	case f.Namespace != "":
		return f.Namespace
	}
	return f.ContextNamespace
}

// SourceOptions are what the reader of files needs.
func (f *Flags) SourceOptions(ctx context.Context, s console.Streams) source.Options {
	return source.Options{
		Environment: f.deployed.environment, Deployed: f.deployed.found, RepoURLs: f.deployed.urls, Sources: f.deployed.local(),
		Releases: f.Charts.releases(), Unrendered: f.Charts.raw, KubeVersion: f.Charts.kubeVersion, APIVersions: f.Charts.apiVersions, RenderTime: f.Charts.timeout,
		Files: f.Files, Kustomize: f.Kustomize, Overlays: f.overlays, AllowRemote: f.remote, Stdin: console.Interruptible{Ctx: ctx, In: s.In}, Namespace: f.Namespace, MeshConfigFile: f.MeshConfig, Merge: f.Cluster.Merge, Opened: console.ProcessHeap.Reading(),
		Texts: f.Beside, Applied: len(f.Beside) > 0,
	}
}

func (f *Flags) resolveOptions(in *source.Input) config.Options {
	o := config.Options{
		RootNamespace: f.RootNamespace, MeshConfig: in.MeshConfig, Revisions: f.RevisionMap(),
		InjectedByDefault: f.injectedByDefault, Assume: f.assumptions(), Istio: f.versions(),
	}
	if in.Cluster != nil {
		o.Gaps, o.NoShared = in.Cluster.Gaps, in.Cluster.NoShared
	}
	return o
}

// RevisionMap maps names and tags to revisions; a revision stands for itself.
func (f *Flags) RevisionMap() map[string]string {
	m := map[string]string{}
	for _, r := range f.Revisions {
		tag, revision, has := strings.Cut(r, "=")
		if !has {
			revision = tag
		}
		m[tag] = revision
		if _, set := m[revision]; !set {
			m[revision] = revision
		}
	}
	return m
}

func (f *Flags) assumptions() map[string]resolve.Dataplane {
	m := map[string]resolve.Dataplane{}
	for _, ns := range f.Injected {
		m[strings.TrimPrefix(ns, everywhere)] = resolve.DataplaneSidecar
	}
	for _, ns := range f.NotInjected {
		m[strings.TrimPrefix(ns, everywhere)] = resolve.DataplaneNone
	}
	return m
}

// base is the directory that everything was read from, "" when there is more
// than one path. A file's own name is no directory: it stays.
func (f *Flags) base() string {
	if len(f.Files) != 1 || len(f.Kustomize)+len(f.Charts.Helm) > 0 || slices.Contains(sourceExtensions, filepath.Ext(f.Files[0])) {
		return ""
	}
	return filepath.Clean(f.Files[0])
}

// isPath reports an argument that is a path: it looks like one, or there is such a file. Where
// files are named, NAMESPACE/NAME is a name all the same, and what looks like a path is one
// if there is such a file.
func (f *Flags) isPath(arg string) bool {
	_, err := os.Stat(arg)
	there, slashes := err == nil, strings.Count(arg, "/")
	if f.ReadsFiles() {
		return there && (slashes > 1 || looksLikePath(arg))
	}
	return looksLikePath(arg) || there && slashes > 0
}

func looksLikePath(s string) bool {
	return s == "." || strings.HasSuffix(s, "/") || strings.HasPrefix(s, "./") || slices.Contains(sourceExtensions, filepath.Ext(s))
}

var sourceExtensions = []string{".yaml", ".yml", ".json"}
