package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Diagnosed is the report of diagnose, made of its wire form.
type Diagnosed struct{ Report *wire.Diagnosis }

// Blocks implements View: each symptom with its causes; with wide, the evidence against those that
// are unlikely too.
func (v Diagnosed) Blocks(wide bool) []format.Block {
	var blocks []format.Block
	for i := range v.Report.Items {
		x := &v.Report.Items[i]
		blocks = append(blocks, v.head(x, wide))
		for n := range x.Causes {
			if c := &x.Causes[n]; wide || !brief(x, c) {
				blocks = append(blocks, v.cause(n+1, c, wide))
			}
		}
		if texts := namedTexts(x); len(texts) > 0 && !wide {
			blocks = append(blocks, format.Block{Prose: texts, Indent: 2, Wrap: argumentWidth})
		}
	}
	return append(blocks, format.Block{Lines: v.summary()})
}

// mtlsWords are whether a symptom is about mTLS.
var mtlsWords = map[string]string{
	diagnose.OfMTLS.String(): "yes, the symptom is about mTLS", diagnose.NotMTLS.String(): "no, the symptom is not about mTLS", diagnose.Depends.String(): "depends on the cause",
}

// head is what the symptom is, and what it is not.
func (v Diagnosed) head(x *wire.DiagnosisItem, wide bool) format.Block {
	line := x.Line
	if !wide {
		line = shortened(line)
	}
	lines := ""
	if x.Count > 1 {
		lines = fmt.Sprintf("%d, the first: ", x.Count)
	}
	b := format.Block{Title: x.Symptom, Indent: 2, Wrap: argumentWidth}
	b.Points = []format.Point{{Term: "symptom", Text: x.Title}, {Term: "line", Text: lines + line}, {Term: "seen in", Text: x.Log}}
	for i, c := range x.Calls {
		if i == mostShown && !wide {
			b.Points = append(b.Points, format.Point{Text: fmt.Sprintf("and %d more, see -o wide", len(x.Calls)-i)})
			break
		}
		if text := callText(c, len(x.Calls) > 1); text != "" {
			b.Points = append(b.Points, format.Point{Term: onceTerm("call", i), Text: text})
		}
	}
	if x.Lost {
		b.Points = append(b.Points, format.Point{Text: "the server is not in the input: add its manifests or pods, or name it with --to"})
	}
	if x.Verdict != "" {
		b.Points = append(b.Points, format.Point{Term: "expected", Text: expectedText(x)})
	}
	if n := x.Seen; n != (wire.DiagnosisSeen{}) {
		b.Points = append(b.Points, format.Point{Term: "recorded", Text: fmt.Sprintf("%.0f calls with mTLS, %.0f in plaintext, %.0f unknown", n.MTLS, n.Plaintext, n.Unknown)})
	}
	b.Points = append(b.Points, format.Point{Term: "means", Text: x.Means}, format.Point{Term: "is not", Text: x.Not}, format.Point{Term: "mTLS", Text: mtlsWords[x.MTLS]})
	return b
}

// expectedText is what becomes of the call by the configuration.
func expectedText(x *wire.DiagnosisItem) string {
	text := x.Verdict
	switch {
	case x.Because == "":
	case x.Verdict == resolve.VerdictPlaintext.String(): // which the reason begins with
		text = x.Because
	default:
		text += ": " + x.Because
	}
	return "by the configuration the call is " + text
}

// mostShown is how many calls or clients are named.
const mostShown = 5

// longestLine is how much of a line is shown.
const longestLine = 400

func shortened(line string) string {
	runes := []rune(line)
	if len(runes) <= longestLine {
		return line
	}
	return string(runes[:longestLine]) + "..."
}

// onceTerm is a term for the first of several points.
func onceTerm(term string, i int) string {
	if i > 0 {
		return ""
	}
	return term
}

func callText(c wire.DiagnosisCall, counts bool) string {
	if c.Client == "" && c.Target == "" {
		return ""
	}
	text := orWord(c.Client, "unknown client") + " -> " + orWord(c.Target, "unknown server")
	if counts {
		text += fmt.Sprintf(" (%d)", c.Count)
	}
	return text
}

// cause is one cause with its evidence, and what repairs it.
func (v Diagnosed) cause(n int, c *wire.DiagnosisCause, wide bool) format.Block {
	b := format.Block{Title: fmt.Sprintf("%d %s: %s", n, c.State, c.Name), Indent: 4, Wrap: argumentWidth, Points: []format.Point{{Term: "cause", Text: c.Text}}}
	from := baseOf(&v.Report.Scope)
	for i, f := range c.Facts {
		term := f.Topic
		if i > 0 && c.Facts[i-1].Topic == term {
			term = ""
		}
		b.Points = append(b.Points, format.Point{Term: term, Text: from.at(f.Text, placedAt(f.Position)) + ruleText(f.Rule)})
	}
	if text := sufferersText(c, wide); text != "" {
		b.Points = append(b.Points, format.Point{Term: "clients", Text: text})
	}
	if c.Check != "" {
		b.Points = append(b.Points, format.Point{Term: "find out", Text: c.Check})
	}
	for i, f := range c.Fixes {
		b.Points = append(b.Points, format.Point{Term: onceTerm("fix", i), Text: f.Text + triedText(&f)})
	}
	return b
}

// sufferersText names the workloads whose calls suffer, where there are several.
func sufferersText(c *wire.DiagnosisCause, wide bool) string {
	if len(c.Clients) < 2 {
		return ""
	}
	var names []string
	for i, r := range c.Clients {
		if i == mostShown && !wide {
			names = append(names, fmt.Sprintf("and %d more", len(c.Clients)-i))
			break
		}
		names = append(names, objectOf(r).String())
	}
	return strings.Join(names, ", ")
}

// triedText is what the trial of a fix showed.
func triedText(f *wire.DiagnosisFix) string {
	switch {
	case !f.Tried:
		return ""
	case f.After == resolve.VerdictUnknown.String():
		return " [tried on the model: the cause is gone]"
	}
	return " [tried on the model: the call is then " + f.After + "]"
}

// brief reports a cause that is only named: one that is unlikely, and one of which nothing is known
// beside others that are likely.
func brief(x *wire.DiagnosisItem, c *wire.DiagnosisCause) bool {
	if c.State == diagnose.Possible.String() {
		return x.Causes[0].State == diagnose.Likely.String() && len(c.Facts) == 0 && c.Check == ""
	}
	return c.State == diagnose.Unlikely.String()
}

// namedTexts name those causes, by their states.
func namedTexts(x *wire.DiagnosisItem) (texts []string) {
	for _, state := range []diagnose.State{diagnose.Possible, diagnose.Unlikely} {
		var names []string
		for i := range x.Causes {
			if c := &x.Causes[i]; c.State == state.String() && brief(x, c) {
				names = append(names, c.Name)
			}
		}
		if len(names) > 0 {
			texts = append(texts, stateTexts[state]+strings.Join(names, ", ")+" (details: -o wide)")
		}
	}
	return texts
}

var stateTexts = map[diagnose.State]string{diagnose.Possible: "possible too: ", diagnose.Unlikely: "unlikely by the configuration: "}

// summary counts; what is missing comes first.
func (v Diagnosed) summary() []string {
	t, lines := v.Report.Totals, []string(nil)
	if t.Unknown != "" {
		lines = append(lines, "no known symptom in: "+shortened(t.Unknown))
	}
	for i := range v.Report.Items {
		if i == 0 {
			lines = append(lines, "details: mtlsctl explain "+v.Report.Items[0].Symptom)
		}
	}
	text := fmt.Sprintf("%s in %s: %d with a likely cause", count(t.Items, "symptom"), count(t.Lines, "line"), t.Settled)
	if t.Others > 0 {
		text += fmt.Sprintf("; %s without a known symptom", count(t.Others, "line"))
	}
	if t.Beyond > 0 {
		text += fmt.Sprintf("; %s of further calls not examined: too many different calls", count(t.Beyond, "line"))
	}
	if missing := missingText(v.Report.Missing); missing != "" {
		text = missing + "; " + text
	}
	return append(lines, text)
}

// Data implements View: a Diagnosis.
func (v Diagnosed) Data() any { return v.Report }

// Names implements View: the symptoms, as explain takes them.
func (v Diagnosed) Names() []string {
	var names []string
	for i := range v.Report.Items {
		names = append(names, v.Report.Items[i].Symptom)
	}
	return names
}
