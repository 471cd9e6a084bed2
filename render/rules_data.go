package render

import (
	"maps"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

func newRuleList(scope wire.Scope, m *mesh.Mesh, rules []*outbound.DestinationRule) *wire.RuleList {
	list := &wire.RuleList{APIVersion: wire.APIVersion, Kind: "RuleList", Whole: true, Scope: filled(scope), Items: []wire.RuleItem{}}
	decided := calls.DecidedBy(m, rules)
	for _, r := range rules {
		list.Items = append(list.Items, newRuleItem(m, r, decided[r.Ref]))
	}
	return list
}

func newRuleItem(m *mesh.Mesh, r *outbound.DestinationRule, decides []*calls.Row) wire.RuleItem {
	reach := m.Reach(r)
	item := wire.RuleItem{
		Namespace: r.Ref.Namespace, Name: r.Ref.Name, Kind: string(r.Ref.Kind), Host: r.Host, FQDN: r.FQDN,
		ExportTo: append([]string{}, r.ExportTo()...), Selector: map[string]string{}, HasSelector: r.HasSelector, Position: positionOf(r.Origin.At("")),
		Hosts: []string{}, Used: reach.Used, NoEffect: words.Because(reach.Why), NoEffectCause: string(reach.Why.Cause), NoEffectRule: words.Rule(reach.Why),
		Instead: refOf(reach.By), Decides: newRuleCalls(decides), Overruled: []wire.OverruledItem{},
	}
	maps.Copy(item.Selector, r.Selector)
	for _, h := range reach.Hosts {
		item.Hosts = append(item.Hosts, h.Name)
	}
	for _, o := range m.Overruled(r) {
		from := calls.RosterOf(o.Clients)
		item.Overruled = append(item.Overruled, wire.OverruledItem{
			Host: o.Host.Name, Service: serviceOrNull(o.Host), Clients: from.Names, Client: onlyClient(from), Gateways: from.Gateways, Namespaces: from.Namespaces,
			Instead: refOf(o.By), Because: words.Because(o.Why), Cause: string(o.Why.Cause), Rule: words.Rule(o.Why),
		})
	}
	return item
}

// onlyClient is the one client, nil for several.
func onlyClient(from *calls.Roster) *wire.Ref {
	if from.Names != 1 {
		return nil
	}
	return refOrNull(from.First().Ref)
}

func newRuleCall(r *calls.Row) wire.RuleCall {
	brief, _ := calls.Because(&r.Connection)
	call := wire.RuleCall{
		Clients: r.Clients.Names, Namespaces: r.Clients.Namespaces, Client: onlyClient(r.Clients), Gateways: r.Clients.Gateways,
		Host: r.Host.Name, Service: serviceOrNull(r.Host), Ports: r.Ports, Subsets: r.Subsets, Sends: r.Sends.TLS.String(), Accepts: resolve.Unknown.String(),
		Verdict: r.Outcome.Verdict.String(), Admitted: admittedRow(r), Brief: brief, Rule: refOrNull(r.Sends.By), Because: words.Because(r.Sends.Reason()), Cause: string(r.Sends.Why.Cause),
		Field: string(r.Sends.Field), Position: positionOf(r.Sends.Position()), Symptom: words.Symptom(r.Outcome.Symptom), Servers: []wire.ConnectionServer{},
	}
	for _, s := range r.Servers {
		call.Servers = append(call.Servers, serverOf(s))
	}
	if r.Server != nil {
		call.Accepts, call.AcceptsIfMeshed = r.Serves.Mode.String(), modeIfMeshed(&r.Serves)
		call.AcceptsBecause, call.AcceptsScope = words.Because(r.Serves.Why), r.Serves.Scope.String()
		call.AcceptsBy, call.AcceptsPosition = refOrNull(r.Serves.By), positionOf(r.Serves.Position())
	}
	return call
}
