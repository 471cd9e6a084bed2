package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Data implements View: a RuleList.
func (v Rules) Data() any {
	list := wire.RuleList{APIVersion: wire.APIVersion, Kind: "RuleList", Whole: true, Scope: filled(v.Scope), Items: []wire.RuleItem{}}
	decided := calls.DecidedBy(v.Mesh, v.Rules)
	for _, r := range v.Rules {
		list.Items = append(list.Items, v.item(r, decided[r.Ref]))
	}
	return list
}

func (v Rules) item(r *resolve.DestinationRule, decides []*calls.Row) wire.RuleItem {
	reach := v.Mesh.Reach(r)
	item := wire.RuleItem{
		Namespace: r.Ref.Namespace, Name: r.Ref.Name, Kind: string(r.Ref.Kind), Host: r.Host, FQDN: r.FQDN,
		ExportTo: append([]string{}, r.ExportTo()...), Selector: map[string]string{}, Position: positionOf(r.Origin.At("")),
		Hosts: []string{}, Used: reach.Used, NoEffect: words.Because(reach.Why), NoEffectCause: string(reach.Why.Cause), Instead: refOf(reach.By), Decides: []wire.RuleCall{}, Overruled: []wire.OverruledItem{},
	}
	for key, value := range r.Selector {
		item.Selector[key] = value
	}
	for _, h := range reach.Hosts {
		item.Hosts = append(item.Hosts, h.Name)
	}
	for _, a := range decides {
		item.Decides = append(item.Decides, newRuleCall(a))
	}
	for _, o := range v.Mesh.Overruled(r) {
		from := calls.RosterOf(o.Clients)
		item.Overruled = append(item.Overruled, wire.OverruledItem{Host: o.Host.Name, Clients: from.Names, Namespaces: from.Namespaces, Instead: refOf(o.By), Because: words.Because(o.Why), Cause: string(o.Why.Cause)})
	}
	return item
}

func newRuleCall(a *calls.Row) wire.RuleCall {
	accepts := resolve.Unknown
	if a.Server != nil {
		accepts = a.Serves.Mode
	}
	return wire.RuleCall{
		Clients: a.Clients.Names, Namespaces: a.Clients.Namespaces, Host: a.Host.Name, Ports: a.Ports, Subsets: a.Subsets, Sends: a.Sends.TLS.String(), Accepts: accepts.String(),
		Verdict: a.Outcome.Verdict.String(), Because: words.Because(a.Sends.Reason()), Cause: string(a.Sends.Why.Cause), Field: string(a.Sends.Field), Position: positionOf(a.Sends.Position()), Symptom: words.Symptom(a.Outcome.Symptom),
	}
}
