package input

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// completionTime is how long a person waits for a shell.
const completionTime = 3 * time.Second

// complete registers what the flags of every command that reads are completed with.
func (f *Flags) complete(c *cobra.Command) {
	for _, flag := range []string{"namespace", "root-namespace", "istioNamespace"} {
		console.Completes(c, flag, f.Namespaces)
	}
	console.Completes(c, "assume-injected", console.ManyOf(f.Namespaces))
	console.Completes(c, "assume-not-injected", console.ManyOf(f.Namespaces))
	console.Completes(c, "revision", console.NoFiles)
	f.completeDeployed(c)
	console.Completes(c, "overlay", console.ManyOf(f.overlayNames))
	f.Cluster.Complete(c)
}

// Complete registers what the flags are completed with.
func (f *ClusterFlags) Complete(c *cobra.Command) {
	console.Completes(c, "context", f.contextNames)
	if c.Flags().Lookup("contexts") != nil {
		console.Completes(c, "contexts", console.ManyOf(f.contextNames))
	}
}

// overlayNames suggests the overlays of the files.
func (f *Flags) overlayNames(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(c.Context(), completionTime)
	defer cancel()
	_, err := source.Read(ctx, source.Options{Files: slices.DeleteFunc(slices.Clone(f.Files), isStdin), Overlays: []string{"\x00"}, Unrendered: true})
	var known *source.OverlayError
	if !errors.As(err, &known) {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, folder := range known.Known {
		names = append(names, filepath.Base(folder))
	}
	return slices.Compact(slices.Sorted(slices.Values(names))), cobra.ShellCompDirectiveNoFileComp
}

// contextNames suggests the contexts of the kubeconfig.
func (f *ClusterFlags) contextNames(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	raw, err := f.kubectl.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveError
	}
	return slices.Sorted(maps.Keys(raw.Contexts)), cobra.ShellCompDirectiveNoFileComp
}

// Namespaces suggests those of the input: of the cluster, or in which an object of
// the files lives.
func (f *Flags) Namespaces(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	refs, _ := f.names(c.Context(), "", resolve.KindNamespace)
	seen := map[string]bool{}
	for _, r := range refs {
		name := r.Namespace
		if r.Kind == resolve.KindNamespace {
			name = r.Name
		}
		seen[name] = name != ""
	}
	delete(seen, "")
	return slices.Sorted(maps.Keys(seen)), cobra.ShellCompDirectiveNoFileComp
}

// names are the objects of the input of some kinds, quickly or not at all. Of files
// they are all objects: what lives in a namespace tells that there is one.
func (f *Flags) names(ctx context.Context, namespace string, kinds ...resolve.Kind) ([]resolve.Ref, error) {
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	if f.ReadsFiles() {
		return f.namesOfFiles(ctx)
	}
	o, err := f.Cluster.Options()
	if err != nil {
		return nil, err
	}
	var all []resolve.Ref
	for _, kind := range kinds {
		refs, err := cluster.ListNames(ctx, o, kind, namespace)
		if err != nil {
			return all, err
		}
		all = append(all, refs...)
	}
	return all, nil
}

func (f *Flags) namesOfFiles(ctx context.Context) ([]resolve.Ref, error) {
	in, err := source.Read(ctx, source.Options{
		Files: slices.DeleteFunc(slices.Clone(f.Files), isStdin), Kustomize: f.Kustomize, Overlays: f.overlays, Namespace: f.Namespace, Releases: f.Charts.releases(), Unrendered: f.Charts.raw, RenderTime: completionTime,
	})
	if err != nil {
		return nil, err
	}
	refs := make([]resolve.Ref, 0, len(in.Objects))
	for _, o := range in.Objects {
		refs = append(refs, o.Ref())
	}
	return refs, nil
}

// isStdin: what is read to complete a word would be missing later.
func isStdin(file string) bool { return file == "-" }

// WorkloadsListed are the kinds of workloads that are completed without a type.
var WorkloadsListed = []resolve.Kind{
	resolve.KindDeployment, resolve.KindStatefulSet, resolve.KindDaemonSet, resolve.KindCronJob, resolve.KindRollout, resolve.KindDeploymentConfig,
}

// Named suggests TYPE/NAME of the kinds, or of the type that the word begins with.
// Names of other namespaces than the one that is asked about end in theirs.
func (f *Flags) Named(kinds ...resolve.Kind) console.Suggest {
	return func(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		wanted, typed := kinds, ""
		if kindWord, _, has := strings.Cut(word, "/"); has {
			kind, known := resolve.ParseKind(kindWord)
			if !known {
				return console.NoFiles(c, args, word)
			}
			wanted, typed = []resolve.Kind{kind}, kindWord+"/"
		}
		namespace := f.completedNamespace()
		refs, _ := f.names(c.Context(), namespace, wanted...)
		var list []cobra.Completion
		for _, r := range mesh.NamesOf(refs, mesh.Where{Namespace: namespace}).Of(wanted...) {
			list = append(list, suggestion(r, typed, namespace))
			if typed == "" && word != "" { // a name alone does too
				list = append(list, strings.TrimPrefix(suggestion(r, "", namespace), r.Kind.Short()+"/"))
			}
		}
		slices.Sort(list)
		return slices.Compact(list), cobra.ShellCompDirectiveNoFileComp
	}
}

// completedNamespace is the one whose names are suggested, "" for all: kubectl's
// rule, where the context's namespace is meant unless another is said.
func (f *Flags) completedNamespace() string {
	if f.AllNamespaces || f.Namespace != "" || f.ReadsFiles() {
		return f.ShownNamespace()
	}
	o, err := f.Cluster.Options()
	if err != nil {
		return ""
	}
	return o.Namespace
}

func suggestion(r resolve.Ref, typed, namespace string) string {
	name := r.Kind.Short() + "/" + r.Name
	if typed != "" {
		name = typed + r.Name
	}
	if r.Namespace != "" && r.Namespace != namespace {
		name += "." + r.Namespace
	}
	return name
}

// Described suggests what describe tells about: TYPE/NAME, or names behind a TYPE.
func (f *Flags) Described(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 && !strings.Contains(args[0], "/") {
		if kind, known := resolve.ParseKind(args[0]); known {
			list, directive := f.Named(kind)(c, nil, kind.Short()+"/")
			for i := range list {
				list[i] = strings.TrimPrefix(list[i], kind.Short()+"/")
			}
			return list, directive
		}
	}
	kinds := append(slices.Clone(WorkloadsListed), resolve.KindService, resolve.KindNamespace, resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindAuthorizationPolicy)
	return f.Named(kinds...)(c, args, word)
}

// Sides suggests BASE and HEAD: files too.
func (f *Flags) Sides(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 1 {
		return console.NoFiles(c, args, word)
	}
	list := []cobra.Completion{cobra.CompletionWithDesc("cluster", "the cluster of the kubeconfig context")}
	if strings.HasPrefix(word, "cluster:") {
		contexts, directive := f.Cluster.contextNames(c, args, word)
		for _, name := range contexts {
			list = append(list, "cluster:"+name)
		}
		return list[1:], directive
	}
	if strings.HasPrefix(word, "git:") {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return list, cobra.ShellCompDirectiveDefault
}

// Deletable are the kinds that are completed behind --delete without a type.
var Deletable = []resolve.Kind{
	resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar, resolve.KindServiceEntry, resolve.KindVirtualService, resolve.KindEnvoyFilter,
}
