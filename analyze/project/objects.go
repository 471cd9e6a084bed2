package project

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Objects know what is written on the objects of the input: labels and annotations. The
// zero Objects know none.
type Objects struct {
	of  map[objectKey]int32 // where in all
	all []object
	// trusted are the objects whose annotations count, nil where all do: see Trust.
	trusted *Objects
}

type objectKey struct {
	cluster string
	ref     resolve.Ref
}

// object is one object, or a workload of a cluster whose pods only were read. There are as
// many as objects in the input, and few ever say more than their labels.
type object struct {
	origin resolve.Origin
	// own are its labels, template those of the pods that it makes.
	own, template map[string]string
	// extras is nil for most.
	extras *extras
	// read is true for what was read, not made up of running pods; makes is true for what
	// has a template.
	read, makes bool
	// twice is true for one that the input defines in two places.
	twice bool
}

// extras are what an object has besides: annotations, and other labels of its pods.
type extras struct {
	notes []annotation
	pods  []labels.Set
}

func (x *object) also() *extras {
	if x.extras == nil {
		x.extras = &extras{}
	}
	return x.extras
}

// notes are its annotations.
func (x *object) notes() []annotation {
	if x.extras == nil {
		return nil
	}
	return x.extras.notes
}

// Add takes in objects of one cluster, or of files: "".
func (o *Objects) Add(cluster string, objects []resolve.Object) {
	if o.of == nil {
		o.of = make(map[objectKey]int32, len(objects))
		o.all = make([]object, 0, len(objects))
	}
	for i := range objects {
		one := &objects[i]
		if metav1.GetControllerOf(one.Value) != nil {
			continue // a pod, or a ReplicaSet: what it says is its controller's template
		}
		x := object{origin: one.Origin, own: one.Value.GetLabels(), read: true}
		x.annotated(resolve.Path("metadata", "annotations"), one.Value.GetAnnotations())
		if c, ok := one.Value.(*resolve.Controller); ok {
			x.template, x.makes = c.Template.Labels, true
			x.annotated(resolve.Path("spec", "template", "metadata", "annotations"), c.Template.Annotations)
		}
		o.put(objectKey{cluster, one.Ref()}, x)
	}
}

func (o *Objects) put(key objectKey, x object) {
	if i, again := o.of[key]; again {
		x.twice = true
		o.all[i] = x
		return
	}
	o.of[key] = int32(len(o.all))
	o.all = append(o.all, x)
}

func (o *Objects) find(cluster string, ref resolve.Ref) *object {
	i, known := o.of[objectKey{cluster, ref}]
	if !known {
		return nil
	}
	return &o.all[i]
}

// Origin is where an object beside that of a finding is written; false for nowhere, and for
// two places.
func (o *Objects) Origin(f *analyze.Finding, ref resolve.Ref) (resolve.Origin, bool) {
	x := o.find(f.Cluster, ref)
	if x == nil || x.twice {
		return resolve.Origin{}, false
	}
	return x.origin, true
}

// AddWorkloads takes in what the pods of running workloads say.
func (o *Objects) AddWorkloads(cluster string, workloads []*inbound.Workload) {
	for _, w := range workloads {
		x := o.find(cluster, w.Ref)
		if x == nil {
			added := object{origin: w.Origin}
			added.annotated(resolve.Path("spec", "template", "metadata", "annotations"), w.Annotations)
			o.put(objectKey{cluster, w.Ref}, added)
			x = o.find(cluster, w.Ref)
		}
		if !x.makes || !maps.Equal(x.template, w.Labels) {
			x.also().pods = append(x.also().pods, w.Labels)
		}
	}
}

// Match reports that the object of a finding has the labels.
func (o *Objects) Match(f *analyze.Finding, s labels.Selector) bool {
	x := o.about(f)
	if x == nil {
		return false
	}
	if x.read && s.Matches(labels.Set(x.own)) || x.makes && s.Matches(labels.Set(x.template)) {
		return true
	}
	return x.extras != nil && slices.ContainsFunc(x.extras.pods, func(set labels.Set) bool { return s.Matches(set) })
}

func (o *Objects) about(f *analyze.Finding) *object { return o.find(f.Cluster, f.Object) }
