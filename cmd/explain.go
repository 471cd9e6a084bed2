package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

const explainLong = `explain shows a page: what a finding's code means and how to repair it, what a
mode accepts and rejects, how Istio decides, what a term means. Output that ends in
a number in brackets, such as (3.2.3), names the rule that decided: explain 3.2.3
shows it, and explain rules lists all rules. explain glossary lists the terms.
A symptom, or a part of a log line in quotes, shows what it means and its causes;
explain symptoms lists them.
Without an argument it lists topics and codes. It reads no input and uses no network.`

const explainExample = `  # list all topics and codes
  mtlsctl explain

  # one finding, one mode, one topic
  mtlsctl explain MTLS0106
  mtlsctl explain STRICT
  mtlsctl explain auto-mtls -o markdown

  # the rule that output names as (3.2.3), and all rules
  mtlsctl explain 3.2.3
  mtlsctl explain rules

  # what a log line means, and all symptoms
  mtlsctl explain '503 UF'
  mtlsctl explain filter_chain_not_found
  mtlsctl explain symptoms`

func newExplain(s console.Streams, color *console.ColorFlag) *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use: "explain [TOPIC|CODE|RULE|SYMPTOM]", Short: "Explain a finding, a mode, a term, a symptom or a rule",
		Long: explainLong, Example: explainExample, Args: atMostOne,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := output.complete(); err != nil {
				return err
			}
			view, err := page(args)
			if err != nil {
				return err
			}
			return console.InputError(format.Write(s.Out, output.format, view, output.options(s, color)))
		},
	}
	output.addFormat(c)
	c.ValidArgsFunction = pages
	return c
}

func atMostOne(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return console.Usage("mtlsctl explain lists every topic and code", "explain takes one topic, code, rule or symptom (a line in quotes), not %d", len(args))
	}
	return nil
}

// allRules and allSymptoms are the words that list these.
const (
	allRules    = "rules"
	allSymptoms = "symptoms"
)

// page finds what an argument names.
func page(args []string) (format.View, error) {
	if len(args) == 0 {
		return render.Contents{Topics: topics.All(), Checks: project.Catalogue()}, nil
	}
	if strings.EqualFold(args[0], allRules) {
		return render.Book{Rules: rulebook.All()}, nil
	}
	if strings.EqualFold(args[0], allSymptoms) {
		return render.Symptoms{Symptoms: diagnose.All()}, nil
	}
	if t, ok := topics.Find(args[0]); ok {
		return render.TopicPage(t), nil
	}
	if r, ok := rulebook.Find(args[0]); ok {
		return render.RulePage(r), nil
	}
	for _, c := range project.Catalogue() {
		if strings.EqualFold(c.Code, args[0]) || strings.EqualFold(c.Name, args[0]) {
			return render.CheckPage(c), nil
		}
	}
	if s, others := symptom(args[0]); s != nil {
		return render.SymptomPage(s, others), nil
	}
	return nil, noPage(args[0])
}

// symptom is the one that a name or a text stands for, with the others that the text has too.
func symptom(text string) (s *diagnose.Symptom, others []*diagnose.Symptom) {
	if s, ok := diagnose.Find(text); ok {
		return s, nil
	}
	for i, r := range diagnose.RecogniseAll(text) {
		switch {
		case i == 0:
			s = r.Symptom
		case len(others) < mostOthers:
			others = append(others, r.Symptom)
		}
	}
	return s, others
}

// mostOthers is how many further symptoms of a text are named.
const mostOthers = 4

func noPage(word string) error {
	contents := render.Contents{Topics: topics.All(), Checks: project.Catalogue()}
	names, hint := append(append(contents.Names(), allRules, allSymptoms), diagnose.Names()...), "mtlsctl explain lists every topic and code, mtlsctl explain symptoms every symptom"
	if looksLikeRule(word) {
		names, hint = render.Book{Rules: rulebook.All()}.Names(), "mtlsctl explain rules lists every rule"
		word = strings.Trim(word, "()")
	}
	if near := spelling.Nearest(word, names); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return console.Usage(hint, "no page about %q", word)
}

// looksLikeRule reports a word that begins as the number of a rule does.
func looksLikeRule(word string) bool {
	word = strings.TrimPrefix(word, "(")
	return word != "" && '0' <= word[0] && word[0] <= '9'
}

// pages suggests what explain knows; the numbers of rules once a digit is there.
func pages(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return console.NoFiles(c, args, word)
	}
	var list []cobra.Completion
	if looksLikeRule(word) {
		for _, r := range rulebook.All() {
			list = append(list, cobra.CompletionWithDesc(r.Number, r.Title))
		}
		return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
	for _, t := range topics.All() {
		list = append(list, cobra.CompletionWithDesc(t.Name, t.Title))
	}
	list = append(list, cobra.CompletionWithDesc(allRules, "the rules that output names as (3.2.3)"))
	list = append(list, cobra.CompletionWithDesc(allSymptoms, "the symptoms that diagnose recognises"))
	for _, s := range diagnose.All() {
		list = append(list, cobra.CompletionWithDesc(s.Name, s.Title))
	}
	more, directive := codes(c, args, word)
	return append(list, more...), directive
}

// codes suggests the checks.
func codes(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	for _, c := range project.Catalogue() {
		list = append(list, cobra.CompletionWithDesc(c.Code, c.Title))
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
