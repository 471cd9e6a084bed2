package render

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

func newPolicyList(scope wire.Scope, m *mesh.Mesh, policies []*inbound.PeerAuthentication, lines []Line) *wire.PolicyList {
	list := &wire.PolicyList{APIVersion: wire.APIVersion, Kind: "PolicyList", Whole: true, Scope: filled(scope), Notes: []string{}, Items: make([]wire.PolicyItem, 0, len(policies))}
	var shown []Line
	for _, p := range policies {
		list.Items = append(list.Items, newPolicyItem(p, lines))
		for _, l := range lines {
			if l.Decision().By == p.Ref || shadowedIn(l.Decision(), p.Ref) {
				shown = append(shown, l)
			}
		}
	}
	list.Notes = append(list.Notes, unsettled(m, shown)...)
	return list
}

func newPolicyItem(p *inbound.PeerAuthentication, lines []Line) wire.PolicyItem {
	item := wire.PolicyItem{
		Namespace: p.Ref.Namespace, Name: p.Ref.Name, Kind: string(p.Ref.Kind), Scope: p.Scope.String(),
		Selector: map[string]string{}, Mode: p.Mode.String(), Ports: newPortModes(p.Ports),
		Position: positionOf(p.Origin.At("")), Rejected: p.Rejected,
		Decides: []wire.PolicyPort{}, Shadowed: []wire.PolicyPort{}, Lost: []wire.PolicyLoss{},
	}
	maps.Copy(item.Selector, p.Selector)
	for _, l := range lines {
		if l.Decision().By == p.Ref {
			item.Decides = append(item.Decides, newPolicyPort(l))
		} else if shadowedIn(l.Decision(), p.Ref) {
			item.Shadowed = append(item.Shadowed, newPolicyPort(l))
		}
		for _, s := range l.Decision().Shadowed {
			if s.By == p.Ref {
				item.Lost = append(item.Lost, newPolicyLoss(l, s))
			}
		}
	}
	if len(item.Decides)+len(item.Lost) == 0 {
		item.Silent = silence(p, lines)
	}
	return item
}

// silence says why a policy decides nothing and lost nowhere, "" where nobody knows.
func silence(p *inbound.PeerAuthentication, lines []Line) string {
	for _, l := range lines {
		for _, s := range l.Workload.Chain.Steps {
			if s.By == p.Ref && !s.Applies {
				return words.Because(s.Why)
			}
		}
	}
	if p.Rejected != "" {
		return "Istio's validation rejects it: " + p.Rejected
	}
	if len(p.Selector) > 0 && !slices.ContainsFunc(lines, func(l Line) bool { return selects(p, l.Workload) }) {
		return "no workload of the input has " + labelText(p.Selector)
	}
	return ""
}

func selects(p *inbound.PeerAuthentication, w *inbound.Workload) bool {
	for key, value := range p.Selector {
		if got, ok := w.Labels[key]; !ok || got != value {
			return false
		}
	}
	return p.Ref.Namespace == w.Ref.Namespace
}

func newPolicyPort(l Line) wire.PolicyPort {
	w, d := l.Workload, l.Decision()
	port := wire.PolicyPort{
		Workload: refOf(w.Ref), Variant: w.Variant, Pods: w.Pods, PodsOf: w.PodsOf, Mode: d.Mode.String(), ModeIfMeshed: modeIfMeshed(d), Services: []wire.ServicePort{}, Decision: newDecision(d),
	}
	if l.Port != nil {
		port.Port, port.Services = l.Port.Number, newServices(l.Port)
	}
	return port
}

func newPolicyLoss(l Line, s resolve.Shadow) wire.PolicyLoss {
	w, d := l.Workload, l.Decision()
	loss := wire.PolicyLoss{
		Workload: refOf(w.Ref), Variant: w.Variant, Pods: w.Pods, PodsOf: w.PodsOf, Says: s.Mode.String(), Mode: d.Mode.String(), ModeIfMeshed: modeIfMeshed(d), Because: words.Because(s.Why),
	}
	if l.Port != nil {
		loss.Port = l.Port.Number
	}
	return loss
}

func shadowedIn(d *resolve.Decision, r resolve.Ref) bool {
	return slices.ContainsFunc(d.Shadowed, func(s resolve.Shadow) bool { return s.By == r })
}
