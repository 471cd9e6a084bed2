package analyze

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// KindVariable is the Missing of objects that hold variables which nothing has replaced: what
// they stand for is known once the files are rendered.
const KindVariable resolve.Kind = "variable"

// variable is how engines write a place that is to be filled in: envsubst, OpenShift and make,
// Helm, Go and Jinja, and the marks that scripts replace.
var variable = regexp.MustCompile(`\$\{[^{}]+\}|\$\([A-Za-z_][\w.-]*\)|\{\{.*?\}\}|<<[^<>]+>>|__[A-Z][A-Z0-9_]*__|@[A-Z][A-Z0-9_]*@`)

// blank is one more way in names, which other texts have for tags: <your-namespace>.
var blank = regexp.MustCompile(`<[A-Za-z][\w -]*>`)

// Variable is the first variable in a text that nothing has replaced, "" for none.
func Variable(text string) string {
	if !strings.ContainsAny(text, "${<@_") {
		return ""
	}
	return variable.FindString(text)
}

// named reports an object whose name or namespace holds a variable: it is not the object that
// will be applied.
func named(ref resolve.Ref) bool {
	return Variable(ref.Name) != "" || Variable(ref.Namespace) != "" || blank.MatchString(ref.Name) || blank.MatchString(ref.Namespace)
}

// opaque are kinds whose text is for others: code and formats have brackets of their own.
var opaque = []resolve.Kind{resolve.KindEnvoyFilter, resolve.KindConfigMap}

// variables are the objects of a mesh that hold variables in what a finding rests on.
type variables struct {
	mesh  *mesh.Mesh
	known map[resolve.Ref]bool
	kinds map[resolve.Kind]bool
}

func newVariables(m *mesh.Mesh) *variables {
	v := &variables{m, map[resolve.Ref]bool{}, map[resolve.Kind]bool{}}
	for _, w := range m.Workloads() {
		if named(w.Ref) || slices.ContainsFunc([]map[string]string{w.Labels, w.Annotations}, filledIn) {
			v.known[w.Ref] = true
		}
	}
	for _, s := range m.Services() {
		if named(s.Ref) {
			v.known[s.Ref] = true
		}
	}
	for _, p := range m.PeerAuthentications() {
		if named(p.Ref) || anyVariable(p.Selector) {
			v.known[p.Ref] = true
		}
	}
	for _, r := range m.DestinationRules() {
		if named(r.Ref) || Variable(r.FQDN) != "" {
			v.known[r.Ref] = true
		}
	}
	return v
}

func anyVariable(pairs map[string]string) bool {
	for _, value := range pairs {
		if Variable(value) != "" {
			return true
		}
	}
	return false
}

// filledIn reports a label or an annotation of Istio's with a variable for its value.
func filledIn(pairs map[string]string) bool {
	for key, value := range pairs {
		if strings.Contains(key, "istio.io") && Variable(value) != "" {
			return true
		}
	}
	return false
}

// in reports an object with a variable in it.
func (v *variables) in(ref resolve.Ref) bool {
	if named(ref) {
		return true
	}
	if !v.kinds[ref.Kind] {
		v.kinds[ref.Kind] = true
		v.read(ref.Kind)
	}
	return v.known[ref]
}

// read looks into all objects of a kind that the mesh keeps.
func (v *variables) read(kind resolve.Kind) {
	if slices.Contains(opaque, kind) {
		return
	}
	for _, o := range v.mesh.Objects(kind) {
		var text bytes.Buffer
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		if e.Encode(o.Value) == nil && Variable(text.String()) != "" {
			v.known[o.Ref()] = true
		}
	}
}

// withoutVariables takes out the findings that judge a variable as if it were a value, and adds
// what that hides to what is missing.
func (r *Report) withoutVariables(m *mesh.Mesh) {
	v := newVariables(m)
	told := map[resolve.Ref]bool{}
	for ref := range v.known {
		told[ref] = true
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		refs := append([]resolve.Ref{f.Object}, f.Involved...)
		at := slices.IndexFunc(refs, v.in)
		if at >= 0 {
			told[refs[at]] = true
		}
		return at >= 0
	})
	var names []string
	for ref := range told {
		names = append(names, ref.String())
	}
	if slices.Sort(names); len(names) > 0 {
		r.Missing = append(r.Missing, Missing{KindVariable, names})
	}
}
