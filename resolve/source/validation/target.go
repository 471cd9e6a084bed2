package validation

import (
	"fmt"
	"slices"

	typeapi "istio.io/api/type/v1beta1"
)

// targets are what a policy can be attached to, as group/kind.
var targets = []string{"/Service", "core/Service", "networking.istio.io/ServiceEntry", "gateway.networking.k8s.io/Gateway", "gateway.networking.k8s.io/GatewayClass"}

// attached checks what a policy selects or is attached to.
func (r *report) attached(selector *typeapi.WorkloadSelector, ref *typeapi.PolicyTargetReference, refs []*typeapi.PolicyTargetReference, at *place) {
	set := 0
	for _, is := range []bool{selector != nil, ref != nil, len(refs) > 0} {
		if is {
			set++
		}
	}
	if set > 1 {
		r.add(CauseSelector, at, "only one of selector, targetRef, targetRefs can be set")
	}
	r.selector(selector.GetMatchLabels(), at.child("selector").child("matchLabels"))
	r.target(ref, at.child("targetRef"))
	for i, t := range refs {
		r.target(t, at.child("targetRefs").at(i))
	}
}

func (r *report) target(t *typeapi.PolicyTargetReference, at *place) {
	if t == nil {
		return
	}
	if t.Name == "" {
		r.add(CauseSelector, at, "the target needs a name")
	}
	if t.Namespace != "" {
		r.add(CauseSelector, at.child("namespace"), "a target in another namespace is not supported")
	}
	if !slices.Contains(targets, t.Group+"/"+t.Kind) {
		r.add(CauseSelector, at, fmt.Sprintf("%s/%s cannot be a target: Service, ServiceEntry, Gateway and GatewayClass can", t.Group, t.Kind))
	}
}
