package deploy

import (
	"encoding/json"
	"strings"

	"sigs.k8s.io/yaml"
)

// fluxSource is how objects of Flux name where their files are.
type fluxSource struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

func (s fluxSource) named(namespace string) string {
	if s.Namespace != "" {
		namespace = s.Namespace
	}
	return s.Kind + " " + namespace + "/" + s.Name
}

// fluxKubeConfig is the cluster of an object, where that is another one.
type fluxKubeConfig struct {
	SecretRef struct {
		Name string `json:"name"`
	} `json:"secretRef"`
}

func (k *fluxKubeConfig) cluster() string {
	if k == nil {
		return ""
	}
	return k.SecretRef.Name
}

func fluxKustomization(d Document) (Deployment, error) {
	var k struct {
		head
		Spec struct {
			Path            string          `json:"path"`
			SourceRef       fluxSource      `json:"sourceRef"`
			TargetNamespace string          `json:"targetNamespace"`
			NamePrefix      string          `json:"namePrefix"`
			NameSuffix      string          `json:"nameSuffix"`
			Patches         []any           `json:"patches"`
			Images          []any           `json:"images"`
			Components      []string        `json:"components"`
			Suspend         bool            `json:"suspend"`
			KubeConfig      *fluxKubeConfig `json:"kubeConfig"`
			CommonMetadata  struct {
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"commonMetadata"`
			PostBuild *struct {
				Substitute     map[string]string `json:"substitute"`
				SubstituteFrom []fluxReference   `json:"substituteFrom"`
			} `json:"postBuild"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(d.Text, &k); err != nil {
		return Deployment{}, err
	}
	fields := map[string]any{}
	for key, value := range map[string]string{"namespace": k.Spec.TargetNamespace, "namePrefix": k.Spec.NamePrefix, "nameSuffix": k.Spec.NameSuffix} {
		if value != "" {
			fields[key] = value
		}
	}
	for key, list := range map[string][]any{"patches": k.Spec.Patches, "images": k.Spec.Images, "components": anyList(k.Spec.Components)} {
		if len(list) > 0 {
			fields[key] = list
		}
	}
	if labels := k.Spec.CommonMetadata.Labels; len(labels) > 0 {
		fields["labels"] = []any{map[string]any{"pairs": anyMap(labels)}}
	}
	if annotations := k.Spec.CommonMetadata.Annotations; len(annotations) > 0 {
		fields["commonAnnotations"] = anyMap(annotations)
	}
	s := Source{Path: k.Spec.Path, Named: k.Spec.SourceRef.named(k.Metadata.Namespace), Renderer: Kustomize, Fields: fields, Generates: true}
	if p := k.Spec.PostBuild; p != nil {
		s.Substitutes, s.Variables, s.From = len(p.Substitute)+len(p.SubstituteFrom) > 0, p.Substitute, references(p.SubstituteFrom, k.Metadata.Namespace, "")
	}
	return Deployment{
		Kind: "Kustomization", Namespace: k.Metadata.Namespace, Name: k.Metadata.Name, File: d.File, Line: d.Line, Labels: k.Metadata.Labels,
		Cluster: k.Spec.KubeConfig.cluster(), Into: k.Spec.TargetNamespace, Moves: k.Spec.TargetNamespace != "", Sources: []Source{s}, Suspended: k.Spec.Suspend,
	}, nil
}

// fluxReference is an object with values.
type fluxReference struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	ValuesKey string `json:"valuesKey"`
	Target    string `json:"targetPath"`
	Optional  bool   `json:"optional"`
}

func references(list []fluxReference, namespace, key string) []Reference {
	var out []Reference
	for _, r := range list {
		one := Reference{Kind: r.Kind, Namespace: namespace, Name: r.Name, Key: key, Optional: r.Optional}
		if r.ValuesKey != "" {
			one.Key = r.ValuesKey
		}
		out = append(out, one)
	}
	return out
}

func fluxRelease(d Document) (Deployment, error) {
	var r struct {
		head
		Spec struct {
			Chart struct {
				Spec struct {
					Chart       string     `json:"chart"`
					Version     string     `json:"version"`
					SourceRef   fluxSource `json:"sourceRef"`
					ValuesFiles []string   `json:"valuesFiles"`
				} `json:"spec"`
			} `json:"chart"`
			ChartRef        *fluxSource     `json:"chartRef"`
			ReleaseName     string          `json:"releaseName"`
			TargetNamespace string          `json:"targetNamespace"`
			Values          json.RawMessage `json:"values"`
			ValuesFrom      []fluxReference `json:"valuesFrom"`
			Suspend         bool            `json:"suspend"`
			KubeConfig      *fluxKubeConfig `json:"kubeConfig"`
			Install         struct {
				CreateNamespace bool   `json:"createNamespace"`
				CRDs            string `json:"crds"`
			} `json:"install"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(d.Text, &r); err != nil {
		return Deployment{}, err
	}
	spec, name, into := r.Spec.Chart.Spec, r.Spec.ReleaseName, r.Spec.TargetNamespace
	if name == "" {
		name = strings.TrimPrefix(into+"-"+r.Metadata.Name, "-")
	}
	if into == "" {
		into = r.Metadata.Namespace
	}
	s := Source{Named: spec.SourceRef.named(r.Metadata.Namespace), Revision: spec.Version, Renderer: Helm}
	switch {
	case r.Spec.ChartRef != nil:
		s.Named, s.Chart = r.Spec.ChartRef.named(r.Metadata.Namespace), r.Spec.ChartRef.Name
	case spec.SourceRef.Kind == "GitRepository" || spec.SourceRef.Kind == "Bucket":
		s.Path = spec.Chart
	default:
		s.Chart = spec.Chart
	}
	s.Release = Release{Name: name, Namespace: into, NoCRDs: r.Spec.Install.CRDs == "Skip", From: references(r.Spec.ValuesFrom, r.Metadata.Namespace, "values.yaml")}
	for _, file := range spec.ValuesFiles {
		s.Release.Files = append(s.Release.Files, "/"+strings.TrimPrefix(file, "./")) // from the top of the source
	}
	if len(r.Spec.Values) > 0 && string(r.Spec.Values) != "null" {
		s.Release.Inline = []string{string(r.Spec.Values)}
	}
	return Deployment{
		Kind: "HelmRelease", Namespace: r.Metadata.Namespace, Name: r.Metadata.Name, File: d.File, Line: d.Line, Labels: r.Metadata.Labels,
		Cluster: r.Spec.KubeConfig.cluster(), Into: into, Creates: r.Spec.Install.CreateNamespace, Sources: []Source{s}, Suspended: r.Spec.Suspend,
	}, nil
}
