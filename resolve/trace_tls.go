package resolve

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// traceTLS notes which level of the rule sets TLS, the strongest first (3.3), and what the
// levels came to.
func (c *call) traceTLS() {
	if c.trace == nil {
		return
	}
	m := c.rule
	if m == nil {
		why := Reason{Cause: CauseTraceNoRuleAuto}
		if c.whole != nil { // proxyless
			why = because(CauseTraceNoRuleBut, Details{Base: c.whole.Why})
		}
		c.trace.note(nowhere, why)
		return
	}
	if s := m.subset(c.subset); s != nil {
		c.traceLevel("subset "+c.subset, s.rule, s.subset.GetTrafficPolicy(), s.index)
	} else if c.subset != "" {
		c.trace.note(Place{m.first.Origin, "spec.subsets"}, because(CauseTraceNoSubset, Details{Name: c.subset}))
	}
	switch {
	case m.policy == nil && m.backend == nil:
		c.trace.note(Place{m.first.Origin, ""}, because(CauseTraceNoPolicy, Details{By: m.first.Ref}))
	case m.policy != nil:
		c.traceLevel(m.policy.Ref.String(), m.policy, m.policy.spec.GetTrafficPolicy(), none)
	}
	if m.backend != nil && m.backend != m.policy {
		c.traceLevel(m.backend.Ref.String(), m.backend, m.backend.spec.GetTrafficPolicy(), none)
	}
	c.traceSetting()
}

// traceLevel notes one traffic policy as the decision reads it: the entry of the port, then
// its own tls.
func (c *call) traceLevel(name string, r *DestinationRule, policy *networkingapi.TrafficPolicy, subset int) {
	l, written := levelOf(r, policy, subset, c.port.Number)
	at := spot{subset, none}.field()
	if r.backend {
		at = "spec.validation"
	}
	if !written {
		c.trace.note(Place{r.Origin, at}, because(CauseTraceInherits, Details{Name: name}))
		return
	}
	for i, e := range policy.GetPortLevelSettings() {
		number, field := int32(e.GetPort().GetNumber()), at.Child("portLevelSettings").Index(i)
		switch {
		case i == l.spot.entry:
			c.trace.note(Place{r.Origin, field.Child("tls").Child("mode")}, because(CauseTraceEntry, Details{Name: name, Base: tlsWritten(r, field, e.GetTls())}).numbered(number))
		case number != c.port.Number && c.port.LeadsTo(number):
			c.trace.note(Place{r.Origin, field}, because(CauseTraceEntryOfTarget, Details{Name: name, Text: fmt.Sprint(c.port.Number)}).numbered(number))
		}
	}
	if !l.port {
		c.trace.note(Place{r.Origin, at.Child("tls").Child("mode")}, because(CauseTraceNoEntry, Details{Name: name, Base: tlsWritten(r, at, l.tls)}).numbered(c.port.Number))
	}
}

// tlsWritten is what a level says of tls.
func tlsWritten(r *DestinationRule, at Field, tls *networkingapi.ClientTLSSettings) Reason {
	switch {
	case tls == nil:
		return Reason{Cause: CauseNoTLSWritten}
	case !modeWritten(tlsSetting{tls: tls, rule: r, field: at.Child("tls")}):
		return because(CauseTLSWithoutMode, Details{More: tls.GetCredentialName()})
	}
	return because(CauseTLSWithMode, Details{Text: tls.GetMode().String(), More: tls.GetCredentialName()})
}

// traceSetting notes what the levels come to.
func (c *call) traceSetting() {
	s := c.setting
	switch {
	case c.whole != nil && c.whole.By.IsZero():
		c.trace.note(nowhere, c.whole.Why)
	case c.whole != nil && c.whole.Why.Cause == CauseRuleMode:
		c.trace.note(Place{s.rule.Origin, s.field.Child("mode")}, because(CauseTraceDecides, Details{Field: s.field}))
	case c.whole != nil:
		c.trace.note(Place{c.whole.Origin, modeOf(c.whole.Field)}, c.whole.Why)
	case s.emptied:
		c.trace.note(Place{s.rule.Origin, s.field}, Reason{Cause: CauseTraceEmptied})
	default:
		c.trace.note(nowhere, Reason{Cause: CauseTraceUnset})
	}
}
