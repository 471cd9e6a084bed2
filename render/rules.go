package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Rules is the reverse report of the client side: which calls a DestinationRule
// decides, and where it does not count. It is made of its wire form.
type Rules struct{ List *wire.RuleList }

// NewRules is the report about some DestinationRules of a mesh.
func NewRules(scope wire.Scope, m *mesh.Mesh, rules []*outbound.DestinationRule) Rules {
	return Rules{newRuleList(scope, m, rules)}
}

// Blocks implements View.
func (v Rules) Blocks(wide bool) []format.Block {
	var blocks []format.Block
	for i := range v.List.Items {
		blocks = append(blocks, ruleBlocks(&v.List.Items[i], baseOf(&v.List.Scope), wide)...)
	}
	return blocks
}

// Data implements View: a RuleList.
func (v Rules) Data() any { return v.List }

// Names implements View.
func (v Rules) Names() []string {
	var names []string
	for i := range v.List.Items {
		names = append(names, resourceName(ruleRef(&v.List.Items[i])))
	}
	return names
}

func ruleRef(r *wire.RuleItem) resolve.Ref {
	return objectOf(wire.Ref{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name})
}

func ruleBlocks(r *wire.RuleItem, from base, wide bool) []format.Block {
	blocks := []format.Block{{Title: ruleRef(r).String(), Indent: 2, Table: facts(
		[2]string{"host", hostFact(r)},
		[2]string{"for clients", selectorFact(r)},
		[2]string{"exported to", strings.Join(r.ExportTo, ", ")},
		[2]string{"read from", placedAt(r.Position).String()},
	)}}
	switch {
	case len(r.Decides) > 0:
		blocks = append(blocks, format.Block{Title: "Decides", Table: tableOf(decidingFields(), savedRows(from, r.Decides), wide), Indent: 2})
	case r.NoEffect != "":
		blocks = append(blocks, format.Block{Title: "Has no effect", Lines: []string{r.NoEffect + ruleText(r.NoEffectRule)}, Indent: 2})
	case r.Used:
		blocks = append(blocks, format.Block{Title: "Decides no call's TLS", Lines: []string{"it applies, but sets no TLS: auto mTLS applies"}, Indent: 2})
	default:
		blocks = append(blocks, format.Block{Title: "Decides no call's TLS", Lines: []string{"the input has no client with a proxy that the rule could apply to"}, Indent: 2})
	}
	if len(r.Overruled) > 0 && r.Used {
		blocks = append(blocks, format.Block{Title: "Does not apply", Table: tableOf(overruledFields(), r.Overruled, wide), Indent: 2})
	}
	return blocks
}

// decidingFields tell the field instead of the object, which the title tells.
func decidingFields() []field[*callRow] {
	fields := rowFields()
	for i := range fields {
		if fields[i].Head == "BECAUSE" {
			fields[i].Head, fields[i].cell = "FIELD", worded(func(r *callRow) string { return r.field })
		}
	}
	return fields
}

func hostFact(r *wire.RuleItem) string {
	if r.Host == r.FQDN {
		return r.Host
	}
	return r.Host + ", which is " + r.FQDN
}

func selectorFact(r *wire.RuleItem) string {
	if !r.HasSelector {
		return ""
	}
	return fmt.Sprintf("of namespace %s with %s", r.Namespace, labelText(r.Selector))
}

func overruledFields() []field[wire.OverruledItem] {
	return []field[wire.OverruledItem]{
		{Column: format.Column{Head: "HOST", Group: true}, cell: worded(func(o wire.OverruledItem) string { return hostNamed(o.Service, o.Host) })},
		{Column: format.Column{Head: "FROM"}, cell: worded(func(o wire.OverruledItem) string {
			return clienteleOf(o.Clients, o.Gateways, o.Namespaces, o.Client).text()
		})},
		{Column: format.Column{Head: "INSTEAD", Drop: 2}, cell: worded(func(o wire.OverruledItem) string { return objectOf(o.Instead).String() })},
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(o wire.OverruledItem) format.Cell {
			return format.Cell{Text: o.Because + ruleText(o.Rule), Prose: true}
		}},
	}
}
