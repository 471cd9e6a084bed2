package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// modeIfMeshed is "" where the question does not arise.
func modeIfMeshed(d *resolve.Decision) string {
	if d.IfMeshed == resolve.Unset {
		return ""
	}
	return d.IfMeshed.String()
}

// newWorkloadList groups lines by workload, in the order of first appearance.
func newWorkloadList(scope wire.Scope, lines []Line) wire.WorkloadList {
	index := make(map[*inbound.Workload]int, len(lines)/2)
	items := make([]wire.WorkloadItem, 0, len(lines)/2)
	for _, l := range lines {
		i, seen := index[l.Workload]
		if !seen {
			i = len(items)
			index[l.Workload] = i
			items = append(items, newWorkloadItem(l.Workload))
		}
		switch {
		case l.Port != nil:
			items[i].Ports = append(items[i].Ports, newPortItem(l.Port))
		case l.stands():
			items[i].AnyOther = "shown"
		default:
			items[i].AnyOther = "wide"
		}
	}
	list := wire.WorkloadList{
		APIVersion: wire.APIVersion, Kind: "WorkloadList", Whole: true, Scope: filled(scope), Totals: totalsOf(lines),
		Notes: []string{}, Items: items, Order: []wire.LineItem{}, Targets: []wire.DescribedTarget{},
	}
	if !grouped(lines) {
		list.Order = placesOf(lines).of(lines)
	}
	return list
}

// places are where lines stand in a list that was made of them.
type places map[Line]wire.LineItem

func placesOf(lines []Line) places {
	items, ports, all := map[*inbound.Workload]int{}, map[*inbound.Workload]int{}, make(places, len(lines))
	for _, l := range lines {
		if items[l.Workload] == 0 {
			items[l.Workload] = len(items) + 1
		}
		place := wire.LineItem{Item: items[l.Workload]}
		if l.Port != nil {
			ports[l.Workload]++
			place.Port = ports[l.Workload]
		}
		all[l] = place
	}
	return all
}

// of names some of the lines.
func (p places) of(lines []Line) []wire.LineItem {
	out := make([]wire.LineItem, 0, len(lines))
	for _, l := range lines {
		out = append(out, p[l])
	}
	return out
}

// grouped reports that the lines of each workload stand together, the one of the ports that
// nothing names last: as a list of workloads has them.
func grouped(lines []Line) bool {
	seen := map[*inbound.Workload]bool{}
	for i, l := range lines {
		next := i == 0 || lines[i-1].Workload != l.Workload
		if next && seen[l.Workload] || !next && lines[i-1].Port == nil {
			return false
		}
		if next {
			seen[l.Workload] = true
		}
	}
	return true
}

func newWorkloadItem(w *inbound.Workload) wire.WorkloadItem {
	labels := w.Labels
	if labels == nil {
		labels = map[string]string{}
	}
	return wire.WorkloadItem{
		Namespace: w.Ref.Namespace, Name: w.Ref.Name, Kind: string(w.Ref.Kind), Cluster: w.Cluster,
		Variant: w.Variant, Pods: w.Pods, PodsOf: w.PodsOf,
		Labels: labels, ServiceAccount: w.ServiceAccount, Revision: w.Membership.Revision,
		Dataplane: w.Membership.Dataplane.String(), DataplaneReason: words.Because(w.Membership.Why), DataplaneCause: string(w.Membership.Why.Cause),
		DefaultMode: w.Default.Mode.String(), DefaultModeIfMeshed: modeIfMeshed(&w.Default),
		DefaultDecision: newDecision(&w.Default), AnyOther: "hidden",
		Ports: make([]wire.PortItem, 0, len(w.Ports)),
		Chain: newChain(w.Chain.Steps),
	}
}

func newPortItem(p *inbound.Port) wire.PortItem {
	return wire.PortItem{
		Port: p.Number, Name: p.Name, Protocol: string(p.Protocol), Services: newServices(p),
		Mode: p.Decision.Mode.String(), ModeIfMeshed: modeIfMeshed(&p.Decision),
		Listener: p.Listener, Decision: newDecision(&p.Decision),
	}
}

// newServices are the Service ports that lead to a port, sorted.
func newServices(p *inbound.Port) []wire.ServicePort {
	services := make([]wire.ServicePort, 0, len(p.Services))
	for _, s := range p.Services {
		services = append(services, wire.ServicePort{Namespace: s.Namespace, Name: s.Name, Port: s.Port})
	}
	slices.SortFunc(services, compareServicePorts)
	return services
}

// briefOf is the reason in a few words where no object says enough.
func briefOf(d *resolve.Decision) string {
	if byObject(d) && !otherInAmbient(d.Why.Cause) {
		return ""
	}
	return words.Brief(d.Why)
}

func newDecision(d *resolve.Decision) wire.Decision {
	shadowed := make([]wire.Shadow, 0, len(d.Shadowed))
	for _, s := range d.Shadowed {
		shadowed = append(shadowed, wire.Shadow{By: refOf(s.By), Field: string(s.Field), Mode: s.Mode.String(), Position: positionOf(s.Position()), Because: words.Because(s.Why), Cause: string(s.Why.Cause)})
	}
	return wire.Decision{Scope: d.Scope.String(), By: refOf(d.By), Field: string(d.Field), Position: positionOf(d.Position()), Because: words.Because(d.Why), Brief: briefOf(d), Cause: string(d.Why.Cause), Shadowed: shadowed}
}

func newChain(steps []inbound.Step) []wire.Step {
	chain := make([]wire.Step, 0, len(steps))
	for _, s := range steps {
		chain = append(chain, wire.Step{Scope: s.Scope.String(), By: refOf(s.By), Mode: s.Mode.String(), Ports: newPortModes(s.Ports), Position: positionOf(s.Position()), Applies: s.Applies, Because: words.Because(s.Why), Cause: string(s.Why.Cause)})
	}
	return chain
}

func newPortModes(ports []inbound.PortMode) []wire.PortMode {
	list := make([]wire.PortMode, 0, len(ports))
	for _, p := range ports {
		list = append(list, wire.PortMode{Port: p.Port, Mode: p.Mode.String()})
	}
	return list
}
