package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// validate says why a cluster with Istio would not take what was decoded as o. Of a
// file such an object is not applied; what an API server holds was taken once, by
// another version or without the webhook, and istiod applies it: it is told, and
// counts. A value that something fills in later is not judged.
func (d *decoder) validate(n *yaml.Node, h Head, o metav1.Object) {
	reasons := slices.DeleteFunc(d.reasons(n, h, o), func(v validation.Violation) bool { return isUnfilled(n, v.Field) })
	if len(reasons) == 0 {
		return
	}
	first := reasons[0]
	message := first.Message
	if at := valuesAt(n, d.ref.Kind, first.Field); len(at) > 0 {
		message, first.Hint = unquoted(message, at), ""
	}
	if len(reasons) > 1 {
		message += fmt.Sprintf(" (and %s)", counted(len(reasons)-1, "more reason", "more reasons"))
	}
	p := resolve.Problem{Position: d.fieldAt(n, first.Field), Ref: d.ref, Field: first.Field, Cause: string(first.Cause)}
	if d.applied || d.doc.file == "" {
		p.Message = message + "; " + first.By + wouldRefuse
		p.Hint, p.Harmless = correctIt, true
	} else {
		d.rejected, d.refusal = true, &resolve.Refusal{Field: first.Field, Why: message}
		p.Message, p.Hint = message+"; "+first.By+refuses, first.Hint
		p.Harmless = d.spec != nil && !bears(d.spec.ProtoReflect().Descriptor().FullName(), "")
	}
	d.problems = append(d.problems, p)
}

const (
	refuses     = " refuses the object, so it is not applied"
	wouldRefuse = " would refuse the object now, but it is in the cluster, so it counts"
	correctIt   = "correct the object: its next change would be refused"
)

func (d *decoder) reasons(n *yaml.Node, h Head, o metav1.Object) []validation.Violation {
	meta := validation.Meta{Name: o.GetName(), Namespace: cmp.Or(o.GetNamespace(), d.ref.Namespace), Labels: o.GetLabels(), Annotations: o.GetAnnotations()}
	list := d.judge.Names(h.Kind, meta)
	if !validation.Judges(h.APIVersion, h.Kind) {
		return list
	}
	body := n
	if d.irregular {
		body = regular(n)
	}
	if list = append(list, d.judge.Schema(h.APIVersion, h.Kind, jsonOf(body))...); len(list) > 0 {
		return list
	}
	return d.judge.Webhook(meta, d.spec)
}

// fieldAt is the place of a field, or of the nearest above it that is written.
func (d *decoder) fieldAt(n *yaml.Node, f resolve.Field) resolve.Position {
	if d.doc.file == "" {
		return resolve.Position{}
	}
	find := finder{doc: d.doc}
	for ; f != ""; f = f.Parent() {
		if line := find.line(n, f); line > 0 {
			return resolve.Position{File: d.doc.file, Line: line}
		}
	}
	return d.doc.at(n)
}

// unfilled are beginnings of what something else replaces before the text is applied.
var unfilled = []string{"${", "$(", "{{"}

// isUnfilled reports a field whose value something else fills in before it is applied,
// so that nobody can say what it will be.
func isUnfilled(n *yaml.Node, f resolve.Field) bool {
	n = Follow(descend(n, f.Segments()))
	return n != nil && n.Kind == yaml.ScalarNode &&
		slices.ContainsFunc(unfilled, func(begin string) bool { return strings.Contains(n.Value, begin) })
}

// Taken is what is told of an object that would be refused and is in a cluster all the same.
func Taken(p resolve.Problem) resolve.Problem {
	p.Message = strings.Replace(p.Message, refuses, wouldRefuse, 1)
	p.Hint, p.Harmless = correctIt, true
	return p
}
