package source

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
func (d *decoder) validate(n *yaml.Node, h head, o metav1.Object) {
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

func (d *decoder) reasons(n *yaml.Node, h head, o metav1.Object) []validation.Violation {
	meta := validation.Meta{Name: o.GetName(), Namespace: cmp.Or(o.GetNamespace(), d.ref.Namespace), Labels: o.GetLabels(), Annotations: o.GetAnnotations()}
	list := d.judge.Names(h.kind, meta)
	if !validation.Judges(h.apiVersion, h.kind) {
		return list
	}
	body := n
	if d.irregular {
		body = regular(n)
	}
	if list = append(list, d.judge.Schema(h.apiVersion, h.kind, jsonOf(body))...); len(list) > 0 {
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
	n = follow(descend(n, f.Segments()))
	return n != nil && n.Kind == yaml.ScalarNode &&
		slices.ContainsFunc(unfilled, func(begin string) bool { return strings.Contains(n.Value, begin) })
}

// show keeps rejected objects of the kinds that can be shown as such, unless another
// document defines the same object: that one stands then.
func (in *Input) show(batches []*batch) {
	var defined map[resolve.Ref]bool
	snapshots := map[string]bool{}
	for _, b := range batches {
		if b.cluster != nil {
			snapshots[b.cluster.file] = true
		}
	}
	for _, b := range batches {
		for _, o := range b.rejected {
			if snapshots[o.Origin.File] || o.Kind != resolve.KindPeerAuthentication && o.Kind != resolve.KindAuthorizationPolicy {
				continue
			}
			if defined == nil {
				defined = make(map[resolve.Ref]bool, len(in.Objects))
				for _, o := range in.Objects {
					defined[o.Ref()] = true
				}
			}
			if defined[o.Ref()] {
				continue
			}
			defined[o.Ref()] = true
			in.Objects = append(in.Objects, o)
			in.Stats.Objects[o.Kind]++
			if word := "refused " + string(o.Kind); in.Stats.Skipped[word] > 1 {
				in.Stats.Skipped[word]--
			} else {
				delete(in.Stats.Skipped, word)
			}
		}
	}
}

// accept lets the rejected objects of a snapshot count: its cluster holds them.
func (in *Input) accept(batches []*batch, file string) {
	for _, b := range batches {
		for _, o := range b.rejected {
			if o.Origin.File == file {
				o.Refused = nil
				in.Objects = append(in.Objects, o)
				in.Stats.Objects[o.Kind]++
			}
		}
	}
	for i, p := range in.Problems {
		if p.Position.File == file && p.Cause != "" {
			in.Problems[i].Message = strings.Replace(p.Message, refuses, wouldRefuse, 1)
			in.Problems[i].Hint, in.Problems[i].Harmless = correctIt, true
		}
	}
}
