package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// outputFlags say how an answer looks.
type outputFlags struct {
	word      string
	noHeaders bool
	sortBy    string
	format    format.Format
}

func (f *outputFlags) add(c *cobra.Command) {
	f.addFormat(c)
	c.Flags().StringVar(&f.sortBy, "sort-by", "", "order by `KEY`: "+strings.Join(render.SortKeys, ", ")+" (default: namespace, name, port; modes come worst first)")
	console.Completes(c, "sort-by", console.OneOf(render.SortKeys...))
}

// addFormat adds the flags of an answer that has no lines to sort.
func (f *outputFlags) addFormat(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVarP(&f.word, "output", "o", "table", "write as `FORMAT`: "+strings.Join(format.Words(), ", "))
	fs.BoolVar(&f.noHeaders, "no-headers", false, "omit table headers")
	console.Completes(c, "output", console.OneOf(formats()...))
}

// addDrawn adds the flags of an answer that can be drawn.
func (f *outputFlags) addDrawn(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVarP(&f.word, "output", "o", "table", "write as `FORMAT`: "+strings.Join(format.DrawnWords(), ", "))
	fs.BoolVar(&f.noHeaders, "no-headers", false, "omit table headers")
	console.Completes(c, "output", console.OneOf(completable(format.DrawnWords())...))
}

func (f *outputFlags) completeDrawn() (err error) {
	if f.format, err = format.ParseDrawn(f.word); err != nil {
		return console.Usage("", "-o: %s", err)
	}
	return nil
}

// drawsPage reports -o html.
func (f *outputFlags) drawsPage() bool { return f.word == "html" }

func (f *outputFlags) complete() (err error) {
	if f.format, err = format.Parse(f.word); err != nil {
		return console.Usage("", "-o: %s", err)
	}
	if f.sortBy != "" && !slices.Contains(render.SortKeys, f.sortBy) {
		return console.Usage("", "--sort-by %q: one of %s", f.sortBy, strings.Join(render.SortKeys, ", "))
	}
	return nil
}

// options is what a format may know about where it writes to.
func (f *outputFlags) options(s console.Streams, color *console.ColorFlag) format.Options {
	return format.Options{Width: s.Width, Color: color.On(s), NoHeaders: f.noHeaders, Program: s.Name, FollowUp: s.FollowUp.Add}
}

// begun is a view whose table begins with a summary where a terminal shows it and it is long.
func (f *outputFlags) begun(s console.Streams, v format.View, summary func() render.Namespaces) format.View {
	if s.Terminal && format.IsText(f.format) {
		return render.Begun{View: v, Summary: summary}
	}
	return v
}

// formats are the words of -o as far as a shell can complete them.
func formats() []string { return completable(format.Words()) }

func completable(words []string) []string {
	for i, word := range words {
		name, arg, _ := strings.Cut(word, "=")
		if arg != "" {
			name += "="
		}
		words[i] = name
	}
	return words
}
