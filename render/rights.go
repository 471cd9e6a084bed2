package render

import "fmt"

// Rights is the report of what a user may read of a cluster.
type Rights struct {
	Cluster string
	// Namespace is where the rights were asked for, "" for all namespaces.
	Namespace string
	Rights    []Right
}

// Right is one right, and what cannot be known without it.
type Right struct {
	Verb     string `json:"verb"`
	Resource string `json:"resource"`
	Allowed  bool   `json:"allowed"`
	// Without is what stays unknown where the right is missing, "" where it is not.
	Without string `json:"without"`
}

// RightsList is the wire form of Rights.
type RightsList struct {
	APIVersion string  `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string  `json:"kind" jsonschema:"enum=RightsList"`
	Cluster    string  `json:"cluster"`
	Namespace  string  `json:"namespace"`
	Items      []Right `json:"items"`
}

// Blocks implements View.
func (v Rights) Blocks(wide bool) []Block {
	fields := []field[Right]{
		{Column: Column{Head: "VERB"}, cell: worded(func(r Right) string { return r.Verb })},
		{Column: Column{Head: "RESOURCE"}, cell: worded(func(r Right) string { return r.Resource })},
		{Column: Column{Head: "ALLOWED"}, cell: func(r Right) Cell {
			if r.Allowed {
				return Cell{Text: "yes", Tone: Good}
			}
			return Cell{Text: "no", Tone: Warning}
		}},
		{Column: Column{Head: "WITHOUT IT", Drop: 1}, cell: worded(func(r Right) string { return r.Without })},
	}
	lacking := 0
	for _, r := range v.Rights {
		if !r.Allowed {
			lacking++
		}
	}
	last := "all rights are there: answers are whole"
	if lacking > 0 {
		last = fmt.Sprintf("%d of %d rights are missing: mtlsctl rbac prints a role that has them", lacking, len(v.Rights))
	}
	return []Block{{Table: tableOf(fields, v.Rights, wide)}, {Lines: []string{last}}}
}

// Data implements View.
func (v Rights) Data() any {
	return RightsList{APIVersion: APIVersion, Kind: "RightsList", Cluster: v.Cluster, Namespace: v.Namespace, Items: append([]Right{}, v.Rights...)}
}

// Names implements View.
func (v Rights) Names() []string {
	var names []string
	for _, r := range v.Rights {
		if !r.Allowed {
			names = append(names, r.Resource)
		}
	}
	return names
}
