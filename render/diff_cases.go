package render

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// diffRules document the effects of a change for formats that carry documentation along.
var diffRules = map[string]*analyze.Check{
	effect.Breaks.String(): {
		Code: "diff-breaks", Name: "call-newly-broken", Severity: analyze.Error,
		Title: "The change breaks a call", Why: "The call worked before the change, or was not possible, and it fails after the change.",
		Fix: "change the object that is named as the cause, or roll the change out in steps: mtlsctl migrate-plan",
	},
	effect.Weaker.String(): {
		Code: "diff-weaker", Name: "less-protected", Severity: analyze.Warning,
		Title: "The change removes encryption or identity", Why: "A call is no longer Istio mTLS, or a port accepts plaintext that it rejected before the change.",
		Fix: "keep the mode or the rule that protected it",
	},
	effect.Uncertain.String(): {
		Code: "diff-uncertain", Name: "no-longer-known", Severity: analyze.Warning,
		Title: "The change makes an answer depend on something that is not in the input", Why: "The mode or the result was known before the change and is unknown after it.",
		Fix: "add what is missing to the input",
	},
}

// Cases implements Checked: what gets worse is a case, and so is each new finding.
func (v savedDiff) Cases() format.Cases {
	c := format.Cases{Title: "mtlsctl diff", Summary: v.summary()[0], Rules: v.rules()}
	for i := range v.Rows {
		if rule := diffRules[v.Rows[i].Effect]; rule != nil {
			c.Found = append(c.Found, v.changeCase(&v.Rows[i], rule))
		}
	}
	for _, f := range v.findings() {
		if f.Effect == effect.New.String() {
			one := findingCase(f.Finding)
			one.Fails = v.FailOn == "any" || v.FailOn != "never" && f.Finding.Severity == analyze.Error.String()
			c.Found = append(c.Found, one)
		}
	}
	if len(c.Found) == 0 {
		c.Good = []format.Case{{Name: "nothing gets worse"}}
	}
	return c
}

// rules are those of the effects, and of the new findings.
func (v savedDiff) rules() []*analyze.Check {
	rules := []*analyze.Check{diffRules[effect.Breaks.String()], diffRules[effect.Weaker.String()], diffRules[effect.Uncertain.String()]}
	found := map[string]bool{}
	for _, f := range v.findings() {
		found[f.Finding.Code] = f.Effect == effect.New.String() || found[f.Finding.Code]
	}
	for _, check := range v.checks {
		if found[check.Code] {
			rules = append(rules, check)
		}
	}
	return rules
}

func (v savedDiff) changeCase(row *wire.DiffRow, rule *analyze.Check) format.Case {
	fails := v.FailOn == "any" || v.FailOn == "weaker" || v.FailOn == "broken" && row.Effect == effect.Breaks.String()
	message := row.What + ": " + row.Was + " -> " + row.Is
	if row.Because != "" {
		message += " (" + row.Because + ")"
	}
	object := resolve.Ref{}
	if row.Object != nil {
		object = objectOf(*row.Object)
	}
	sum := sha256.Sum256([]byte(rule.Code + "\x00" + row.What + "\x00" + object.String()))
	return format.Case{
		Code: rule.Code, Level: rule.Severity.String(), Fails: fails, Group: object.Namespace, Name: row.What, Message: message, Fix: rule.Fix,
		Object: object, Position: placedAt(row.Position), Fingerprint: hex.EncodeToString(sum[:8]),
	}
}
