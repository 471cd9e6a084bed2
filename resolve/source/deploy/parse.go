package deploy

import (
	"strings"

	"sigs.k8s.io/yaml"
)

// Document is one document of a file.
type Document struct {
	File string
	Line int
	Text []byte
}

// Parsed is what a document deploys: Deployments, or an ApplicationSet that is still to be expanded.
type Parsed struct {
	Deployments []Deployment
	Set         *Set
	// Address is of a repository, by the object that names it: GitRepository flux-system/shop.
	Named, Address string
}

// head is what every document begins with.
type head struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
	} `json:"metadata"`
}

func (h *head) group() string {
	group, _, _ := strings.Cut(h.APIVersion, "/")
	return group
}

// Mentions reports a text that may deploy something: all others need not be parsed.
func Mentions(text []byte) bool {
	s := string(text)
	return strings.Contains(s, "argoproj.io/") || strings.Contains(s, "toolkit.fluxcd.io/")
}

// Parse reads a document. The error is that of one that says to deploy something and cannot be read;
// any other document is nothing.
func Parse(d Document) (Parsed, error) {
	var h head
	if yaml.Unmarshal(d.Text, &h) != nil {
		return Parsed{}, nil // whoever reads it as an object says what is wrong
	}
	switch {
	case h.group() == "argoproj.io" && h.Kind == "Application":
		one, err := application(d)
		return Parsed{Deployments: []Deployment{one}}, err
	case h.group() == "argoproj.io" && h.Kind == "ApplicationSet":
		set, err := newSet(d)
		return Parsed{Set: set}, err
	case h.group() == "kustomize.toolkit.fluxcd.io" && h.Kind == "Kustomization":
		one, err := fluxKustomization(d)
		return Parsed{Deployments: []Deployment{one}}, err
	case h.group() == "helm.toolkit.fluxcd.io" && h.Kind == "HelmRelease":
		one, err := fluxRelease(d)
		return Parsed{Deployments: []Deployment{one}}, err
	case h.group() == "source.toolkit.fluxcd.io":
		var s struct {
			Spec struct {
				URL string `json:"url"`
			} `json:"spec"`
		}
		err := yaml.Unmarshal(d.Text, &s)
		return Parsed{Named: h.Kind + " " + h.Metadata.Namespace + "/" + h.Metadata.Name, Address: s.Spec.URL}, err
	}
	return Parsed{}, nil
}
