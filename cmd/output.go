package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/render"
)

// outputFlags say how an answer looks.
type outputFlags struct {
	word      string
	noHeaders bool
	sortBy    string
	format    render.Format
}

func (f *outputFlags) add(c *cobra.Command) {
	f.addFormat(c)
	c.Flags().StringVar(&f.sortBy, "sort-by", "", "order by `KEY`: "+strings.Join(render.SortKeys, ", ")+" (default: namespace, name, port; modes come worst first)")
}

// addFormat adds the flags of an answer that has no lines to sort.
func (f *outputFlags) addFormat(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVarP(&f.word, "output", "o", "table", "write as `FORMAT`: "+strings.Join(render.FormatWords(), ", "))
	fs.BoolVar(&f.noHeaders, "no-headers", false, "leave out table headers")
}

func (f *outputFlags) complete() (err error) {
	if f.format, err = render.ParseFormat(f.word); err != nil {
		return usage("", "-o: %s", err)
	}
	if f.sortBy != "" && !slices.Contains(render.SortKeys, f.sortBy) {
		return usage("", "--sort-by %q: one of %s", f.sortBy, strings.Join(render.SortKeys, ", "))
	}
	return nil
}
