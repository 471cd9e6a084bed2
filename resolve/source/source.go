package source

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"slices"
	"time"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Options says what to read. The zero Options read nothing.
type Options struct {
	// Files are files, directories (read recursively: .yaml, .yml and .json), paths of
	// a git revision (git:REV:PATH, see gitPath) and "-" for Stdin. A file that is named
	// twice is read once.
	Files []string
	// Kustomize are directories, also of a git revision, that are built as kubectl
	// kustomize would.
	Kustomize []string
	// Releases are charts that are rendered with values that are said. The charts of directories
	// are rendered with their own, unless Unrendered says that their files are read as they are.
	Releases   []Release
	Unrendered bool
	// KubeVersion and APIVersions are what templates see as .Capabilities, beside the versions of
	// a current Kubernetes and of Istio; "" is a current one.
	KubeVersion string
	APIVersions []string
	// RenderTime is how long one chart may take, 0 for 30 seconds.
	RenderTime time.Duration
	// Overlays are kustomizations below Files that no other one builds on, by the names of their
	// folders: they are built, in the place of all files that kustomizations have a part in.
	Overlays []string
	// Environment is the environment that is read, where Files hold what deploys other files of theirs:
	// see Environments. "" is the only one. Deployed are those that were found already.
	Environment string
	Deployed    *Environments
	// RepoURLs are the addresses of the repository that Files are of; without any, git knows them.
	RepoURLs []string
	// Sources are directories that stand for repositories, or charts, that are elsewhere.
	Sources []LocalSource
	// AllowRemote lets kustomize fetch what a kustomization names elsewhere, by HTTP or git.
	AllowRemote bool
	// Texts are files that something else has read already, such as those of an archive.
	Texts []NamedText
	// Stdin is read where Files say "-"; nil is an empty stream.
	Stdin io.Reader
	// Namespace is given to namespaced objects that say none; "" is "default".
	Namespace string
	// MeshConfigFile holds a mesh configuration: a bare MeshConfig, or a
	// ConfigMap, IstioOperator or sail Istio that carries one. "" is none.
	MeshConfigFile string
	// Merge keeps what another Input can be merged onto. Onto is an Input of a cluster
	// that was read with Merge: custom resources are then merged with those of the same
	// name in it as kubectl apply would; nil merges nothing.
	Merge bool
	Onto  *Input
	// There reports workloads that what is read is applied to: one of them that names no
	// containers is read as the part that it is, for change.Change. nil is none: such a
	// document is passed over as a patch.
	There func(resolve.Ref) bool
	// Instead holds the text of files as they would be, by the names that positions say:
	// it is read in the place of what they hold.
	Instead map[string][]byte
	// Applied says that the files show what an API server holds: an object that it or
	// Istio would refuse now is told, and counts all the same.
	Applied bool
	// Opened is told of each text how many bytes it has, before it is decoded; called from
	// several goroutines. nil is nobody.
	Opened func(bytes int)
	// Workers is how many goroutines decode; 0 is GOMAXPROCS.
	Workers int

	// renderer renders charts, nil for one of its own; deployed are directories of which charts are rendered
	// otherwise.
	renderer *helm.Renderer
	deployed []string
}

// LocalSource is a directory that stands for what deployments name elsewhere: a repository by its address,
// a chart by its name, or an object of Flux by its own.
type LocalSource struct{ Name, Dir string }

// NamedText is the text of a file, by the name that positions say.
type NamedText struct {
	Name string
	Data []byte
}

// Input is everything that was read. Its order depends on the arguments and the
// files alone: arguments as given, the files of a directory in lexical order,
// documents as they stand.
type Input struct {
	Objects []resolve.Object
	// MeshConfig is what MeshConfigFile holds, nil when none was named.
	MeshConfig *meshv1alpha1.MeshConfig
	// Problems are what could not be used as it stands, sorted.
	Problems []resolve.Problem
	// Notes are what was passed over on purpose and is worth a word, sorted.
	Notes []manifest.Note
	Stats Stats
	// Environment is the one that was read, "" where the files are read as they are.
	Environment string
	// Rendered names the chart that each of these files is a template of: what stands in the file
	// is not what was read. nil where no chart was rendered.
	Rendered map[string]string
	// Altered are the kustomizations that were read past, which change what is applied.
	Altered Alterations
	// Cluster is what was read of a cluster, alive or from a snapshot, nil when the
	// Input is files.
	Cluster *manifest.Cluster

	// Proxies are what a snapshot has of proxies, as package dump keeps them, "" for nothing.
	Proxies string

	Kept []manifest.KeptItem
	held map[resolve.Ref]manifest.Held
}

// Stats counts what was read.
type Stats struct {
	Files, Documents int
	Bytes            int64
	// Objects counts by kind what became an object.
	Objects map[resolve.Kind]int
	// Skipped counts by kind, or by a word such as "Helm template", what was
	// read past without being decoded.
	Skipped map[string]int
	// Defaulted is how many objects were given the default namespace.
	Defaulted int
}

// Read reads everything that o names. It fails only when a named path does not
// exist or cannot be opened, when MeshConfigFile holds no usable mesh
// configuration, or when ctx ends; whatever is wrong inside the files is a
// Problem of the Input.
func Read(ctx context.Context, o Options) (*Input, error) {
	o = o.withDefaults()
	if o.Deployed != nil {
		return readEnvironment(ctx, o, o.Deployed)
	}
	var err error
	if o.Stdin, err = kept(o); err != nil {
		return nil, err
	}
	l, err := listTexts(ctx, o)
	if err != nil {
		return nil, err
	}
	in, err := l.read(ctx, o)
	if err != nil || o.Unrendered || len(o.Overlays) > 0 || o.Environment == "" && !in.deploys() {
		return in, err
	}
	found, err := FindEnvironments(ctx, o)
	if err != nil {
		return nil, err
	}
	if o.Environment == "" && !found.Reads() {
		if found.Aside() {
			in.Notes = append(in.Notes, found.aside())
		}
		return in, nil
	}
	if o.Stdin, err = kept(o); err != nil {
		return nil, err
	}
	return readEnvironment(ctx, o, found)
}

// kept is standard input, which may be read twice where it is one of several things that are read.
func kept(o Options) (io.Reader, error) {
	if o.Stdin == nil || len(o.Files) < 2 || !slices.Contains(o.Files, "-") {
		return o.Stdin, nil
	}
	if again, ok := o.Stdin.(*bytes.Reader); ok {
		_, err := again.Seek(0, io.SeekStart)
		return again, err
	}
	data, err := io.ReadAll(o.Stdin)
	return bytes.NewReader(data), err
}

// deploys reports whether objects among what was passed over deploy other files.
func (in *Input) deploys() bool {
	return in.Stats.Skipped[manifest.ArgoApplications]+in.Stats.Skipped[manifest.FluxObjects] > 0
}

// read reads the texts of the listing.
func (l *listing) read(ctx context.Context, o Options) (*Input, error) {
	batches, err := readTexts(ctx, o, l.texts)
	if err != nil {
		return nil, err
	}
	in := Gather(batches)
	in.Problems = append(in.Problems, l.problems...)
	in.Notes = append(in.Notes, l.notes...)
	in.Altered, in.Rendered = l.alterations(), l.templates()
	in.Problems = append(in.Problems, manifest.Younger(in.Objects)...)
	in.Sort()
	if o.MeshConfigFile != "" {
		in.MeshConfig, err = ReadMeshConfig(o.MeshConfigFile)
	}
	return in, err
}

func (o Options) withDefaults() Options {
	if o.Namespace == "" {
		o.Namespace = "default"
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}
