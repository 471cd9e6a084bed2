package resolve

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// traceTLS notes which level of the rule sets TLS, the strongest first (3.3), and what the
// levels came to.
func (c *Call) traceTLS() {
	if c.trace == nil {
		return
	}
	m := c.Rule
	if m == nil {
		why := Reason{Cause: CauseTraceNoRuleAuto}
		if c.Whole != nil { // proxyless
			why = Because(CauseTraceNoRuleBut, Details{Base: c.Whole.Why})
		}
		c.trace.note(nowhere, why)
		return
	}
	if s := m.Subset(c.Subset); s != nil {
		c.traceLevel("subset "+c.Subset, s.Rule, s.Spec.GetTrafficPolicy(), s.Index)
	} else if c.Subset != "" {
		c.trace.note(Place{m.first.Origin, "spec.subsets"}, Because(CauseTraceNoSubset, Details{Name: c.Subset}))
	}
	switch {
	case m.Policy == nil && m.backend == nil:
		c.trace.note(Place{m.first.Origin, ""}, Because(CauseTraceNoPolicy, Details{By: m.first.Ref}))
	case m.Policy != nil:
		c.traceLevel(m.Policy.Ref.String(), m.Policy, m.Policy.spec.GetTrafficPolicy(), NoEntry)
	}
	if m.backend != nil && m.backend != m.Policy {
		c.traceLevel(m.backend.Ref.String(), m.backend, m.backend.spec.GetTrafficPolicy(), NoEntry)
	}
	c.traceSetting()
}

// traceLevel notes one traffic policy as the decision reads it: the entry of the port, then
// its own tls.
func (c *Call) traceLevel(name string, r *DestinationRule, policy *networkingapi.TrafficPolicy, subset int) {
	l, written := levelOf(r, policy, subset, c.Port.Number)
	at := Spot{subset, NoEntry}.Field()
	if r.Backend {
		at = "spec.validation"
	}
	if !written {
		c.trace.note(Place{r.Origin, at}, Because(CauseTraceInherits, Details{Name: name}))
		return
	}
	for i, e := range policy.GetPortLevelSettings() {
		number, field := int32(e.GetPort().GetNumber()), at.Child("portLevelSettings").Index(i)
		switch {
		case i == l.spot.Entry:
			c.trace.note(Place{r.Origin, field.Child("tls").Child("mode")}, Because(CauseTraceEntry, Details{Name: name, Base: tlsWritten(r, field, e.GetTls())}).numbered(number))
		case number != c.Port.Number && c.Port.LeadsTo(number):
			c.trace.note(Place{r.Origin, field}, Because(CauseTraceEntryOfTarget, Details{Name: name, Text: fmt.Sprint(c.Port.Number)}).numbered(number))
		}
	}
	if !l.port {
		c.trace.note(Place{r.Origin, at.Child("tls").Child("mode")}, Because(CauseTraceNoEntry, Details{Name: name, Base: tlsWritten(r, at, l.tls)}).numbered(c.Port.Number))
	}
}

// tlsWritten is what a level says of tls.
func tlsWritten(r *DestinationRule, at Field, tls *networkingapi.ClientTLSSettings) Reason {
	switch {
	case tls == nil:
		return Reason{Cause: CauseNoTLSWritten}
	case !modeWritten(tlsSetting{TLS: tls, Rule: r, field: at.Child("tls")}):
		return Because(CauseTLSWithoutMode, Details{More: tls.GetCredentialName()})
	}
	return Because(CauseTLSWithMode, Details{Text: tls.GetMode().String(), More: tls.GetCredentialName()})
}

// traceSetting notes what the levels come to.
func (c *Call) traceSetting() {
	s := c.Setting
	switch {
	case c.Whole != nil && c.Whole.By.IsZero():
		c.trace.note(nowhere, c.Whole.Why)
	case c.Whole != nil && c.Whole.Why.Cause == CauseRuleMode:
		c.trace.note(Place{s.Rule.Origin, s.field.Child("mode")}, Because(CauseTraceDecides, Details{Field: s.field}))
	case c.Whole != nil:
		c.trace.note(Place{c.Whole.Origin, ModeOf(c.Whole.Field)}, c.Whole.Why)
	case s.emptied:
		c.trace.note(Place{s.Rule.Origin, s.field}, Reason{Cause: CauseTraceEmptied})
	default:
		c.trace.note(nowhere, Reason{Cause: CauseTraceUnset})
	}
}
