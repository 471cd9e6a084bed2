package cmd

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// inputFlags are the flags of every command that reads objects.
type inputFlags struct {
	files, kustomize  []string
	remote            bool
	namespace         string
	allNamespaces     bool
	rootNamespace     string
	meshConfig        string
	revisions         []string
	injectedByDefault bool
	injected, naked   []string
	cluster           clusterFlags
	// contextNamespace is the kubeconfig context's, "" where files are read.
	contextNamespace string
}

// everywhere is what --assume-injected and --assume-naked mean without a value.
const everywhere = "*"

func (f *inputFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringSliceVarP(&f.files, "filename", "f", nil, "read YAML or JSON from `FILE`, a directory and all below it, git:REV:PATH, or - for stdin; may be repeated")
	fs.StringSliceVarP(&f.kustomize, "kustomize", "k", nil, "build the kustomization in `DIR`, or git:REV:DIR, and read the result; may be repeated")
	fs.BoolVar(&f.remote, "allow-remote", false, "let -k fetch resources that a kustomization names by URL")
	fs.StringVarP(&f.namespace, "namespace", "n", "", "show only namespace `NS`; objects that name no namespace live in it")
	fs.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "show every namespace, even with -n")
	fs.StringVar(&f.rootNamespace, "root-namespace", "", "mesh-wide policies live in `NS` (default: as the mesh configuration says, else istio-system)")
	fs.StringVar(&f.meshConfig, "mesh-config", "", "read the mesh configuration from `FILE` instead of the objects")
	fs.StringSliceVar(&f.revisions, "revision", nil, "control planes that exist: `NAME` or TAG=REVISION, separated by commas (default: any that a label names)")
	fs.BoolVar(&f.injectedByDefault, "injected-by-default", false, "the injector takes namespaces without a label too (enableNamespacesByDefault)")
	fs.StringSliceVar(&f.injected, "assume-injected", nil, "namespaces `NS,...` whose Namespace object is missing inject sidecars; without =NS all of them")
	fs.StringSliceVar(&f.naked, "assume-naked", nil, "namespaces `NS,...` whose Namespace object is missing have no sidecars; without =NS all of them")
	fs.Lookup("assume-injected").NoOptDefVal = everywhere
	fs.Lookup("assume-naked").NoOptDefVal = everywhere
	f.cluster.add(fs)
	f.complete(c)
}

// validate finds what can be wrong before anything is read. The arguments tell
// whether a path stands where a name should.
func (f *inputFlags) validate(args []string) error {
	if i := slices.IndexFunc(args, looksLikePath); i >= 0 && !f.readsFiles() {
		return console.Usage("did you mean -f "+shell.Word(args[i])+"?", "%q is a path, not a name", args[i])
	}
	if err := f.cluster.validate(); err != nil {
		return err
	}
	if slices.Contains(append(slices.Clone(f.files), f.kustomize...), "") {
		return console.Usage("", "an empty path was given to -f or -k")
	}
	for _, r := range f.revisions {
		if tag, revision, has := strings.Cut(r, "="); tag == "" || has && revision == "" {
			return console.Usage("for example --revision stable=1-31,canary=1-32 or --revision default", "--revision %q: want NAME or TAG=REVISION", r)
		}
	}
	for _, ns := range f.injected {
		if slices.Contains(f.naked, ns) {
			return console.Usage("", "--assume-injected and --assume-naked both speak about %s", strings.ReplaceAll(ns, everywhere, "every namespace"))
		}
	}
	return nil
}

// readsFiles reports whether files are named; without any, the cluster is read.
func (f *inputFlags) readsFiles() bool { return len(f.files) > 0 || len(f.kustomize) > 0 }

// read reads what the flags name: files, else the cluster.
func (f *inputFlags) read(ctx context.Context, s console.Streams) (*source.Input, error) {
	if f.readsFiles() {
		return source.Read(ctx, f.sourceOptions(ctx, s))
	}
	return f.readCluster(ctx, s)
}

// severalClusters reports whether more than one cluster is read.
func (f *inputFlags) severalClusters() bool { return !f.readsFiles() && len(f.cluster.contexts) > 0 }

// shownNamespace is the one whose answers are shown, "" for all: that of -n, and
// for a cluster without it the context's, as with kubectl.
func (f *inputFlags) shownNamespace() string {
	switch {
	case f.allNamespaces:
		return ""
	case f.namespace != "":
		return f.namespace
	}
	return f.contextNamespace
}

func (f *inputFlags) sourceOptions(ctx context.Context, s console.Streams) source.Options {
	return source.Options{
		Files: f.files, Kustomize: f.kustomize, AllowRemote: f.remote, Stdin: console.Interruptible{Ctx: ctx, In: s.In}, Namespace: f.namespace, MeshConfigFile: f.meshConfig, Merge: f.cluster.merge, Opened: console.Own.Reading(),
	}
}

func (f *inputFlags) resolveOptions(in *source.Input) config.Options {
	o := config.Options{
		RootNamespace: f.rootNamespace, MeshConfig: in.MeshConfig, Revisions: f.revisionMap(),
		InjectedByDefault: f.injectedByDefault, Assume: f.assumptions(),
	}
	if in.Cluster != nil {
		o.Gaps = in.Cluster.Gaps
	}
	return o
}

// revisionMap maps names and tags to revisions; a revision stands for itself.
func (f *inputFlags) revisionMap() map[string]string {
	m := map[string]string{}
	for _, r := range f.revisions {
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

func (f *inputFlags) assumptions() map[string]resolve.Dataplane {
	m := map[string]resolve.Dataplane{}
	for _, ns := range f.injected {
		m[strings.TrimPrefix(ns, everywhere)] = resolve.DataplaneSidecar
	}
	for _, ns := range f.naked {
		m[strings.TrimPrefix(ns, everywhere)] = resolve.DataplaneNone
	}
	return m
}

// base is the directory that everything was read from, "" when there is more
// than one path. A file's own name is no directory: it stays.
func (f *inputFlags) base() string {
	if len(f.files) != 1 || len(f.kustomize) > 0 || slices.Contains(sourceExtensions, filepath.Ext(f.files[0])) {
		return ""
	}
	return filepath.Clean(f.files[0])
}

func looksLikePath(s string) bool {
	return s == "." || strings.HasSuffix(s, "/") || strings.HasPrefix(s, "./") || slices.Contains(sourceExtensions, filepath.Ext(s))
}

var sourceExtensions = []string{".yaml", ".yml", ".json"}
