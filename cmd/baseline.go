package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// baselineFlags say where old findings are written down.
type baselineFlags struct {
	file, write string
	known       *project.Baseline
}

func (f *baselineFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "baseline", "", "hide findings of `FILE`: report only new ones, and those that are more severe or affect more than in FILE")
	c.Flags().StringVar(&f.write, "write-baseline", "", "write the findings to `FILE`; with --baseline only those that it already has and that still exist")
}

// read reads the baseline that is named, as it is in the base of a comparison.
func (f *baselineFlags) read(ctx context.Context, against *againstFlags) error {
	if f.file == "" {
		return nil
	}
	text, err := against.textOfBase(ctx, f.file, readSmall)
	if err != nil {
		return fmt.Errorf("read the baseline: %w", err)
	}
	if text == nil { // the base has none: what the change writes into one hides nothing
		return nil
	}
	if f.known, err = project.ParseBaseline(text); err != nil {
		return &console.Failure{Code: console.ExitInput, Message: f.file + ": " + err.Error(), Hints: []string{"mtlsctl analyze --write-baseline FILE writes one"}}
	}
	return nil
}

// save writes the baseline that is asked for: without --baseline all that counts; with it
// the file can only shrink.
func (f *baselineFlags) save(s console.Streams, report *analyze.Report) error {
	if f.write == "" {
		return nil
	}
	next := project.NewBaseline(report.Findings)
	if f.known != nil {
		next = f.known.Without(report.Gone)
	}
	text, err := next.Text()
	if err != nil {
		return err
	}
	if err := writeFile(f.write, text); err != nil {
		return &console.Failure{Code: console.ExitInput, Message: "write the baseline: " + err.Error(), Hints: []string{"check that the directory exists and is writable"}}
	}
	console.Note(s, "wrote %s: %s", f.write, console.Plural(len(next.Items), "finding"))
	return nil
}
