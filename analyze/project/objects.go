package project

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Objects know what is written on the objects of the input: labels and annotations. The
// zero Objects know none.
type Objects struct{ of map[objectKey]*object }

type objectKey struct {
	cluster string
	ref     resolve.Ref
}

// object is one object, or a workload of a cluster whose pods only were read.
type object struct {
	// twice is true for one that the input defines in two places.
	twice  bool
	ref    resolve.Ref
	origin resolve.Origin
	labels []labels.Set
	notes  []annotation
}

// Add takes in objects of one cluster, or of files: "".
func (o *Objects) Add(cluster string, objects []resolve.Object) {
	if o.of == nil {
		o.of = make(map[objectKey]*object, len(objects))
	}
	for i := range objects {
		one := &objects[i]
		if metav1.GetControllerOf(one.Value) != nil {
			continue // a pod, or a ReplicaSet: what it says is its controller's template
		}
		x := &object{ref: one.Ref(), origin: one.Origin, labels: []labels.Set{one.Value.GetLabels()}}
		x.read(resolve.Path("metadata", "annotations"), one.Value.GetAnnotations())
		if c, ok := one.Value.(*resolve.Controller); ok {
			x.labels = append(x.labels, c.Template.Labels)
			x.read(resolve.Path("spec", "template", "metadata", "annotations"), c.Template.Annotations)
		}
		_, x.twice = o.of[objectKey{cluster, x.ref}]
		o.of[objectKey{cluster, x.ref}] = x
	}
}

// Origin is where an object beside that of a finding is written; false for nowhere, and for
// two places.
func (o *Objects) Origin(f *analyze.Finding, ref resolve.Ref) (resolve.Origin, bool) {
	x := o.of[objectKey{f.Cluster, ref}]
	if x == nil || x.twice {
		return resolve.Origin{}, false
	}
	return x.origin, true
}

// AddWorkloads takes in what the pods of running workloads say.
func (o *Objects) AddWorkloads(cluster string, workloads []*resolve.Workload) {
	for _, w := range workloads {
		key := objectKey{cluster, w.Ref}
		x := o.of[key]
		if x == nil {
			x = &object{ref: w.Ref, origin: w.Origin}
			x.read(resolve.Path("spec", "template", "metadata", "annotations"), w.Annotations)
			o.of[key] = x
		}
		x.labels = append(x.labels, w.Labels)
	}
}

// Match reports that the object of a finding has the labels.
func (o *Objects) Match(f *analyze.Finding, s labels.Selector) bool {
	x := o.about(f)
	if x == nil {
		return false
	}
	for _, set := range x.labels {
		if s.Matches(set) {
			return true
		}
	}
	return false
}

func (o *Objects) about(f *analyze.Finding) *object { return o.of[objectKey{f.Cluster, f.Object}] }
