package deploy

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// argoApplication is an Application of Argo CD, as far as it says what is deployed.
type argoApplication struct {
	head
	Spec struct {
		Source      *argoSource   `json:"source"`
		Sources     []argoSource  `json:"sources"`
		Hydrator    *argoHydrator `json:"sourceHydrator"`
		Destination struct {
			Server    string `json:"server"`
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"destination"`
		SyncPolicy struct {
			SyncOptions []string `json:"syncOptions"`
			Managed     struct {
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"managedNamespaceMetadata"`
		} `json:"syncPolicy"`
	} `json:"spec"`
}

// argoHydrator is a source that Argo CD renders into another branch first: what it renders is deployed.
type argoHydrator struct {
	Dry struct {
		Repo     string `json:"repoURL"`
		Revision string `json:"targetRevision"`
		Path     string `json:"path"`
	} `json:"drySource"`
}

// inCluster is how Argo CD calls the cluster in which it runs.
var inCluster = []string{"https://kubernetes.default.svc", "in-cluster", "https://kubernetes.default.svc.cluster.local", ""}

func application(d Document) (Deployment, error) {
	var a argoApplication
	if err := yaml.Unmarshal(d.Text, &a); err != nil {
		return Deployment{}, err
	}
	out := Deployment{
		Kind: "Application", Namespace: a.Metadata.Namespace, Name: a.Metadata.Name, File: d.File, Line: d.Line, Labels: a.Metadata.Labels,
		Into: a.Spec.Destination.Namespace, Cluster: a.Spec.Destination.Name,
		Labelled: a.Spec.SyncPolicy.Managed.Labels, Annotated: a.Spec.SyncPolicy.Managed.Annotations,
		Creates: slices.Contains(a.Spec.SyncPolicy.SyncOptions, "CreateNamespace=true"),
	}
	if out.Cluster == "" {
		out.Cluster = a.Spec.Destination.Server
	}
	if slices.Contains(inCluster, strings.TrimSuffix(out.Cluster, "/")) {
		out.Cluster = ""
	}
	sources := a.Spec.Sources
	if len(sources) == 0 && a.Spec.Source != nil {
		sources = []argoSource{*a.Spec.Source}
	}
	if h := a.Spec.Hydrator; h != nil && len(sources) == 0 {
		sources = []argoSource{{Repo: h.Dry.Repo, Revision: h.Dry.Revision, Path: h.Dry.Path}}
	}
	for i := range sources {
		one, err := sources[i].source(&out)
		if err != nil {
			return out, err
		}
		out.Sources = append(out.Sources, one)
	}
	return out, nil
}

// argoSource is a source of an Application.
type argoSource struct {
	Repo      string         `json:"repoURL"`
	Revision  string         `json:"targetRevision"`
	Path      string         `json:"path"`
	Chart     string         `json:"chart"`
	Ref       string         `json:"ref"`
	Helm      *argoHelm      `json:"helm"`
	Kustomize *argoKustomize `json:"kustomize"`
	Directory *struct {
		Recurse bool   `json:"recurse"`
		Include string `json:"include"`
		Exclude string `json:"exclude"`
	} `json:"directory"`
	Plugin *struct {
		Name string `json:"name"`
	} `json:"plugin"`
}

type argoHelm struct {
	ValueFiles    []string        `json:"valueFiles"`
	IgnoreMissing bool            `json:"ignoreMissingValueFiles"`
	Values        string          `json:"values"`
	ValuesObject  json.RawMessage `json:"valuesObject"`
	Parameters    []struct {
		Name        string `json:"name"`
		Value       string `json:"value"`
		ForceString bool   `json:"forceString"`
	} `json:"parameters"`
	FileParameters []struct {
		Name string `json:"name"`
		Path string `json:"path"`
	} `json:"fileParameters"`
	ReleaseName string   `json:"releaseName"`
	Namespace   string   `json:"namespace"`
	SkipCRDs    bool     `json:"skipCrds"`
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
}

type argoKustomize struct {
	NamePrefix        string            `json:"namePrefix"`
	NameSuffix        string            `json:"nameSuffix"`
	Namespace         string            `json:"namespace"`
	Images            []string          `json:"images"`
	CommonLabels      map[string]string `json:"commonLabels"`
	WithoutSelector   bool              `json:"labelWithoutSelector"`
	IncludeTemplates  bool              `json:"labelIncludeTemplates"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	Replicas          []any             `json:"replicas"`
	Patches           []any             `json:"patches"`
	Components        []string          `json:"components"`
}

func (s *argoSource) source(d *Deployment) (Source, error) {
	out := Source{Repo: s.Repo, Revision: s.Revision, Path: s.Path, Chart: s.Chart, Ref: s.Ref}
	named := strings.NewReplacer("${ARGOCD_APP_NAME}", d.Name, "$ARGOCD_APP_NAME", d.Name, "${ARGOCD_APP_NAMESPACE}", d.Into, "$ARGOCD_APP_NAMESPACE", d.Into)
	out.Release = Release{Name: d.Name, Namespace: d.Into}
	switch {
	case s.Plugin != nil:
		out.Renderer = Plugin
	case s.Helm != nil:
		out.Renderer = Helm
		s.Helm.fill(&out.Release, named)
	case s.Kustomize != nil:
		out.Renderer, out.Fields = Kustomize, s.Kustomize.fields()
	case s.Directory != nil:
		out.Renderer = Directory
	}
	if s.Directory != nil {
		out.Recurse, out.Include, out.Exclude = s.Directory.Recurse, s.Directory.Include, s.Directory.Exclude
	}
	return out, nil
}

func (h *argoHelm) fill(r *Release, named *strings.Replacer) {
	if h.ReleaseName != "" {
		r.Name = h.ReleaseName
	}
	if h.Namespace != "" {
		r.Namespace = h.Namespace
	}
	for _, name := range h.ValueFiles {
		r.Files = append(r.Files, named.Replace(name))
	}
	switch {
	case len(h.ValuesObject) > 0 && string(h.ValuesObject) != "null":
		r.Inline = []string{string(h.ValuesObject)}
	case h.Values != "":
		r.Inline = []string{h.Values}
	}
	for _, p := range h.Parameters {
		one := p.Name + "=" + escaped(named.Replace(p.Value))
		if p.ForceString {
			r.SetString = append(r.SetString, one)
		} else {
			r.Set = append(r.Set, one)
		}
	}
	for _, p := range h.FileParameters {
		r.SetFile = append(r.SetFile, p.Name+"="+p.Path)
	}
	r.IgnoreMissing, r.NoCRDs, r.KubeVersion, r.APIVersions = h.IgnoreMissing, h.SkipCRDs, h.KubeVersion, h.APIVersions
}

// escaped is a value of a parameter as --set takes it: a comma ends it, unless it stands in a list.
func escaped(value string) string {
	if strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}") {
		return value
	}
	value = strings.ReplaceAll(value, `\,`, ",")
	return strings.ReplaceAll(value, ",", `\,`)
}

// fields are those of a kustomization that the options set.
func (k *argoKustomize) fields() map[string]any {
	out := map[string]any{}
	for key, value := range map[string]string{"namePrefix": k.NamePrefix, "nameSuffix": k.NameSuffix, "namespace": k.Namespace} {
		if value != "" {
			out[key] = value
		}
	}
	if len(k.CommonLabels) > 0 {
		pairs := anyMap(k.CommonLabels)
		one := map[string]any{"pairs": pairs, "includeSelectors": true}
		if k.WithoutSelector {
			one = map[string]any{"pairs": pairs, "includeTemplates": k.IncludeTemplates}
		}
		out["labels"] = []any{one}
	}
	if len(k.CommonAnnotations) > 0 {
		out["commonAnnotations"] = anyMap(k.CommonAnnotations)
	}
	for key, list := range map[string][]any{"replicas": k.Replicas, "patches": k.Patches, "components": anyList(k.Components), "images": images(k.Images)} {
		if len(list) > 0 {
			out[key] = list
		}
	}
	return out
}

// images are those of kustomize edit set image: [NAME=]NEW[:TAG][@DIGEST].
func images(words []string) []any {
	var list []any
	for _, word := range words {
		name, to, renamed := strings.Cut(word, "=")
		if !renamed {
			to = word
		}
		to, digest, _ := strings.Cut(to, "@")
		tag := ""
		if i := strings.LastIndexByte(to, ':'); i > strings.LastIndexByte(to, '/') {
			to, tag = to[:i], to[i+1:]
		}
		one := map[string]any{"name": to}
		if renamed {
			one = map[string]any{"name": name, "newName": to}
		}
		if tag != "" {
			one["newTag"] = tag
		}
		if digest != "" {
			one["digest"] = digest
		}
		list = append(list, one)
	}
	return list
}

func anyMap(m map[string]string) map[string]any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out[key] = m[key]
	}
	return out
}

func anyList(list []string) []any {
	out := make([]any, 0, len(list))
	for _, one := range list {
		out = append(out, one)
	}
	return out
}
