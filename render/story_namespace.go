package render

import (
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// namespace tells what holds for a whole namespace, then its workloads.
func (t teller) namespace(target Target) []format.Block {
	ns := target.Namespace
	blocks := []format.Block{{Title: "Namespace " + ns.Name, Table: namespaceFacts(ns), Indent: 2}}
	if policies := t.policiesIn(ns.Name); len(policies) > 0 {
		blocks = append(blocks, format.Block{Title: "PeerAuthentications", Table: tableOf(t.policyFields(), policies, t.wide), Indent: 2})
	}
	if len(target.Lines) == 0 {
		return append(blocks, format.Block{Lines: []string{"no workload of the input is shown here"}, Indent: 2})
	}
	table := workloadTable(t.base, target.Lines, t.wide, false)
	return append(blocks, format.Block{Title: "Workloads", Table: table, Indent: 2, Lines: []string{"", totalsText(totalsOf(target.Lines))}})
}

// meshLabels are those of a namespace that say who gets a proxy.
var meshLabels = []string{resolve.InjectionLabel, resolve.RevisionLabel, resolve.DataplaneModeLabel}

func namespaceFacts(ns *resolve.Namespace) *format.Table {
	from := ns.Origin.At("").String()
	if !ns.Known {
		from = "its Namespace object is not in the input"
	}
	pairs := [][2]string{{"read from", from}}
	for _, key := range meshLabels {
		if value, set := ns.Labels[key]; set {
			pairs = append(pairs, [2]string{"label", key + "=" + value})
		}
	}
	return facts(pairs...)
}

// policiesIn lists the policies of a namespace in the order in which Istio
// prefers them.
func (t teller) policiesIn(namespace string) []*resolve.PeerAuthentication {
	var list []*resolve.PeerAuthentication
	for _, p := range t.mesh.PeerAuthentications() {
		if p.Ref.Namespace == namespace {
			list = append(list, p)
		}
	}
	return list
}

func (t teller) policyFields() []field[*resolve.PeerAuthentication] {
	type policy = *resolve.PeerAuthentication
	return []field[policy]{
		{Column: format.Column{Head: "NAME"}, cell: worded(func(p policy) string { return p.Ref.Name })},
		{Column: format.Column{Head: "SCOPE", Drop: 2}, cell: worded(func(p policy) string { return p.Scope.String() })},
		{Column: format.Column{Head: "MODE"}, cell: worded(func(p policy) string { return p.Mode.String() })},
		{Column: format.Column{Head: "PORTS", Drop: 1}, cell: worded(func(p policy) string { return portModes(p.Ports) })},
		{Column: format.Column{Head: "SELECTS", Drop: 3}, cell: worded(policySelects)},
		{Column: format.Column{Head: "AT", Drop: 4}, cell: worded(func(p policy) string { return t.of(p.Origin.At("")) })},
	}
}

func policySelects(p *resolve.PeerAuthentication) string {
	switch {
	case p.Rejected != "":
		return "rejected: " + p.Rejected
	case len(p.Selector) > 0:
		return labelText(p.Selector)
	case p.Scope == resolve.ScopeMesh:
		return "every workload of the mesh"
	default:
		return "every workload of the namespace"
	}
}
