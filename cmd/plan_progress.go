package cmd

import (
	"fmt"

	"github.com/schollz/progressbar/v3"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// planning says on a terminal how far a plan has come; piped, it says nothing.
type planning struct{ bar *progressbar.ProgressBar }

func newPlanning(s console.Streams) *planning { return &planning{console.Spinner(s)} }

func (p *planning) show(attempt, waves int, next plan.Kind) {
	if p.bar == nil {
		return
	}
	text := fmt.Sprintf("planning: %s proved, next is %s", console.Plural(waves, "wave"), next)
	if attempt > 1 {
		text += fmt.Sprintf("; attempt %d", attempt)
	}
	p.bar.Describe(text)
	_ = p.bar.Add(1) // a terminal that is gone is no reason to stop
}

func (p *planning) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
