package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

func itoa(i int) string { return strconv.Itoa(i) }

// decode makes the object that r reads of n. Without a name, or when Kubernetes
// would refuse it, it is a problem instead.
func (b *Batch) decode(d Document, n *yaml.Node, way path, h Head, r reading) {
	if b.Base != nil {
		n = b.onto(d, n, r)
	}
	dec := &b.decoder
	*dec = decoder{doc: d, item: way, ref: b.ref(n, r), maps: &b.maps, judge: &b.judge, pairs: dec.pairs}
	dec.applied = b.Applied
	dec.part = b.There != nil && b.There(dec.ref)
	o := r.decode(dec, n)
	dec.names(n)
	if o != nil && !dec.refused && !r.carrier && h.Group() != snapshotGroup {
		dec.validate(n, h, o)
	}
	b.Problems = append(b.Problems, dec.problems...)
	for _, m := range dec.marks {
		b.mark(m.class, m.at, m.word)
	}
	switch {
	case dec.refused:
		b.skip("refused " + h.Kind)
	case o == nil && !slices.ContainsFunc(dec.marks, Mark.counts):
		b.skip(h.Kind)
	case o == nil:
	case !named(o):
		b.unnamed(d, n, h)
	case dec.rejected:
		b.skip("refused " + h.Kind)
		made, _ := b.place(d, n, dec, r, o)
		made.Refused = dec.refusal
		b.Rejected = append(b.Rejected, made)
	default:
		b.emit(d, n, dec, r, o)
	}
}

func (b *Batch) ref(n *yaml.Node, r reading) resolve.Ref {
	ref := resolve.Ref{Kind: r.kind, Name: Scalar(n, "metadata", "name")}
	if !r.cluster {
		ref.Namespace = cmp.Or(Scalar(n, "metadata", "namespace"), b.Namespace)
	}
	return ref
}

// named reports whether o has a name, giving it its generateName for want of one.
func named(o metav1.Object) bool {
	if o.GetName() == "" {
		o.SetName(o.GetGenerateName())
	}
	return o.GetName() != ""
}

func (b *Batch) unnamed(d Document, n *yaml.Node, h Head) {
	b.skip("nameless " + h.Kind)
	b.Nameless = append(b.Nameless, resolve.Problem{
		Position: d.at(n), Message: fmt.Sprintf("%s without metadata.name is not read", h.Kind),
		Hint: "Kubernetes rejects it; add a name",
	})
}

func (b *Batch) emit(d Document, n *yaml.Node, dec *decoder, r reading, o metav1.Object) {
	if s, ok := o.(*SnapshotOf); ok {
		if d.item != nil || len(dec.item) > 0 || b.Head == 0 || d.Line != b.Head {
			b.AmongOthers(d)
			return
		}
		s.File, b.Cluster = d.file, s
		return
	}
	made, unplaced := b.place(d, n, dec, r, o)
	if unplaced {
		b.Defaulted++
	}
	if b.Holds && merges(made.Kind) {
		b.hold(n, made.Ref())
	}
	b.Objects = append(b.Objects, made)
}

// place is the object where it belongs; unplaced is true when its text does not say.
func (b *Batch) place(d Document, n *yaml.Node, dec *decoder, r reading, o metav1.Object) (placed resolve.Object, unplaced bool) {
	unplaced = !r.cluster && o.GetNamespace() == ""
	switch {
	case r.cluster:
		o.SetNamespace("")
	case unplaced:
		o.SetNamespace(b.Namespace)
	}
	unplaced = unplaced && !b.Placed
	switch o.(type) { // in a ConfigMap too
	case *config.Injector:
		r.kind = resolve.KindInjector
	case *config.NodeAgent:
		r.kind = resolve.KindNodeAgent
	case *pod.ConfigMap:
		r.kind = resolve.KindConfigMap
	case *resolve.Installation:
		r.kind = resolve.KindInstallation
	}
	if d.file == "" {
		return resolve.Object{Kind: r.kind, Value: o}, unplaced
	}
	var where resolve.Lines = newLines(d, dec.item)
	if len(dec.layers) > 0 {
		where = append(layered(dec.layers), newLines(d, dec.item))
	}
	return resolve.Object{
		Kind: r.kind, Value: o, Origin: resolve.Origin{File: d.file, First: d.lineOf(n), Lines: where, Unplaced: unplaced},
	}, unplaced
}
