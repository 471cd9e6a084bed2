package render

import (
	"strconv"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Policies is the reverse report: which ports a PeerAuthentication decides, and
// where it lost to what. It is made of its wire form.
type Policies struct{ List *wire.PolicyList }

// NewPolicies is the report about some policies of a mesh; lines are the ports that are
// looked at.
func NewPolicies(scope wire.Scope, m *mesh.Mesh, policies []*inbound.PeerAuthentication, lines []Line) Policies {
	return Policies{newPolicyList(scope, m, policies, lines)}
}

// Blocks implements View.
func (v Policies) Blocks(wide bool) []format.Block {
	var blocks []format.Block
	for i := range v.List.Items {
		blocks = append(blocks, policyBlocks(&v.List.Items[i], baseOf(&v.List.Scope), wide)...)
	}
	if len(v.List.Notes) > 0 {
		blocks = append(blocks, format.Block{Lines: v.List.Notes})
	}
	return blocks
}

// Data implements View: a PolicyList.
func (v Policies) Data() any { return v.List }

// Names implements View.
func (v Policies) Names() []string {
	var names []string
	for i := range v.List.Items {
		names = append(names, resourceName(policyRef(&v.List.Items[i])))
	}
	return names
}

func policyRef(p *wire.PolicyItem) resolve.Ref {
	return objectOf(wire.Ref{Kind: p.Kind, Namespace: p.Namespace, Name: p.Name})
}

func policyBlocks(p *wire.PolicyItem, from base, wide bool) []format.Block {
	blocks := []format.Block{{Title: policyRef(p).String(), Indent: 2, Table: facts(
		[2]string{"scope", p.Scope + ": " + policySelects(p.Rejected, p.Selector, p.Scope)},
		[2]string{"mode", p.Mode},
		[2]string{"ports", portModes(p.Ports)},
		[2]string{"read from", placedAt(p.Position).String()},
	)}}
	if len(p.Decides) > 0 {
		blocks = append(blocks, format.Block{Title: "Decides", Table: tableOf(decidedFields(from), p.Decides, wide), Indent: 2})
	} else {
		blocks = append(blocks, format.Block{Title: "Applies to no port", Indent: 2})
	}
	switch {
	case len(p.Lost) > 0:
		blocks = append(blocks, format.Block{Title: "Shadowed", Table: tableOf(lostFields, p.Lost, wide), Indent: 2})
	case p.Silent != "":
		blocks[1].Lines = []string{p.Silent}
	}
	return blocks
}

func decidedFields(from base) []field[wire.PolicyPort] {
	type port = wire.PolicyPort
	return []field[port]{
		{Column: format.Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(func(p port) string { return p.Workload.Namespace })},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(p port) string { return variantText(p.Workload, p.Variant, p.Pods, p.PodsOf) })},
		{Column: format.Column{Head: "PORT"}, cell: worded(func(p port) string { return numberOrAny(p.Port) })},
		{Column: format.Column{Head: "SERVICE", Drop: 2}, cell: worded(func(p port) string { return servicesText(p.Services) })},
		{Column: format.Column{Head: "MODE"}, cell: func(p port) format.Cell { return modeNamed(p.Mode, p.ModeIfMeshed) }},
		{Column: format.Column{Head: "FIELD", Drop: 3}, cell: worded(func(p port) string { return savedField(&p.Decision) })},
		{Column: format.Column{Head: "AT", Drop: 4}, cell: worded(func(p port) string { return from.of(placedAt(p.Decision.Position)) })},
	}
}

var lostFields = []field[wire.PolicyLoss]{
	{Column: format.Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(func(l wire.PolicyLoss) string { return l.Workload.Namespace })},
	{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(l wire.PolicyLoss) string { return variantText(l.Workload, l.Variant, l.Pods, l.PodsOf) })},
	{Column: format.Column{Head: "PORT"}, cell: worded(func(l wire.PolicyLoss) string { return numberOrAny(l.Port) })},
	{Column: format.Column{Head: "SETS", Drop: 3}, cell: worded(func(l wire.PolicyLoss) string { return l.Says })},
	{Column: format.Column{Head: "MODE"}, cell: func(l wire.PolicyLoss) format.Cell { return modeNamed(l.Mode, l.ModeIfMeshed) }},
	{Column: format.Column{Head: "BECAUSE", Drop: 2, Below: true}, cell: func(l wire.PolicyLoss) format.Cell { return format.Cell{Text: l.Because, Prose: true} }},
}

// numberOrAny is the number of a port, "*" for any that nothing names.
func numberOrAny(port int32) string {
	if port == 0 {
		return "*"
	}
	return strconv.Itoa(int(port))
}
