package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
)

// explained walks the tree aloud, port by port.
func (v Migration) explained() []Block {
	var blocks []Block
	for _, r := range v.rows() {
		blocks = append(blocks, v.explain(r))
	}
	if len(blocks) == 0 {
		return []Block{{Lines: []string{"no port that has a mode to choose: gateways, Istio itself and UDP have none"}}}
	}
	return blocks
}

func (v Migration) explain(r portRow) Block {
	p, from := r.Port, v.Scope.base()
	b := Block{Title: portTitle(r), Indent: 1, Wrap: argumentWidth}
	for i, s := range p.Path.Steps {
		b.Points = append(b.Points, Point{fmt.Sprint(i + 1), s.Question.Text + " " + strings.ToUpper(s.Answer.String())})
		for _, because := range s.Because {
			b.Points = append(b.Points, Point{"", "  " + from.at(because.Text, because.Position)})
		}
	}
	for _, f := range p.Failures {
		b.Points = append(b.Points, Point{"failed", callerText(v.Mesh, f.Client) + ": " + newObserved(v.Evidence).failure(f)})
	}
	b.Points = append(b.Points, Point{"=>", p.Path.Leaf.Text}, Point{"stage", stagesText(p.Stage)}, Point{"status", p.Status.String()})
	if next := p.Stage.Next(); next != "" && p.Status != migrate.Excepted {
		b.Points = append(b.Points, Point{"next", next})
	}
	term := "change it"
	for _, fix := range fixes(p) {
		b.Points = append(b.Points, Point{term, fix})
		term = ""
	}
	return b
}

func portTitle(r portRow) string {
	title := fmt.Sprintf("%s, port %d", workloadTitle(r.Workload.Workload), r.Port.Port.Number)
	if s := servicesOf(r.Port.Port); s != "" {
		title += " (" + s + ")"
	}
	return title + "    " + modeCell(Line{r.Workload.Workload, r.Port.Port}).Text + " today, " + fits(r.Port.Advice)
}

// fits is the mode that fits, in few words: that of the leaf's picture.
func fits(a *advise.Advice) string { return a.Path.Leaf.Short + " fits" }

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

// fixes are what would change the answer, each once.
func fixes(p *migrate.Port) []string {
	if p.Status == migrate.Done || p.Status == migrate.Ready {
		return nil
	}
	var out []string
	for _, r := range reasonsOf(p) {
		if r.Fix != "" {
			out = append(out, r.Fix)
		}
	}
	return distinct(out)
}
