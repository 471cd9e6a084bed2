package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// explained walks the tree aloud, port by port.
func (v Migration) explained() []format.Block {
	var blocks []format.Block
	var last *migrate.Workload
	for _, r := range v.rows() {
		if r.Workload != last && len(r.Workload.Ports) > 1 {
			blocks = append(blocks, format.Block{Title: workloadTitle(r.Workload.Workload), Lines: []string{advise.Summary(r.Workload.Advices())}, Indent: 1})
		}
		last = r.Workload
		blocks = append(blocks, v.explain(r))
	}
	if len(blocks) == 0 {
		return []format.Block{{Lines: []string{"no port that has a mode to choose: gateways, Istio itself and UDP have none"}}}
	}
	return blocks
}

func (v Migration) explain(r portRow) format.Block {
	p, from := r.Port, baseOf(&v.Scope)
	b := format.Block{Title: portTitle(r), Indent: 1, Wrap: argumentWidth}
	for i, s := range p.Path.Steps {
		b.Points = append(b.Points, format.Point{Term: fmt.Sprint(i + 1), Text: s.Question.Text + " " + strings.ToUpper(s.Answer.String())})
		if i > 0 && slices.Equal(s.Because, p.Path.Steps[i-1].Because) {
			b.Points = append(b.Points, format.Point{Term: "", Text: "  for the same reason"})
			continue
		}
		for _, because := range s.Because {
			b.Points = append(b.Points, format.Point{Term: "", Text: "  " + from.at(because.Text, because.Position)})
		}
	}
	for _, f := range p.Failures {
		b.Points = append(b.Points, format.Point{Term: "failed", Text: callerText(v.Mesh, f.Client) + ": " + observed{v.Evidence}.failure(f)})
	}
	b.Points = append(b.Points, format.Point{Term: "=>", Text: p.Path.Leaf.Text}, format.Point{Term: "stage", Text: stagesText(p.Stage)}, format.Point{Term: "status", Text: p.Status.String()})
	if next := p.Stage.Next(); next != "" && p.Status != migrate.Excepted {
		b.Points = append(b.Points, format.Point{Term: "next", Text: next})
	}
	term := "change it"
	for _, fix := range p.Fixes() {
		b.Points = append(b.Points, format.Point{Term: term, Text: fix})
		term = ""
	}
	return b
}

func portTitle(r portRow) string {
	title := fmt.Sprintf("%s, port %d", workloadTitle(r.Workload.Workload), r.Port.Port.Number)
	if s := servicesOf(r.Port.Port); s != "" {
		title += " (" + s + ")"
	}
	return title + "    " + modeCell(Line{r.Workload.Workload, r.Port.Port}).Text + " today; what fits: " + r.Path.Leaf.Short
}

// stagesText is the way, with the place on it marked: "no sidecar > [PERMISSIVE] > STRICT".
func stagesText(at migrate.Stage) string {
	var words []string
	for _, s := range migrate.Stages() {
		if s == at {
			words = append(words, "["+s.String()+"]")
			continue
		}
		words = append(words, s.String())
	}
	return strings.Join(words, " > ")
}

func workloadTitle(w *inbound.Workload) string {
	if w.Variant == 0 {
		return w.Ref.String()
	}
	return fmt.Sprintf("%s, %d of %s", w.Ref, w.Pods, count(w.PodsOf, "pod"))
}
