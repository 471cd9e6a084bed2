package deploy

import "path"

// Deployment is something that deploys files of a repository. The zero Deployment deploys nothing.
type Deployment struct {
	// Kind is Application, Kustomization or HelmRelease.
	Kind, Namespace, Name string
	// File and Line are where it is written, or the ApplicationSet called Set that it is made of.
	File string
	Line int
	Set  string
	// Labels are its own.
	Labels map[string]string
	// Cluster is where it deploys to, "" for the cluster in which it is.
	Cluster string
	// Into is the namespace of objects that name none; Moves says that it takes the place of the
	// namespaces that they name, too.
	Into  string
	Moves bool
	// Creates says that Into is created where it does not exist, with these labels and annotations.
	Creates             bool
	Labelled, Annotated map[string]string
	Sources             []Source
	// Suspended says that nothing is deployed now.
	Suspended bool
}

// Word names a deployment: Application argocd/shop.
func (d *Deployment) Word() string { return d.Kind + " " + path.Join(d.Namespace, d.Name) }

// Renderer is what makes objects of a source.
type Renderer string

// The renderers; "" is that which the files show.
const (
	Unsaid    Renderer = ""
	Helm      Renderer = "helm"
	Kustomize Renderer = "kustomize"
	Directory Renderer = "directory"
	Plugin    Renderer = "plugin"
)

// Source is one source of a Deployment: a directory of a repository, or a chart.
type Source struct {
	// Repo is the address of the repository, Revision what is deployed of it, Path the directory. Chart
	// is a chart of a repository of charts instead, and Ref the name by which other sources name files
	// of this one.
	Repo, Revision, Path, Chart, Ref string
	// Named is the object that holds the address, where the source only names it: GitRepository
	// flux-system/shop.
	Named    string
	Renderer Renderer
	Release  Release
	// Fields are those of the kustomization that are set before it is built.
	Fields map[string]any
	// Recurse, Include and Exclude say which files of a directory are read.
	Recurse          bool
	Include, Exclude string
	// Generates says that a kustomization is made of the files of a directory that has none, as
	// Flux does.
	Generates bool
	// Substitutes says that variables are replaced in what is built: by Variables, and by the ConfigMaps
	// of From.
	Substitutes bool
	Variables   map[string]string
	From        []Reference
}

// Reference is an object that holds values.
type Reference struct {
	Kind, Namespace, Name string
	// Key is the one that holds them, "" for all.
	Key      string
	Optional bool
}

// Release is a chart's.
type Release struct {
	Name, Namespace string
	// Files are files of values, Inline values over them, Set and SetString values over all.
	Files          []string
	IgnoreMissing  bool
	Inline         []string
	From           []Reference
	Set, SetString []string
	// SetFile are KEY=PATH.
	SetFile     []string
	KubeVersion string
	APIVersions []string
	NoCRDs      bool
}
