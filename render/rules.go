package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Rules is the reverse report of the client side: which calls a DestinationRule
// decides, and where it does not count.
type Rules struct {
	Scope wire.Scope
	Mesh  *resolve.Mesh
	Rules []*resolve.DestinationRule
}

// Blocks implements View.
func (v Rules) Blocks(wide bool) []format.Block {
	t := teller{mesh: v.Mesh, base: baseOf(&v.Scope), wide: wide}
	decided := calls.DecidedBy(v.Mesh, v.Rules)
	var blocks []format.Block
	for _, r := range v.Rules {
		blocks = append(blocks, t.rule(r, decided[r.Ref])...)
	}
	return blocks
}

// Names implements View.
func (v Rules) Names() []string {
	var names []string
	for _, r := range v.Rules {
		names = append(names, resourceName(r.Ref))
	}
	return names
}

func (t teller) rule(r *resolve.DestinationRule, decides []*calls.Row) []format.Block {
	reach := t.mesh.Reach(r)
	blocks := []format.Block{{Title: r.Ref.String(), Indent: 2, Table: facts(
		[2]string{"host", hostFact(r)},
		[2]string{"for clients", selectorFact(r)},
		[2]string{"exported to", strings.Join(r.ExportTo(), ", ")},
		[2]string{"read from", r.Origin.At("").String()},
	)}}
	switch {
	case len(decides) > 0:
		blocks = append(blocks, format.Block{Title: "Decides", Table: tableOf(decidingFields(), rowsOf(t.base, decides, t.wide), t.wide), Indent: 2})
	case !reach.Why.IsZero():
		blocks = append(blocks, format.Block{Title: "Has no effect", Lines: []string{words.Because(reach.Why) + ruleText(words.Rule(reach.Why))}, Indent: 2})
	case reach.Used:
		blocks = append(blocks, format.Block{Title: "Decides no call's TLS", Lines: []string{"it counts, and says nothing about TLS: auto mTLS decides"}, Indent: 2})
	default:
		blocks = append(blocks, format.Block{Title: "Decides no call's TLS", Lines: []string{"the input has no client with a proxy that it could be for"}, Indent: 2})
	}
	if over := t.mesh.Overruled(r); len(over) > 0 && reach.Used {
		blocks = append(blocks, format.Block{Title: "Does not count", Table: tableOf(overruledFields(), over, t.wide), Indent: 2})
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

func hostFact(r *resolve.DestinationRule) string {
	if r.Host == r.FQDN {
		return r.Host
	}
	return r.Host + ", which is " + r.FQDN
}

func selectorFact(r *resolve.DestinationRule) string {
	if !r.HasSelector {
		return ""
	}
	return fmt.Sprintf("of namespace %s with %s", r.Ref.Namespace, labelText(r.Selector))
}

func overruledFields() []field[resolve.Overruled] {
	return []field[resolve.Overruled]{
		{Column: format.Column{Head: "HOST", Group: true}, cell: worded(func(o resolve.Overruled) string { return hostText(o.Host) })},
		{Column: format.Column{Head: "FROM"}, cell: worded(func(o resolve.Overruled) string { return clientsText(calls.RosterOf(o.Clients)) })},
		{Column: format.Column{Head: "INSTEAD", Drop: 2}, cell: worded(func(o resolve.Overruled) string { return o.By.String() })},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: func(o resolve.Overruled) format.Cell {
			return format.Cell{Text: words.Because(o.Why) + ruleText(words.Rule(o.Why)), Prose: true}
		}},
	}
}
