package analyze

import (
	"reflect"
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
	left  map[resolve.Kind]map[resolve.Ref]resolve.Object
}

func newVariables(m *mesh.Mesh) *variables {
	v := &variables{m, map[resolve.Ref]bool{}, map[resolve.Kind]map[resolve.Ref]resolve.Object{}}
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
	if objects := v.objects(ref.Kind); objects != nil {
		if o, there := objects[ref]; there {
			delete(objects, ref) // it is looked into once
			if spec := reflect.Indirect(reflect.ValueOf(o.Value)).FieldByName("Spec"); spec.IsValid() && holdsVariable(spec) {
				v.known[ref] = true
			}
		}
	}
	return v.known[ref]
}

// objects are those of a kind that the mesh keeps and that were not looked into yet, nil for a
// kind of which nothing is read.
func (v *variables) objects(kind resolve.Kind) map[resolve.Ref]resolve.Object {
	if slices.Contains(opaque, kind) {
		return nil
	}
	if v.left[kind] == nil {
		list := v.mesh.Objects(kind)
		v.left[kind] = make(map[resolve.Ref]resolve.Object, len(list))
		for _, o := range list {
			v.left[kind][o.Ref()] = o
		}
	}
	return v.left[kind]
}

// holdsVariable looks for a variable in all texts of a structure.
func holdsVariable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return Variable(v.String()) != ""
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && holdsVariable(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && holdsVariable(v.Field(i)) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if holdsVariable(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for pairs := v.MapRange(); pairs.Next(); {
			if holdsVariable(pairs.Key()) || holdsVariable(pairs.Value()) {
				return true
			}
		}
	}
	return false
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
