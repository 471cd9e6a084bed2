package deploy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Set is an ApplicationSet: generators of parameters, and a template of Applications.
type Set struct {
	Namespace, Name string
	File            string
	Line            int

	goTemplate bool
	generators []map[string]any
	template   map[string]any
	patch      string
}

// Expansion is what an ApplicationSet makes as far as files tell.
type Expansion struct {
	Deployments []Deployment
	// Lacks are sentences about what is not known of it.
	Lacks []string
}

// Renderer of templates of Go: Render executes each text with each set of parameters, and gives the
// texts of each set. What a template may take is bounded.
type Templates interface {
	Render(texts []string, parameters []map[string]any) ([][]string, error)
}

// mostApplications is how many Applications one ApplicationSet may make, and how many sets of
// parameters a generator.
const mostApplications = 1000

// errMany is said of more.
var errMany = fmt.Errorf("it generates more than %d Applications", mostApplications)

func newSet(d Document) (*Set, error) {
	var s struct {
		head
		Spec struct {
			GoTemplate    bool             `json:"goTemplate"`
			Generators    []map[string]any `json:"generators"`
			Template      map[string]any   `json:"template"`
			TemplatePatch string           `json:"templatePatch"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(d.Text, &s); err != nil {
		return nil, err
	}
	return &Set{
		Namespace: s.Metadata.Namespace, Name: s.Metadata.Name, File: d.File, Line: d.Line,
		goTemplate: s.Spec.GoTemplate, generators: s.Spec.Generators, template: s.Spec.Template, patch: s.Spec.TemplatePatch,
	}, nil
}

// Word names the set.
func (s *Set) Word() string {
	return strings.TrimSuffix("ApplicationSet "+s.Namespace, "/") + slashed(s.Namespace) + s.Name
}

func slashed(namespace string) string {
	if namespace == "" {
		return ""
	}
	return "/"
}

// Addresses are the repositories that the set names, each with a directory of it as far as that is known.
func (s *Set) Addresses() []Source {
	var out []Source
	add := func(address, at any) {
		repo, _ := address.(string)
		dir, _ := at.(string)
		if i := strings.Index(dir, "{{"); i >= 0 {
			dir = dir[:strings.LastIndex("/"+dir[:i], "/")]
		}
		if repo != "" && !strings.Contains(repo, "{{") {
			out = append(out, Source{Repo: repo, Path: strings.TrimSuffix("./"+dir, "/")})
		}
	}
	for _, generator := range s.generators {
		visit(generator, func(of map[string]any) { add(of["repoURL"], "") }, 0)
	}
	visit(s.template, func(of map[string]any) { add(of["repoURL"], of["path"]) }, 0)
	return out
}

// visit calls look with each map of a value.
func visit(value any, look func(map[string]any), depth int) {
	if depth > deepest {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		look(v)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			visit(v[key], look, depth+1)
		}
	case []any:
		for _, one := range v {
			visit(one, look, depth+1)
		}
	}
}

// Place is where the generators look.
type Place struct {
	Files Files
	// Local reports whether an address is that of the files.
	Local func(address string) bool
	// Templates render templates of Go.
	Templates Templates
}

// Expand makes the Applications of a set.
func (s *Set) Expand(p Place) (*Expansion, error) {
	g := &generation{Place: p, goTemplate: s.goTemplate}
	out := &Expansion{}
	for _, one := range s.generators {
		sets, err := g.generate(one, nil, 0)
		if err != nil {
			return nil, err
		}
		if len(sets) == 0 {
			continue
		}
		template := s.template
		if own, ok := generatorTemplate(one); ok {
			template = merged(template, own)
		}
		made, err := g.applications(s, template, sets)
		if err != nil {
			return nil, err
		}
		if out.Deployments = append(out.Deployments, made...); len(out.Deployments) > mostApplications {
			return nil, errMany
		}
	}
	out.Lacks = slices.Compact(g.lacks)
	return out, nil
}

// generatorTemplate is what a generator says of the template by itself.
func generatorTemplate(generator map[string]any) (map[string]any, bool) {
	for _, key := range slices.Sorted(maps.Keys(generator)) {
		if of, ok := generator[key].(map[string]any); ok {
			if template, ok := of["template"].(map[string]any); ok && key != "selector" {
				return template, true
			}
		}
	}
	return nil, false
}

// merged is a map with the fields of another one over it. Empty ones say nothing.
func merged(under, over map[string]any) map[string]any {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]any{}
	}
	for key, value := range over {
		inner, isMap := value.(map[string]any)
		before, wasMap := out[key].(map[string]any)
		switch {
		case value == nil || value == "":
		case isMap && wasMap:
			out[key] = merged(before, inner)
		default:
			out[key] = value
		}
	}
	return out
}

// applications fills the template in with each set of parameters.
func (g *generation) applications(s *Set, template map[string]any, sets []map[string]any) ([]Deployment, error) {
	filled, err := g.fill(template, sets)
	if err != nil {
		return nil, err
	}
	var patches []any
	if s.patch != "" {
		if patches, err = g.fill(s.patch, sets); err != nil {
			return nil, err
		}
	}
	var out []Deployment
	for i, one := range filled {
		object, _ := one.(map[string]any)
		if s.patch != "" {
			var over map[string]any
			text, _ := patches[i].(string)
			if err := yaml.Unmarshal([]byte(text), &over); err != nil {
				return nil, fmt.Errorf("its templatePatch is not valid YAML: %w", err)
			}
			object = patched(object, over)
		}
		if object == nil {
			return nil, errors.New("it has no template")
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			return nil, err
		}
		d, err := application(Document{File: s.File, Line: s.Line, Text: text})
		if err != nil {
			return nil, err
		}
		d.Set = s.Name
		if d.Namespace = s.Namespace; d.Name == "" {
			return nil, errors.New("its template names no Application")
		}
		out = append(out, d)
	}
	return out, nil
}

// patched is a merge patch: null takes a field away, a list takes the place of a list.
func patched(object, patch map[string]any) map[string]any {
	out := maps.Clone(object)
	if out == nil {
		out = map[string]any{}
	}
	for key, value := range patch {
		inner, isMap := value.(map[string]any)
		before, _ := out[key].(map[string]any)
		switch {
		case value == nil:
			delete(out, key)
		case isMap:
			out[key] = patched(before, inner)
		default:
			out[key] = value
		}
	}
	return out
}
