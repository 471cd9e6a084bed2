package resolve

import (
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// cronJobName is how a CronJob names its Jobs: its own name, a hyphen and the
// scheduled minute.
var cronJobName = regexp.MustCompile(`^(.+)-\d{8,10}$`)

// Owners finds the controller that a person would name for a pod.
type Owners struct{ controllers map[Ref]*Typed[*Controller] }

// NewOwners knows the controllers of the input.
func NewOwners(controllers []Typed[*Controller]) Owners {
	o := Owners{make(map[Ref]*Typed[*Controller], len(controllers))}
	for i := range controllers {
		o.controllers[controllers[i].Ref()] = &controllers[i]
	}
	return o
}

// origin is where a controller was read, zero for one that is not in the input.
func (o Owners) origin(ref Ref) Origin {
	if c := o.controllers[ref]; c != nil {
		return c.Origin
	}
	return Origin{}
}

// Top climbs from an object to the topmost controller: Pod -> ReplicaSet ->
// Deployment. Where a step is not in the input, the names tell, as in Istio.
func (o Owners) Top(kind Kind, meta *metav1.ObjectMeta) Ref {
	self := Ref{kind, meta.Namespace, meta.Name}
	owner := metav1.GetControllerOf(meta)
	if owner == nil {
		return self
	}
	up := Ref{ownerKind(owner), meta.Namespace, owner.Name}
	if kind != KindPod && !up.Kind.MakesPods() {
		return self // a custom resource, which an operator acts on: people name what makes the pods
	}
	if c, ok := o.controllers[up]; ok {
		return o.Top(up.Kind, &c.As.ObjectMeta)
	}
	if hash := meta.Labels[PodTemplateHashLabel]; up.Kind == KindReplicaSet && hash != "" && strings.HasSuffix(up.Name, "-"+hash) {
		up.Kind, up.Name = o.maker(up.Namespace, strings.TrimSuffix(up.Name, "-"+hash))
	}
	if m := cronJobName.FindStringSubmatch(up.Name); up.Kind == KindJob && m != nil {
		up.Kind, up.Name = KindCronJob, m[1]
	}
	return up
}

// maker is the kind that made a hashed ReplicaSet: a Rollout if one of that name
// is known, else a Deployment.
func (o Owners) maker(namespace, name string) (Kind, string) {
	if _, ok := o.controllers[Ref{KindRollout, namespace, name}]; ok {
		return KindRollout, name
	}
	return KindDeployment, name
}

// shows reports whether a controller without pods is a workload of its own: what another
// one of the input made is that one's, and a ReplicaSet scaled to nothing an old revision.
func (o Owners) shows(c *Typed[*Controller]) bool {
	top := o.Top(c.Kind, &c.As.ObjectMeta)
	if top == c.Ref() {
		return true
	}
	idle := c.As.Replicas != nil && *c.As.Replicas == 0
	return o.controllers[top] == nil && !idle
}

// ownerKind maps an owner reference to a Kind; an unknown kind stays by its word.
func ownerKind(owner *metav1.OwnerReference) Kind {
	if owner.Kind == "Service" && strings.HasPrefix(owner.APIVersion, "serving.knative.dev/") {
		return KindKnativeService
	}
	return Kind(owner.Kind)
}
