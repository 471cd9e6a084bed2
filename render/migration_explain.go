package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// explained walks the tree aloud, port by port.
func (v savedMigration) explained() []format.Block {
	var blocks []format.Block
	for i := range v.Items {
		item := &v.Items[i]
		if item.PortsOf > 1 {
			blocks = append(blocks, format.Block{Title: migrationTitle(item), Lines: []string{item.Recommendation}, Indent: 1})
		}
		for j := range item.Ports {
			blocks = append(blocks, explain(portRow{item, &item.Ports[j]}, baseOf(&v.Scope)))
		}
	}
	if len(blocks) == 0 {
		return []format.Block{{Lines: []string{"no port with a choice of mode: gateways, Istio itself and UDP ports have none"}}}
	}
	return blocks
}

func explain(r portRow, from base) format.Block {
	p := r.port
	b := format.Block{Title: portTitle(r), Indent: 1, Wrap: argumentWidth}
	for i, s := range p.Path {
		b.Points = append(b.Points, format.Point{Term: fmt.Sprint(i + 1), Text: s.Text + " " + strings.ToUpper(s.Answer)})
		if i > 0 && slices.EqualFunc(s.Because, p.Path[i-1].Because, sameReason) {
			b.Points = append(b.Points, format.Point{Term: "", Text: "  for the same reason"})
			continue
		}
		for _, because := range s.Because {
			b.Points = append(b.Points, format.Point{Term: "", Text: "  " + from.at(because.Text, placedAt(because.Position))})
		}
	}
	for _, f := range p.Failures {
		b.Points = append(b.Points, format.Point{Term: "failed", Text: f})
	}
	b.Points = append(b.Points, format.Point{Term: "=>", Text: p.Recommendation}, format.Point{Term: "stage", Text: stagesText(p.Stage)}, format.Point{Term: "status", Text: p.Status})
	if p.Next != "" && p.Status != migrate.Excepted.String() {
		b.Points = append(b.Points, format.Point{Term: "next", Text: p.Next})
	}
	term := "change it"
	for _, fix := range p.Fixes {
		b.Points = append(b.Points, format.Point{Term: term, Text: fix})
		term = ""
	}
	return b
}

func sameReason(a, b wire.MigrationReason) bool {
	by := func(r *wire.Ref) wire.Ref {
		if r == nil {
			return wire.Ref{}
		}
		return *r
	}
	return a.Text == b.Text && a.Position == b.Position && a.Fix == b.Fix && by(a.By) == by(b.By)
}

func migrationTitle(i *wire.MigrationItem) string {
	return itemTitle(&wire.WorkloadItem{Kind: i.Kind, Namespace: i.Namespace, Name: i.Name, Variant: i.Variant, Pods: i.Pods, PodsOf: i.PodsOf})
}

func portTitle(r portRow) string {
	title := fmt.Sprintf("%s, port %d", migrationTitle(r.MigrationItem), r.port.Port)
	if s := firstService(r.port.Services); s != "" {
		title += " (" + s + ")"
	}
	return title + "    " + modeNamed(r.port.Mode, r.port.ModeIfMeshed).Text + " today; recommended: " + r.port.Short
}

// stagesText is the way, with the place on it marked: "no sidecar > [PERMISSIVE] > STRICT".
func stagesText(at string) string {
	var words []string
	for _, s := range migrate.Stages() {
		if s.String() == at {
			words = append(words, "["+at+"]")
			continue
		}
		words = append(words, s.String())
	}
	return strings.Join(words, " > ")
}
