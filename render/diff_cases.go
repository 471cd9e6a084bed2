package render

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// diffRules document the effects of a change for formats that carry documentation along.
var diffRules = map[effect.Effect]*analyze.Check{
	effect.Breaks: {
		Code: "diff-breaks", Name: "call-newly-broken", Severity: analyze.Error,
		Title: "The change breaks a call", Why: "The call worked before the change, or nobody could make it, and it fails after the change.",
		Fix: "change the object that is named as the cause, or roll the change out in steps: mtlsctl migrate-plan",
	},
	effect.Weaker: {
		Code: "diff-weaker", Name: "less-protected", Severity: analyze.Warning,
		Title: "The change removes encryption or identity", Why: "A call is no longer Istio mTLS, or a port accepts plaintext that it refused before the change.",
		Fix: "keep the mode or the rule that protected it",
	},
	effect.Uncertain: {
		Code: "diff-uncertain", Name: "no-longer-known", Severity: analyze.Warning,
		Title: "The change makes an answer depend on something that is not in the input", Why: "The mode or the outcome was known before the change and is unknown after it.",
		Fix: "add what is missing to the input",
	},
}

// Cases implements Checked: what gets worse is a case, and so is each new finding.
func (v Diff) Cases() format.Cases {
	c := format.Cases{Title: "mtlsctl diff", Summary: v.summary()[0], Rules: v.rules()}
	for _, row := range v.rows() {
		if rule := diffRules[row.effect]; rule != nil {
			c.Found = append(c.Found, v.changeCase(row, rule))
		}
	}
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Effect == effect.New {
			item := newFinding(&f.Finding)
			one := findingCase(&item)
			one.Fails = v.FailsOn(f)
			c.Found = append(c.Found, one)
		}
	}
	if len(c.Found) == 0 {
		c.Good = []format.Case{{Name: "nothing gets worse"}}
	}
	return c
}

// FailsOn reports whether a finding alone makes the run end with 1.
func (v Diff) FailsOn(f *diff.FindingChange) bool {
	return f.Effect == effect.New && (v.FailOn == "any" || v.FailOn != "never" && f.Finding.Severity == analyze.Error)
}

// rules are those of the effects, and of the new findings.
func (v Diff) rules() []*analyze.Check {
	rules := []*analyze.Check{diffRules[effect.Breaks], diffRules[effect.Weaker], diffRules[effect.Uncertain]}
	found := map[string]bool{}
	for i := range v.Findings {
		found[v.Findings[i].Finding.Code] = v.Findings[i].Effect == effect.New || found[v.Findings[i].Finding.Code]
	}
	for _, check := range v.Checks {
		if found[check.Code] {
			rules = append(rules, check)
		}
	}
	return rules
}

func (v Diff) changeCase(row *diffRow, rule *analyze.Check) format.Case {
	fails := v.FailOn == "any" || v.FailOn == "weaker" || v.FailOn == "broken" && row.effect == effect.Breaks
	message := row.what + ": " + row.was.Text + " -> " + row.is.Text
	if why := causeText(row.cause); why != "" {
		message += " (" + why + ")"
	}
	sum := sha256.Sum256([]byte(rule.Code + "\x00" + row.what + "\x00" + row.cause.Object.String()))
	return format.Case{
		Code: rule.Code, Level: rule.Severity.String(), Fails: fails, Group: row.cause.Object.Namespace, Name: row.what, Message: message, Fix: rule.Fix,
		Object: row.cause.Object, Position: row.cause.Position, Fingerprint: hex.EncodeToString(sum[:8]),
	}
}
