package plan

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// preferred are labels that tell workloads apart, the most telling first.
var preferred = []string{resolve.NameLabel, "app", "k8s-app", "name", resolve.InstanceLabel, resolve.ComponentLabel, "component", "service", "tier", "version"}

// passing are labels of pods that a rollout, or the plan, changes.
func passing(key string) bool {
	switch key {
	case resolve.PodTemplateHashLabel, "controller-revision-hash", "pod-template-generation", "rollouts-pod-template-hash", resolve.PodNameLabel, "deployment":
		return true
	}
	return strings.HasSuffix(key, "istio.io/inject") || key == resolve.RevisionLabel || strings.HasSuffix(key, ".istio.io/rev") || strings.HasPrefix(key, "security.istio.io/") ||
		strings.HasPrefix(key, "service.istio.io/") || strings.HasPrefix(key, "topology.") || strings.HasPrefix(key, "helm.sh/") || key == resolve.VersionLabel
}

// selector picks the pods of a unit, all of them and no others of its namespace; nil
// where no labels do.
func (s *state) selector(u *unit) map[string]string {
	common := map[string]string{}
	for k, v := range u.variants[0].Labels {
		if !passing(k) && !strings.Contains(k, "*") && !strings.Contains(v, "*") && v != "" && slices.IndexFunc(u.variants, func(w *inbound.Workload) bool { return w.Labels[k] != v }) < 0 {
			common[k] = v
		}
	}
	keys := make([]string, 0, len(common))
	for k := range common {
		keys = append(keys, k)
	}
	rank := func(k string) int {
		if i := slices.Index(preferred, k); i >= 0 {
			return i
		}
		return len(preferred)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	selector := map[string]string{}
	for _, k := range keys {
		if one := map[string]string{k: common[k]}; s.picksOnly(one, u) {
			return one
		}
	}
	for _, k := range keys {
		selector[k] = common[k]
		if s.picksOnly(selector, u) {
			return selector
		}
	}
	return nil
}

func (s *state) picksOnly(selector map[string]string, u *unit) bool {
	for _, w := range s.neighbours(u.ref.Namespace) {
		if w.Ref == u.ref || machines[w.Ref.Kind] && machines[u.ref.Kind] && w.Ref.Kind != u.ref.Kind {
			continue // a WorkloadGroup is what its WorkloadEntries are made of
		}
		if picks(selector, w.Labels) {
			return false
		}
	}
	return true
}

var machines = map[resolve.Kind]bool{resolve.KindWorkloadEntry: true, resolve.KindWorkloadGroup: true}

// picks reports labels that a selector selects.
func picks(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return true
}

// neighbours are the workloads of a namespace.
func (s *state) neighbours(namespace string) []*inbound.Workload {
	all := s.mesh.Workloads()
	from, _ := slices.BinarySearchFunc(all, namespace, func(w *inbound.Workload, ns string) int { return strings.Compare(w.Ref.Namespace, ns) })
	to := from
	for to < len(all) && all[to].Ref.Namespace == namespace {
		to++
	}
	return all[from:to]
}
