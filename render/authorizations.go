package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Authorizations is the reverse report of AuthorizationPolicies: which calls each refuses, and
// which it lets in. It is made of its wire form.
type Authorizations struct{ List *wire.AuthorizationList }

// NewAuthorizations is the report about some AuthorizationPolicies of a mesh.
func NewAuthorizations(scope wire.Scope, m *mesh.Mesh, policies []*authz.Policy) Authorizations {
	return Authorizations{newAuthorizationList(scope, m, policies)}
}

// Blocks implements View.
func (v Authorizations) Blocks(wide bool) []format.Block {
	var blocks []format.Block
	for i := range v.List.Items {
		blocks = append(blocks, authorizationBlocks(&v.List.Items[i], baseOf(&v.List.Scope), wide)...)
	}
	return blocks
}

// Data implements View: an AuthorizationList.
func (v Authorizations) Data() any { return v.List }

// Names implements View.
func (v Authorizations) Names() []string {
	var names []string
	for i := range v.List.Items {
		names = append(names, resourceName(authorizationRef(&v.List.Items[i].AuthorizationBrief)))
	}
	return names
}

func authorizationRef(p *wire.AuthorizationBrief) resolve.Ref {
	return objectOf(wire.Ref{Kind: string(resolve.KindAuthorizationPolicy), Namespace: p.Namespace, Name: p.Name})
}

func authorizationBlocks(p *wire.AuthorizationItem, from base, wide bool) []format.Block {
	pairs := [][2]string{{"action", p.Action}, {"selects", labelText(p.Selector)}, {"attached to", strings.Join(p.Targets, ", ")}}
	if len(p.Selector)+len(p.Targets) == 0 {
		pairs[1][1] = "every workload of its namespace, or of the mesh in the root namespace"
	}
	for _, r := range rulesOf(&p.AuthorizationBrief) {
		pairs = append(pairs, [2]string{"rule", r})
	}
	blocks := []format.Block{{Title: authorizationRef(&p.AuthorizationBrief).String(), Indent: 2, Table: facts(append(pairs, [2]string{"read from", placedAt(p.Position).String()})...)}}
	if p.NoEffect != "" {
		return append(blocks, format.Block{Title: "Has no effect", Lines: []string{p.NoEffect}, Indent: 2})
	}
	calls := func(title string, rows []wire.RuleCall) {
		if len(rows) > 0 {
			blocks = append(blocks, format.Block{Title: title, Table: tableOf(rowFields(), savedRows(from, rows), wide), Indent: 2})
		}
	}
	if len(p.Denies) == 0 {
		blocks = append(blocks, format.Block{Title: "Denies", Lines: []string{deniesNothing(p)}, Indent: 2})
	}
	calls("Denies", p.Denies)
	calls("Depends on the request", p.Depends)
	calls("Does not deny", p.Admits)
	return blocks
}

// deniesNothing says what is known where no call is denied for certain.
func deniesNothing(p *wire.AuthorizationItem) string {
	switch {
	case len(p.Depends)+len(p.Admits) > 0:
		return "no call for certain, of clients in the mesh"
	case len(p.Workloads) > 0:
		return "no call that is known: clients outside the mesh are not followed"
	}
	return "not known: what it is attached to is a gateway, or nothing in the input calls through it"
}

// rulesOf are what the rules of a policy match, or that it has none.
func rulesOf(p *wire.AuthorizationBrief) []string {
	if len(p.Rules) > 0 {
		return p.Rules
	}
	return []string{"none: it matches no call"}
}

// authorizationTable lists the policies of a workload.
func authorizationTable(from base, policies []wire.AuthorizationBrief, wide bool) *format.Table {
	type policy = wire.AuthorizationBrief
	return tableOf([]field[policy]{
		{Column: format.Column{Head: "POLICY"}, cell: worded(func(p policy) string { return p.Namespace + "/" + p.Name })},
		{Column: format.Column{Head: "ACTION"}, cell: worded(func(p policy) string {
			if p.Waypoint == nil {
				return p.Action
			}
			return p.Action + " at waypoint " + objectOf(*p.Waypoint).Path()
		})},
		{Column: format.Column{Head: "MATCHES", Drop: 1}, cell: func(p policy) format.Cell {
			if p.NoEffect != "" {
				return format.Cell{Text: "no effect: " + p.NoEffect, Prose: true}
			}
			return format.Cell{Text: strings.Join(rulesOf(&p), "; or "), Prose: true}
		}},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(p policy) string { return from.of(placedAt(p.Position)) })},
	}, policies, wide)
}
