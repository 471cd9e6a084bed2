package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Member is one pod or template, with the workload it belongs to.
type Member struct {
	Ref    Ref
	Origin Origin
	Pod    *Pod
	// Template is the controller of a workload without running pods; its pod is
	// made when the workload is resolved.
	Template *Typed[*Controller]
	Count    int // running pods it stands for, 0 for a template
	Of       int
	Number   int // variant, 0 when alone
	Names    []string
	// Addresses are those of all its pods.
	Addresses []string
	// Holders are the pods that have them, one for each.
	Holders []PodHolder
}

// PerPodLabels differ from pod to pod of one controller and are ignored when
// pods are compared, unless some selector uses them.
var PerPodLabels = []string{
	PodTemplateHashLabel, "controller-revision-hash", "pod-template-generation", PodNameLabel,
	"apps.kubernetes.io/pod-index", "batch.kubernetes.io/controller-uid", "controller-uid", "batch.kubernetes.io/job-name",
	"job-name", "batch.kubernetes.io/job-completion-index", "rollouts-pod-template-hash",
}

// MembersOf groups the pods by workload and difference, and adds the templates
// of controllers that run no pod.
func MembersOf(running []Typed[*corev1.Pod], controllers []Typed[*Controller], used map[string]bool) []Member {
	owner := NewOwners(controllers)
	groups := map[Ref][]*Pod{}
	for _, o := range running {
		if phase := o.As.Status.Phase; phase == corev1.PodSucceeded || phase == corev1.PodFailed {
			continue
		}
		ref := owner.Top(KindPod, &o.As.ObjectMeta)
		groups[ref] = append(groups[ref], PodOf(o))
	}
	list := make([]Member, 0, len(groups)+len(controllers))
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
		list = append(list, Member{Ref: ref, Origin: o.Origin, Template: o})
	}
	slices.SortFunc(list, Member.compare)
	return list
}

func (m Member) compare(o Member) int {
	if c := m.Ref.Compare(o.Ref); c != 0 {
		return c
	}
	return m.Number - o.Number
}

// variants groups pods that behave alike, the largest group first.
func variants(ref Ref, origin Origin, pods []*Pod, used map[string]bool) []Member {
	groups := map[string][]*Pod{}
	for _, p := range pods {
		p.dropPerPodLabels(used)
		key := p.Key()
		groups[key] = append(groups[key], p)
	}
	keys := slices.Sorted(maps.Keys(groups))
	slices.SortStableFunc(keys, func(a, b string) int { return len(groups[b]) - len(groups[a]) })
	list := make([]Member, len(keys))
	for i, key := range keys {
		first := groups[key][0]
		list[i] = Member{Ref: ref, Origin: origin, Pod: first, Count: len(groups[key]), Of: len(pods), Number: i + 1}
		if origin.File == "" {
			list[i].Origin = first.Origin
		}
		for _, p := range groups[key] {
			list[i].Names = append(list[i].Names, p.name)
			list[i].Addresses = append(list[i].Addresses, p.addresses...)
			for range p.addresses {
				list[i].Holders = append(list[i].Holders, PodHolder{p.name, p.created})
			}
		}
	}
	if len(list) == 1 {
		list[0].Number = 0
		if !pods[0].running {
			list[0].Count, list[0].Of, list[0].Names = 0, 0, nil
		}
	}
	return list
}

// dropPerPodLabels leaves out labels that only tell pods apart, so that two pods
// of one template compare equal; a label that a selector uses stays.
func (p *Pod) dropPerPodLabels(used map[string]bool) {
	kept := make(map[string]string, len(p.Labels))
	for k, v := range p.Labels {
		if used[k] || !slices.Contains(PerPodLabels, k) {
			kept[k] = v
		}
	}
	p.Labels = kept
}

// Key is equal for pods that no rule of the rule book can tell apart.
func (p *Pod) Key() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(p.Labels)) {
		fmt.Fprintf(&b, "%q=%q,", k, p.Labels[k])
	}
	for _, k := range slices.Sorted(maps.Keys(p.Annotations)) {
		if strings.Contains(k, "istio.io/") {
			fmt.Fprintf(&b, "%q=%q,", k, p.Annotations[k])
		}
	}
	fmt.Fprint(&b, p.HostNetwork, p.ServiceAccount, p.Ports, p.proxy == nil, len(p.AsProxy()))
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
