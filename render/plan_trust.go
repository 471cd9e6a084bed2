package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// trustFacts are the trust domain before and after a plan that changes it, and how far that has come.
func (v savedPlan) trustFacts() []format.Point {
	after := v.Trust.To
	if len(v.Items) == 0 {
		after = strings.Join(append([]string{"no change"}, heldCounts(v.Holds)...), ", ")
	}
	out := []format.Point{{Term: "trust domain", Text: v.Trust.From + " -> " + v.Trust.To}, {Term: "after this plan", Text: after}}
	for i := range v.Trust.Planes {
		p := &v.Trust.Planes[i]
		aliases := "no aliases"
		if len(p.Aliases) > 0 {
			aliases = "aliases " + strings.Join(p.Aliases, ", ")
		}
		out = append(out, format.Point{Term: "revision " + p.Revision, Text: p.TrustDomain + ", " + aliases})
	}
	if text := appliedText(v.Applied); text != "" {
		out = append(out, format.Point{Term: "applied", Text: text})
	}
	return out
}

// trustProven says what was looked at.
func (v savedPlan) trustProven() string {
	calls := "no call breaks"
	if v.Proof.Calls > 0 {
		calls = fmt.Sprintf("0 of %d calls break", v.Proof.Calls)
	}
	return fmt.Sprintf("proven: %s, and every policy names the same callers, in %s of what the two ends of a call can have during a wave", calls, count(v.Proof.States, "combination"))
}

// trustNext says where to go on.
func (v savedPlan) trustNext() []string {
	switch {
	case len(v.Items) == 0:
		return nil
	case v.Out != "":
		return []string{"the manifests and the runbook are in " + v.Out + ": start with README.md"}
	}
	return []string{"write the manifests and the runbook: mtlsctl migrate-plan --trust-domain " + shell.Word(v.Trust.To) + " --out plan/"}
}
