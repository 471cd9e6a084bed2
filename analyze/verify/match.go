package verify

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// find is the workload of an Envoy: by its pod, else by the owner that its node names, else by
// how controllers name pods. A pod whose namespace the dump does not show has it from the only pod
// of that name.
func (v *verifier) find(e *proxy.Envoy) *inbound.Workload {
	if e.Pod.Namespace == "" {
		var only *proxy.Pod
		for p := range v.pods {
			if p.Name == e.Pod.Name {
				if only != nil {
					return nil
				}
				only = &p
			}
		}
		if only == nil {
			return nil
		}
		e.Pod = *only
	}
	if w := v.pods[e.Pod]; w != nil {
		return w
	}
	if list := v.mesh.Variants(e.Node.Workload); !e.Node.Workload.IsZero() && len(list) > 0 {
		return likest(list, e.Labels)
	}
	return v.byName(e)
}

// likest is the variant whose labels a pod has, the first where none fits.
func likest(list []*inbound.Workload, labels map[string]string) *inbound.Workload {
	for _, w := range list {
		if len(labels) > 0 && resolve.Selects(w.Labels, labels) {
			return w
		}
	}
	return list[0]
}

// suffixes is how many parts controllers append to their own name for a pod.
var suffixes = map[resolve.Kind]int{
	resolve.KindDeployment: 2, resolve.KindRollout: 2, resolve.KindStatefulSet: 1, resolve.KindDaemonSet: 1, resolve.KindReplicaSet: 1,
	resolve.KindReplicationController: 1, resolve.KindJob: 1, resolve.KindCronJob: 2, resolve.KindDeploymentConfig: 2,
}

// byName is the only workload whose pods would have such a name.
func (v *verifier) byName(e *proxy.Envoy) *inbound.Workload {
	var found []*inbound.Workload
	for _, w := range v.mesh.Workloads() {
		if w.Ref.Namespace == e.Pod.Namespace && named(w.Ref, e.Pod.Name) {
			found = append(found, w)
		}
	}
	if len(found) == 0 || slices.ContainsFunc(found, func(w *inbound.Workload) bool { return w.Ref != found[0].Ref }) {
		return nil
	}
	return likest(found, e.Labels)
}

func named(ref resolve.Ref, pod string) bool {
	rest, ok := strings.CutPrefix(pod, ref.Name+"-")
	return ok && suffixes[ref.Kind] > 0 && rest != "" && strings.Count(rest, "-") == suffixes[ref.Kind]-1
}
