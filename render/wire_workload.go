package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// newWorkloadList groups lines by workload, in the order of first appearance.
func newWorkloadList(scope Scope, lines []Line) WorkloadList {
	index := make(map[*resolve.Workload]int, len(lines)/2)
	items := make([]WorkloadItem, 0, len(lines)/2)
	for _, l := range lines {
		i, seen := index[l.Workload]
		if !seen {
			i = len(items)
			index[l.Workload] = i
			items = append(items, newWorkloadItem(l.Workload))
		}
		if l.Port != nil {
			items[i].Ports = append(items[i].Ports, newPortItem(l.Port))
		}
	}
	return WorkloadList{APIVersion, "WorkloadList", scope.filled(), totalsOf(lines), items}
}

func newWorkloadItem(w *resolve.Workload) WorkloadItem {
	labels := w.Labels
	if labels == nil {
		labels = map[string]string{}
	}
	return WorkloadItem{
		Namespace: w.Ref.Namespace, Name: w.Ref.Name, Kind: string(w.Ref.Kind), Cluster: w.Cluster,
		Variant: w.Variant, Pods: w.Pods, PodsOf: w.PodsOf,
		Labels: labels, ServiceAccount: w.ServiceAccount, Revision: w.Membership.Revision,
		Dataplane: w.Membership.Dataplane.String(), DataplaneReason: words.Because(w.Membership.Why), DataplaneCause: string(w.Membership.Why.Cause),
		DefaultMode: w.Default.Mode.String(), DefaultModeIfMeshed: modeIfMeshed(&w.Default),
		DefaultDecision: newDecision(&w.Default),
		Ports:           make([]PortItem, 0, len(w.Ports)),
		Chain:           newChain(w.Chain.Steps),
	}
}

func newPortItem(p *resolve.Port) PortItem {
	services := make([]ServicePort, 0, len(p.Services))
	for _, s := range p.Services {
		services = append(services, ServicePort{s.Namespace, s.Name, s.Port})
	}
	slices.SortFunc(services, compareServicePorts)
	return PortItem{
		Port: p.Number, Name: p.Name, Protocol: string(p.Protocol), Services: services,
		Mode: p.Decision.Mode.String(), ModeIfMeshed: modeIfMeshed(&p.Decision),
		Listener: p.Listener, Decision: newDecision(&p.Decision),
	}
}

func newDecision(d *resolve.Decision) Decision {
	shadowed := make([]Shadow, 0, len(d.Shadowed))
	for _, s := range d.Shadowed {
		shadowed = append(shadowed, Shadow{refOf(s.By), string(s.Field), s.Mode.String(), positionOf(s.Position()), words.Because(s.Why), string(s.Why.Cause)})
	}
	return Decision{d.Scope.String(), refOf(d.By), string(d.Field), positionOf(d.Position()), words.Because(d.Why), string(d.Why.Cause), shadowed}
}

func newChain(steps []resolve.Step) []Step {
	chain := make([]Step, 0, len(steps))
	for _, s := range steps {
		chain = append(chain, Step{s.Scope.String(), refOf(s.By), s.Mode.String(), newPortModes(s.Ports), positionOf(s.Position()), s.Applies, words.Because(s.Why), string(s.Why.Cause)})
	}
	return chain
}

func newPortModes(ports []resolve.PortMode) []PortMode {
	list := make([]PortMode, 0, len(ports))
	for _, p := range ports {
		list = append(list, PortMode{p.Port, p.Mode.String()})
	}
	return list
}
