package render

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// savedPairs is Connections with Expand that were read back.
type savedPairs struct{ *wire.ConnectionPairList }

// Blocks implements View.
func (v savedPairs) Blocks(wide bool) []format.Block {
	if len(v.Items) == 0 {
		return nothing("no connection to show", func() []string { return v.Notes })
	}
	from := baseOf(&v.Scope)
	if len(v.Derivation) > 0 {
		p := &v.Items[0]
		row := v.row(from, p)
		return derivationBlocks(from, row.from+" -> "+row.to+"    "+p.Verdict+": "+p.VerdictBecause, v.Derivation, v.Notes)
	}
	table := callTable{wide: wide, expand: true, evidence: v.ConnectionPairList.Evidence != nil || slices.ContainsFunc(v.Items, func(p wire.ConnectionPair) bool { return len(p.Declared) > 0 })}
	for _, p := range v.sorted() {
		table.rows = append(table.rows, v.row(from, p))
	}
	return table.blocks(v.Totals, 0, v.Filtered, v.Notes)
}

// sorted are the items as the table has them, what needs a look first.
func (v savedPairs) sorted() []*wire.ConnectionPair {
	list := make([]*wire.ConnectionPair, len(v.Items))
	for i := range v.Items {
		list[i] = &v.Items[i]
	}
	urgency := map[string]int{}
	for _, p := range list {
		verdict, _ := resolve.ParseVerdict(p.Verdict)
		urgency[p.Verdict] = verdict.Urgency()
	}
	ref := func(p *wire.ConnectionPair) resolve.Ref {
		return objectOf(wire.Ref{Kind: p.Client.Kind, Namespace: p.Client.Namespace, Name: p.Client.Name})
	}
	slices.SortStableFunc(list, func(a, b *wire.ConnectionPair) int {
		return cmp.Or(cmp.Compare(urgency[a.Verdict], urgency[b.Verdict]), ref(a).Compare(ref(b)), cmp.Compare(a.Client.Variant, b.Client.Variant))
	})
	return list
}

func (v savedPairs) row(from base, p *wire.ConnectionPair) *callRow {
	facts := callFacts{
		sends: p.Sends, accepts: p.Accepts, ifMeshed: p.AcceptsIfMeshed, verdict: p.Verdict, denied: p.DeniedBy, brief: cmp.Or(p.Brief, p.Because), rule: p.Rule, symptom: p.Symptom,
		field: p.Field, position: p.Position, server: p.Server,
		endpoint: wire.ConnectionEndpoint{AcceptsBecause: p.AcceptsBecause, AcceptsScope: p.AcceptsScope, AcceptsBy: p.AcceptsBy, AcceptsPosition: p.AcceptsPosition},
	}
	row := facts.row(from)
	row.to, row.proxy = calledText(hostNamed(p.Service, p.Host), []int32{p.Port}, []string{p.Subset}), p.Proxy
	row.from, row.server = clientNamed(p.Client, p.ClientDataplane == resolve.DataplaneGateway.String()), dash
	if p.Server != (wire.ConnectionServer{}) {
		row.server = serverNamed(p.Server)
	}
	var declared []declaredBy
	for _, d := range p.Declared {
		declared = append(declared, declaredBy{p.Client.Name, d})
	}
	row.evidence = savedEvidence(from, v.ConnectionPairList.Evidence, p.Evidence, declared, p.Server)
	return row
}

// Data implements View.
func (v savedPairs) Data() any { return v.ConnectionPairList }

// Names implements View: the clients.
func (v savedPairs) Names() []string {
	var clients []wire.ConnectionClient
	for i := range v.Items {
		clients = append(clients, v.Items[i].Client)
	}
	return clientNames(clients)
}
