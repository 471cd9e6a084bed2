package plan

import (
	"maps"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
)

// How an object is changed.
type How uint8

// The ways.
const (
	// Create: nothing of the name is there.
	Create How = iota
	// Replace: the object as a whole; fields that are not in it go.
	Replace
	// Label: labels of a workload's pods, or their proxy's configuration, which restarts them.
	Label
	// Delete: the object goes.
	Delete
	// Set: fields of an object that somebody else owns, such as the text of a ConfigMap.
	Set
	// Hand: fields of an object of which the input does not hold all, so that no file has it: a
	// person changes it where it is written.
	Hand
)

// String is the word that machines read.
func (h How) String() string {
	return [...]string{"create", "replace", "label", "delete", "set", "hand"}[h]
}

// The labels of what a plan makes or changes: which plan and wave it was, and for what
// the plan made, who may take it away again. All labels of plans begin with LabelPrefix.
const (
	PlanLabel   = resolve.PlanLabel
	WaveLabel   = resolve.WaveLabel
	LabelPrefix = "mtlsctl.io/"
	manager     = "mtlsctl"
)

// Change is one object of a wave.
type Change struct {
	How How
	// Was is the object before, zero for one that is new; Is after, zero for one that
	// goes. Neither is changed by anybody.
	Was, Is resolve.Object
	// Back is what takes the place of Was when the change is taken back, zero for Was
	// itself: pods that were never restarted since their namespace injects would get a
	// sidecar by that alone.
	Back resolve.Object
	// What says what changes, Why what for; By is the rule of the rule book behind it.
	What, Why string
}

// Ref names the object.
func (c *Change) Ref() resolve.Ref {
	if c.How == Delete {
		return c.Was.Ref()
	}
	return c.Is.Ref()
}

// Undo is the change that takes this one back.
func (c *Change) Undo() Change {
	u := Change{How: Replace, Was: c.Is, Is: c.Was, What: "as it was", Why: c.Why}
	switch c.How {
	case Create:
		u.How, u.What = Delete, "not there"
	case Delete:
		u.How = Create
	case Set, Hand:
		u.How = c.How
	case Label:
		u.How = Label
		if c.Back.Value != nil {
			u.Is = c.Back
		}
	}
	return u
}

// Undo are the changes that take a wave back, the last first.
func (w *Wave) Undo() []Change {
	out := make([]Change, 0, len(w.Changes))
	for i := range slices.Backward(w.Changes) {
		out = append(out, w.Changes[i].Undo())
	}
	return out
}

// Model is what applying the wave does to the objects of a mesh.
func (w *Wave) Model() change.Change { return modelled(w.Changes) }

// modelled is what changes do to the objects of a mesh.
func modelled(changes []Change) change.Change {
	var out change.Change
	for i := range changes {
		if c := &changes[i]; c.How == Delete {
			out.Remove = append(out.Remove, c.Ref())
		} else {
			out.Replace = append(out.Replace, clone(c.Is))
		}
	}
	return out
}

// clone is an object that may be changed: what a change of the model adapts.
func clone(o resolve.Object) resolve.Object {
	switch v := o.Value.(type) {
	case *securityv1.PeerAuthentication:
		o.Value = v.DeepCopy()
	case *networkingv1.DestinationRule:
		o.Value = v.DeepCopy()
	case *networkingv1.Sidecar:
		o.Value = v.DeepCopy()
	case *securityv1.AuthorizationPolicy:
		o.Value = v.DeepCopy()
	case *networkingv1.ServiceEntry:
		o.Value = v.DeepCopy()
	case *networkingv1.Gateway:
		o.Value = v.DeepCopy()
	case *corev1.Namespace:
		o.Value = v.DeepCopy()
	case *corev1.Service:
		o.Value = v.DeepCopy()
	case *gatewayv1.Gateway:
		o.Value = v.DeepCopy()
	case *resolve.MeshConfig:
		m := *v
		m.ObjectMeta = *v.ObjectMeta.DeepCopy()
		o.Value = &m
	case *resolve.Controller:
		c := *v
		c.ObjectMeta = *v.ObjectMeta.DeepCopy()
		c.Template.ObjectMeta = *v.Template.ObjectMeta.DeepCopy()
		o.Value = &c
	}
	return o
}

// mark gives what a change makes the labels of the plan, in place of those that an
// earlier wave gave it.
func (c *Change) mark(id, wave string) {
	if c.How == Delete {
		return
	}
	o := clone(c.Is)
	labels := maps.Clone(o.Value.GetLabels())
	if labels == nil {
		labels = map[string]string{}
	}
	labels[PlanLabel], labels[WaveLabel] = id, wave
	if c.How == Create {
		labels[resolve.ManagedByLabel] = manager
	}
	o.Value.SetLabels(labels)
	c.Is = o
}

// ours reports an object that a plan made.
func ours(o resolve.Object) bool {
	return o.Value.GetLabels()[resolve.ManagedByLabel] == manager && o.Value.GetLabels()[PlanLabel] != ""
}
