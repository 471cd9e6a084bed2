package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

const explainLong = `explain shows a page: what a finding's code means and how to repair it, what a
mode accepts and rejects, how Istio decides. Without an argument it lists them.
Nothing is read and nothing is asked of the network.`

const explainExample = `  # what is there
  mtlsctl explain

  # one finding, one mode, one idea
  mtlsctl explain MTLS0106
  mtlsctl explain STRICT
  mtlsctl explain auto-mtls -o markdown`

func newExplain(s Streams, color *colorFlag) *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use: "explain [TOPIC|CODE]", Short: "Explain a finding, a mode, or how Istio decides",
		Long: explainLong, Example: explainExample, Args: atMostOne,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := output.complete(); err != nil {
				return err
			}
			view, err := page(args)
			if err != nil {
				return err
			}
			return inputError(render.Write(s.Out, output.format, view, output.options(s, color)))
		},
	}
	output.addFormat(c)
	c.ValidArgsFunction = pages
	return c
}

func atMostOne(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("mtlsctl explain lists every topic and code", "explain takes one topic or code, not %d", len(args))
	}
	return nil
}

// page finds what an argument names.
func page(args []string) (render.View, error) {
	if len(args) == 0 {
		return render.Contents{Topics: topics.All(), Checks: project.Catalogue()}, nil
	}
	if t, ok := topics.Find(args[0]); ok {
		return render.TopicPage(t), nil
	}
	for _, c := range project.Catalogue() {
		if strings.EqualFold(c.Code, args[0]) || strings.EqualFold(c.Name, args[0]) {
			return render.CheckPage(c), nil
		}
	}
	return nil, noPage(args[0])
}

func noPage(word string) error {
	contents := render.Contents{Topics: topics.All(), Checks: project.Catalogue()}
	hint := "mtlsctl explain lists every topic and code"
	if near := spelling.Nearest(word, contents.Names()); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return usage(hint, "nothing to explain about %q", word)
}
