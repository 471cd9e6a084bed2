package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// argumentWidth is how wide the argument about a call gets at the most.
const argumentWidth = 110

// unnumbered are the topics that are no step of a decision.
var unnumbered = []string{"fix", "seen", "failed", "declared"}

// derivationBlocks show the argument about one call: a title that says what it
// comes to, and numbered steps.
func derivationBlocks(from base, title string, steps []wire.DerivationStep, notes []string) []format.Block {
	b := format.Block{Title: title, Indent: 1, Wrap: argumentWidth}
	for i, s := range steps {
		term := fmt.Sprintf("%d %s", i+1, s.Topic)
		if slices.Contains(unnumbered, s.Topic) {
			term = "  " + s.Topic
		}
		for j, p := range s.Points {
			if j > 0 {
				term = ""
			}
			b.Points = append(b.Points, format.Point{Term: term, Text: from.at(p.Text, placedAt(p.Position)) + ruleText(p.Rule)})
		}
	}
	blocks := []format.Block{b}
	if len(notes) > 0 {
		blocks = append(blocks, format.Block{Lines: notes, Indent: 1})
	}
	return blocks
}

func serversOf(list []outbound.Connection) []*outbound.Endpoint {
	var servers []*outbound.Endpoint
	for i := range list {
		servers = append(servers, list[i].Server)
	}
	return servers
}

func ruleText(number string) string {
	if number == "" {
		return ""
	}
	return " (" + number + ")"
}

// derivationTitle is what becomes of the call in a line.
func (v Connections) derivationTitle() string {
	d := v.Derivation
	target := d.Host.Name + ":" + strconv.Itoa(int(d.Port.Number))
	if d.Subset != "" {
		target += "/" + d.Subset
	}
	refused := v.refused(arriving(d), d.Client)
	result := resultText(d.Connections) + refused
	if r := d.Routed; r != nil {
		result = resolve.VerdictBroken.String() + ": no DestinationRule defines it"
		if len(r.Connections) > 0 {
			result = resultText(r.Connections) + refused
		}
		if refused == "" && !strings.HasPrefix(result, resolve.VerdictBroken.String()) {
			result += v.onwardText(d.Host, r.Onward)
		}
		result = fmt.Sprintf("%s routes all calls to %s, %s", r.By, r.Target(d.Host, d.Port), result)
	}
	if s := d.Split; s != nil {
		result = v.splitText(s, result)
	}
	return fmt.Sprintf("%s -> %s    %s", clientText(d.Client), target, result)
}

// splitText is where routes lead calls, and the worst that becomes of them; asIs is what becomes of
// those that no route leads away.
func (v Connections) splitText(s *outbound.Split, asIs string) string {
	if len(s.Ends) == 0 {
		return fmt.Sprintf("%s answers all calls in the client's proxy", s.By)
	}
	var targets []string
	for i := range s.Ends {
		targets = append(targets, s.Ends[i].Target)
	}
	text := fmt.Sprintf("%s routes all calls to %s", s.By, strings.Join(targets, " and "))
	if !s.Whole {
		text = fmt.Sprintf("%s; %s routes some calls to %s", asIs, s.By, strings.Join(targets, " and "))
	}
	worst := s.Worst()
	if len(worst.Connections) > 0 {
		text += ", " + resultText(worst.Connections) + v.refused(worst.Connections, v.Derivation.Client)
	} else {
		text += ", " + worst.Lost.Verdict.String() + ": " + words.Because(worst.Lost.Why)
	}
	if len(s.Ends) > 1 {
		text += ", at " + worst.Target
	}
	return text
}

// onwardText is what becomes of a call behind the gateway to which it is routed, at the worst.
func (v Connections) onwardText(h *outbound.Host, list []outbound.Onward) string {
	var ends []outbound.Connection
	for i := range list {
		if len(list[i].Ways) == 0 {
			return fmt.Sprintf("; then %s has no route for %s", list[i].Gateway.Short(), h.Name)
		}
		ends = append(ends, list[i].Connections...)
	}
	if len(ends) == 0 {
		return ""
	}
	return fmt.Sprintf("; then %s sends it on, %s", list[0].Gateway.Short(), resultText(ends)+v.refused(ends, list[0].Gateway))
}

// resultText is the worst that becomes of a call, and why.
func resultText(list []outbound.Connection) string {
	worst := &list[0]
	for i := range list {
		if c := &list[i]; c.Outcome.Verdict.Urgency() < worst.Outcome.Verdict.Urgency() {
			worst = c
		}
	}
	result, because := worst.Outcome.Verdict.String(), words.Because(worst.Outcome.Why)
	if worst.Outcome.Verdict == resolve.VerdictPlaintext {
		return because // which begins with the verdict
	}
	return result + ": " + because
}

// otherSubsets says that the host has subsets with clusters of their own.
func (v Connections) otherSubsets() string {
	d := v.Derivation
	if d.Subset != "" {
		return ""
	}
	names := map[string]bool{}
	var list []string
	for c := range v.Calls.Mesh.CallsOf(d.Client, d.Host) {
		if c.Port == d.Port && c.Subset != "" && !names[c.Subset] {
			names[c.Subset] = true
			list = append(list, c.Subset)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "subsets have their own settings: --to " + shell.Word(fmt.Sprintf("%s:%d/%s", hostText(d.Host), d.Port.Number, list[0])) + moreText(list[1:])
}

func moreText(rest []string) string {
	text := ""
	for _, s := range rest {
		text += ", /" + s
	}
	return text
}

// steps are those of the argument about one call, at its end whether it is made at all;
// none for a report about many.
func (v Connections) steps() []wire.DerivationStep {
	steps := []wire.DerivationStep{}
	if v.Derivation == nil {
		return steps
	}
	for _, s := range v.Derivation.Steps {
		step := wire.DerivationStep{Topic: s.Topic, Points: []wire.DerivationPoint{}}
		for _, p := range s.Points {
			step.Points = append(step.Points, wire.DerivationPoint{Text: words.Plain(p.Why), Cause: string(p.Why.Cause), Rule: words.Rule(p.Why), Position: positionOf(p.Position())})
		}
		steps = append(steps, step)
	}
	return append(append(steps, v.admissionSteps()...), v.evidenceSteps()...)
}
