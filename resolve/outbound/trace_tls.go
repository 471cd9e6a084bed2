package outbound

import (
	"fmt"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// traceTLS notes which level of the rule sets TLS, the strongest first (3.3), and what the
// levels came to.
func (c *Call) traceTLS() {
	if c.trace == nil {
		return
	}
	m := c.Rule
	if m == nil {
		why := resolve.Reason{Cause: resolve.CauseTraceNoRuleAuto}
		if c.EveryEndpoint != nil { // proxyless
			why = resolve.Because(resolve.CauseTraceNoRuleBut, resolve.Details{Base: c.EveryEndpoint.Why})
		}
		c.trace.note(nowhere, why)
		return
	}
	if s := m.Subset(c.Subset); s != nil {
		c.traceLevel("subset "+c.Subset, s.Rule, s.Spec.GetTrafficPolicy(), s.Index)
	} else if c.Subset != "" {
		c.trace.note(resolve.Place{Origin: m.first.Origin, Field: "spec.subsets"}, resolve.Because(resolve.CauseTraceNoSubset, resolve.Details{Name: c.Subset}))
	}
	switch {
	case m.Policy == nil && m.backend == nil:
		c.trace.note(resolve.Place{Origin: m.first.Origin, Field: ""}, resolve.Because(resolve.CauseTraceNoPolicy, resolve.Details{By: m.first.Ref}))
	case m.Policy != nil:
		c.traceLevel(m.Policy.Ref.String(), m.Policy, m.Policy.spec.GetTrafficPolicy(), NoEntry)
	}
	for _, r := range append(slices.Clone(m.older), m.backend) {
		if r != nil && r != m.Policy {
			c.traceLevel(r.Ref.String(), r, r.spec.GetTrafficPolicy(), NoEntry)
		}
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
		c.trace.note(resolve.Place{Origin: r.Origin, Field: at}, resolve.Because(resolve.CauseTraceInherits, resolve.Details{Name: name}))
		return
	}
	for i, e := range policy.GetPortLevelSettings() {
		number, field := int32(e.GetPort().GetNumber()), at.Child("portLevelSettings").Index(i)
		switch {
		case i == l.spot.Entry:
			c.trace.note(resolve.Place{Origin: r.Origin, Field: field.Child("tls").Child("mode")}, resolve.Because(resolve.CauseTraceEntry, resolve.Details{Name: name, Base: tlsWritten(r, field, e.GetTls())}).Numbered(number))
		case number != c.Port.Number && c.Port.LeadsTo(number):
			c.trace.note(resolve.Place{Origin: r.Origin, Field: field}, resolve.Because(resolve.CauseTraceEntryOfTarget, resolve.Details{Name: name, Text: fmt.Sprint(c.Port.Number)}).Numbered(number))
		}
	}
	if !l.port {
		c.trace.note(resolve.Place{Origin: r.Origin, Field: at.Child("tls").Child("mode")}, resolve.Because(resolve.CauseTraceNoEntry, resolve.Details{Name: name, Base: tlsWritten(r, at, l.tls)}).Numbered(c.Port.Number))
	}
}

// tlsWritten is what a level says of tls.
func tlsWritten(r *DestinationRule, at resolve.Field, tls *networkingapi.ClientTLSSettings) resolve.Reason {
	switch {
	case tls == nil:
		return resolve.Reason{Cause: resolve.CauseNoTLSWritten}
	case !modeWritten(tlsSetting{TLS: tls, Rule: r, field: at.Child("tls")}):
		return resolve.Because(resolve.CauseTLSWithoutMode, resolve.Details{More: tls.GetCredentialName()})
	}
	return resolve.Because(resolve.CauseTLSWithMode, resolve.Details{Text: tls.GetMode().String(), More: tls.GetCredentialName()})
}

// traceSetting notes what the levels come to.
func (c *Call) traceSetting() {
	s := c.Setting
	switch {
	case c.EveryEndpoint != nil && c.EveryEndpoint.By.IsZero():
		c.trace.note(nowhere, c.EveryEndpoint.Why)
	case c.EveryEndpoint != nil && c.EveryEndpoint.Why.Cause == resolve.CauseRuleMode:
		c.trace.note(resolve.Place{Origin: s.Rule.Origin, Field: s.field.Child("mode")}, resolve.Because(resolve.CauseTraceDecides, resolve.Details{Field: s.field}))
	case c.EveryEndpoint != nil:
		c.trace.note(resolve.Place{Origin: c.EveryEndpoint.Origin, Field: resolve.ModeOf(c.EveryEndpoint.Field)}, c.EveryEndpoint.Why)
	case s.emptied:
		c.trace.note(resolve.Place{Origin: s.Rule.Origin, Field: s.field}, resolve.Reason{Cause: resolve.CauseTraceEmptied})
	default:
		c.trace.note(nowhere, resolve.Reason{Cause: resolve.CauseTraceUnset})
	}
}
