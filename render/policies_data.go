package render

import (
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Data implements View: a PolicyList.
func (v Policies) Data() any {
	list := wire.PolicyList{APIVersion: wire.APIVersion, Kind: "PolicyList", Whole: true, Scope: filled(v.Scope), Items: make([]wire.PolicyItem, 0, len(v.Policies))}
	for _, p := range v.Policies {
		list.Items = append(list.Items, newPolicyItem(p, v.Lines))
	}
	return list
}

func newPolicyItem(p *resolve.PeerAuthentication, lines []Line) wire.PolicyItem {
	item := wire.PolicyItem{
		Namespace: p.Ref.Namespace, Name: p.Ref.Name, Kind: string(p.Ref.Kind), Scope: p.Scope.String(),
		Selector: p.Selector, Mode: p.Mode.String(), Ports: newPortModes(p.Ports),
		Position: positionOf(p.Origin.At("")), Rejected: p.Rejected,
		Decides: []wire.PolicyPort{}, Shadowed: []wire.PolicyPort{},
	}
	if item.Selector == nil {
		item.Selector = map[string]string{}
	}
	for _, l := range lines {
		if l.Decision().By == p.Ref {
			item.Decides = append(item.Decides, newPolicyPort(l))
		} else if shadowedIn(l.Decision(), p.Ref) {
			item.Shadowed = append(item.Shadowed, newPolicyPort(l))
		}
	}
	return item
}

func newPolicyPort(l Line) wire.PolicyPort {
	port := wire.PolicyPort{Workload: refOf(l.Workload.Ref), Variant: l.Workload.Variant, Mode: l.Decision().Mode.String(), Decision: newDecision(l.Decision())}
	if l.Port != nil {
		port.Port = l.Port.Number
	}
	return port
}

func shadowedIn(d *resolve.Decision, r resolve.Ref) bool {
	for _, s := range d.Shadowed {
		if s.By == r {
			return true
		}
	}
	return false
}
