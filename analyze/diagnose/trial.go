package diagnose

import (
	"encoding/json"
	"reflect"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// changed is the mesh after edits; ok is false for edits that cannot be tried, such as of
// objects that are not in the input, and without a mesh.
func changed(m *mesh.Mesh, edits []analyze.Edit) (after *mesh.Mesh, ok bool) {
	if m == nil || len(edits) == 0 {
		return nil, false
	}
	objects := map[resolve.Ref]resolve.Object{}
	var order []resolve.Ref
	var next change.Change
	for i := range edits {
		e := &edits[i]
		if e.Verb == analyze.Remove && e.Field == "" {
			next.Remove = append(next.Remove, e.Object)
			continue
		}
		was, there := objects[e.Object]
		if !there {
			was, there = m.Input(e.Object)
		}
		o, done := edited(was, there, e)
		if !done {
			return nil, false
		}
		if _, known := objects[e.Object]; !known {
			order = append(order, e.Object)
		}
		objects[e.Object] = o
	}
	for _, ref := range order {
		next.Replace = append(next.Replace, objects[ref])
	}
	return m.With(next.Deltas(m)...), true
}

// worsens reports a change by which some call fails, loses its mTLS or becomes uncertain.
func worsens(was, is *mesh.Mesh) bool {
	everywhere := func(string) bool { return true }
	d := diff.Compare(diff.Side{Mesh: was}, diff.Side{Mesh: is}, diff.ObjectsOf(was.Inputs(), is.Inputs()), everywhere)
	return slices.ContainsFunc(d.Calls, func(c diff.CallChange) bool { return c.Effect.Worse() })
}

// edited is one object after one edit.
func edited(was resolve.Object, there bool, e *analyze.Edit) (o resolve.Object, ok bool) {
	if e.Verb == analyze.Create {
		return created(e)
	}
	if !there {
		return o, false
	}
	tree := treeOf(was.Value)
	if tree == nil || e.Apply(tree) != nil {
		return o, false
	}
	value, ok := valueOf(was.Value, tree)
	return resolve.Object{Kind: was.Kind, Value: value, Origin: was.Origin}, ok
}

// makes are the kinds that repairs add.
var makes = map[resolve.Kind]func() metav1.Object{
	resolve.KindPeerAuthentication:  func() metav1.Object { return &securityv1.PeerAuthentication{} },
	resolve.KindDestinationRule:     func() metav1.Object { return &networkingv1.DestinationRule{} },
	resolve.KindAuthorizationPolicy: func() metav1.Object { return &securityv1.AuthorizationPolicy{} },
}

func created(e *analyze.Edit) (o resolve.Object, ok bool) {
	make := makes[e.Object.Kind]
	if make == nil {
		return o, false
	}
	value := make()
	text, err := json.Marshal(e.Value)
	if err != nil || json.Unmarshal(text, value) != nil {
		return o, false
	}
	return resolve.Object{Kind: e.Object.Kind, Value: value}, true
}

// treeOf is an object as YAML has it. What makes pods is kept as its template alone.
func treeOf(value metav1.Object) map[string]any {
	c, makesPods := value.(*resolve.Controller)
	if !makesPods {
		return analyze.Tree(value)
	}
	tree := map[string]any{"metadata": any(analyze.Tree(&c.ObjectMeta))}
	at := tree
	path := c.TemplateField.Segments()
	for _, name := range path[:max(len(path)-1, 0)] {
		inner := map[string]any{}
		at[name], at = inner, inner
	}
	if len(path) == 0 {
		return nil
	}
	at[path[len(path)-1]] = any(analyze.Tree(&c.Template))
	return tree
}

// valueOf reads a tree as the type that an object has.
func valueOf(was metav1.Object, tree map[string]any) (metav1.Object, bool) {
	c, makesPods := was.(*resolve.Controller)
	if !makesPods {
		value, ok := reflect.New(reflect.TypeOf(was).Elem()).Interface().(metav1.Object)
		return value, ok && into(tree, value)
	}
	next := *c
	next.ObjectMeta, next.Template.ObjectMeta = metav1.ObjectMeta{}, metav1.ObjectMeta{}
	template := any(tree)
	for _, name := range c.TemplateField.Segments() {
		m, _ := template.(map[string]any)
		template = m[name]
	}
	return &next, into(tree["metadata"], &next.ObjectMeta) && into(template, &next.Template)
}

func into(tree, value any) bool {
	text, err := json.Marshal(tree)
	return err == nil && json.Unmarshal(text, value) == nil
}
