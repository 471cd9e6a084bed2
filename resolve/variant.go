package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// member is one pod or template, with the workload it belongs to.
type member struct {
	ref    Ref
	origin Origin
	pod    *pod
	// template is the controller of a workload without running pods; its pod is
	// made when the workload is resolved.
	template *Typed[*Controller]
	count    int // running pods it stands for, 0 for a template
	of       int
	number   int // variant, 0 when alone
	names    []string
	// addresses are those of all its pods.
	addresses []string
	// holders are the pods that have them, one for each.
	holders []PodHolder
}

// PerPodLabels differ from pod to pod of one controller and are ignored when
// pods are compared, unless some selector uses them.
var PerPodLabels = []string{
	PodTemplateHashLabel, "controller-revision-hash", "pod-template-generation", PodNameLabel,
	"apps.kubernetes.io/pod-index", "batch.kubernetes.io/controller-uid", "controller-uid", "batch.kubernetes.io/job-name",
	"job-name", "batch.kubernetes.io/job-completion-index", "rollouts-pod-template-hash",
}

// membersOf groups the pods by workload and difference, and adds the templates
// of controllers that run no pod.
func membersOf(running []Typed[*corev1.Pod], controllers []Typed[*Controller], used map[string]bool) []member {
	owner := NewOwners(controllers)
	groups := map[Ref][]*pod{}
	for _, o := range running {
		if phase := o.As.Status.Phase; phase == corev1.PodSucceeded || phase == corev1.PodFailed {
			continue
		}
		ref := owner.Top(KindPod, &o.As.ObjectMeta)
		groups[ref] = append(groups[ref], podOf(o))
	}
	list := make([]member, 0, len(groups)+len(controllers))
	for ref, pods := range groups {
		list = append(list, variants(ref, owner.origin(ref), pods, used)...)
	}
	for i := range controllers {
		o := &controllers[i]
		ref := o.Ref()
		_, running := groups[ref]
		if _, topRuns := groups[owner.Top(o.Kind, &o.As.ObjectMeta)]; running || topRuns || !owner.shows(o) {
			continue
		}
		list = append(list, member{ref: ref, origin: o.Origin, template: o})
	}
	slices.SortFunc(list, member.compare)
	return list
}

func (m member) compare(o member) int {
	if c := m.ref.Compare(o.ref); c != 0 {
		return c
	}
	return m.number - o.number
}

// variants groups pods that behave alike, the largest group first.
func variants(ref Ref, origin Origin, pods []*pod, used map[string]bool) []member {
	groups := map[string][]*pod{}
	for _, p := range pods {
		p.dropPerPodLabels(used)
		key := p.Key()
		groups[key] = append(groups[key], p)
	}
	keys := slices.Sorted(maps.Keys(groups))
	slices.SortStableFunc(keys, func(a, b string) int { return len(groups[b]) - len(groups[a]) })
	list := make([]member, len(keys))
	for i, key := range keys {
		first := groups[key][0]
		list[i] = member{ref: ref, origin: origin, pod: first, count: len(groups[key]), of: len(pods), number: i + 1}
		if origin.File == "" {
			list[i].origin = first.origin
		}
		for _, p := range groups[key] {
			list[i].names = append(list[i].names, p.name)
			list[i].addresses = append(list[i].addresses, p.addresses...)
			for range p.addresses {
				list[i].holders = append(list[i].holders, PodHolder{p.name, p.created})
			}
		}
	}
	if len(list) == 1 {
		list[0].number = 0
		if !pods[0].running {
			list[0].count, list[0].of, list[0].names = 0, 0, nil
		}
	}
	return list
}

// dropPerPodLabels leaves out labels that only tell pods apart, so that two pods
// of one template compare equal; a label that a selector uses stays.
func (p *pod) dropPerPodLabels(used map[string]bool) {
	kept := make(map[string]string, len(p.labels))
	for k, v := range p.labels {
		if used[k] || !slices.Contains(PerPodLabels, k) {
			kept[k] = v
		}
	}
	p.labels = kept
}

// Key is equal for pods that no rule of the rule book can tell apart.
func (p *pod) Key() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(p.labels)) {
		fmt.Fprintf(&b, "%q=%q,", k, p.labels[k])
	}
	for _, k := range slices.Sorted(maps.Keys(p.annotations)) {
		if strings.Contains(k, "istio.io/") {
			fmt.Fprintf(&b, "%q=%q,", k, p.annotations[k])
		}
	}
	fmt.Fprint(&b, p.hostNetwork, p.serviceAccount, p.ports, p.proxy == nil, len(p.asProxy()))
	if p.proxy != nil {
		fmt.Fprint(&b, *p.proxy)
	}
	return b.String()
}

// PodHolder is a running pod, as far as it tells whose an address is.
type PodHolder struct {
	Name    string
	Created time.Time
}
