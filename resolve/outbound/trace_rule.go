package outbound

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// traceRule notes which DestinationRule counts: every place that was looked at, what was
// chosen there, what it was merged of, and what was never looked at (3.2).
func (c *Call) traceRule() {
	if c.trace == nil {
		return
	}
	c.trace.step("rule")
	if len(c.Side.rules) == 0 {
		c.trace.note(nowhere, resolve.Reason{Cause: resolve.CauseTraceNoRules})
		return
	}
	named := map[*DestinationRule]bool{}
	for _, l := range c.trace.looked {
		c.traceLookUp(l)
		for _, r := range l.Rules {
			named[r] = true
		}
	}
	if len(c.found) > 0 {
		c.traceUnvisited(len(c.trace.looked))
	}
	c.traceChoice()
	c.traceMerge()
	c.tracePassedOver(named)
}

func (c *Call) traceLookUp(l LookUp) {
	at := resolve.Details{Name: l.Namespace, More: l.Host}
	if len(l.Rules) == 0 {
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceNoMatch, at).As(l.Place))
		return
	}
	names := make([]string, len(l.Rules))
	for i, r := range l.Rules {
		names[i] = r.Ref.Path()
	}
	at.Text = strings.Join(names, ", ")
	cause := resolve.CauseTraceTaken
	switch {
	case !l.Taken:
		cause = resolve.CauseTraceUnexported
	case l.Host != c.Host.Name:
		cause = resolve.CauseTraceTakenWildcard
	}
	c.trace.note(resolve.Place{Origin: l.Rules[0].Origin, Field: "spec.host"}, resolve.Because(cause, at).As(l.Place))
}

// traceUnvisited notes the places that the search did not come to.
func (c *Call) traceUnvisited(visited int) {
	rest := resolve.Details{Name: c.Host.Namespace, Text: c.Side.In.Root}
	switch visited {
	case 1:
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceTwoUnvisited, rest))
	case 2:
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceRootUnvisited, rest))
	}
}

// traceChoice notes which of the rules of a place is for this client.
func (c *Call) traceChoice() {
	chosen := c.Rule
	for i, r := range c.found {
		by, cause := resolve.Details{By: r.first.Ref, Name: c.trace.Client.Short()}, resolve.Cause("")
		at := resolve.Place{Origin: r.first.Origin, Field: "spec.workloadSelector"}
		if !r.first.HasSelector {
			at.Field = ""
		}
		switch {
		case !r.first.HasSelector && r == chosen && len(c.found) > 1:
			cause = resolve.CauseTraceLastCounts
			by = c.apart(by, i)
			if !by.Base.IsZero() {
				cause = resolve.CauseTraceLastUnmerged
			}
		case !r.first.HasSelector && r != chosen && chosen != nil && chosen.first.HasSelector:
			cause = resolve.CauseTraceGivesWay
		case !r.first.HasSelector && r != chosen:
			cause = resolve.CauseTraceListedEarlier
		case r.first.HasSelector && r == chosen:
			cause = resolve.CauseTraceSelects
		case r.first.HasSelector && c.Class.picks(r):
			cause = resolve.CauseTraceSelectsLater
		case r.first.HasSelector:
			cause = resolve.CauseTraceSelectsNot
		default:
			continue
		}
		c.trace.note(at, resolve.Because(cause, by))
	}
	if chosen == nil && len(c.found) > 0 {
		c.trace.note(nowhere, resolve.Reason{Cause: resolve.CauseTraceMasked})
	}
}

// apart completes by with why a rule was not merged into one before it, and why it comes
// after it: the later one counts.
func (c *Call) apart(by resolve.Details, i int) resolve.Details {
	r := c.found[i].first
	for _, b := range c.found[:i] {
		if !b.first.HasSelector {
			by.Text, by.More, by.Base = b.first.Exports.String(), r.Exports.String(), earlier(b.first, r)
			return by
		}
	}
	return by
}

// earlier is why a rule is looked at before another.
func earlier(first, other *DestinationRule) resolve.Reason {
	return resolve.Precedence(resolve.Aged{Created: first.Created, Ref: first.Ref}, resolve.Aged{Created: other.Created, Ref: other.Ref})
}

// traceMerge notes what became of several rules for one host (3.2.9).
func (c *Call) traceMerge() {
	if c.Rule == nil {
		return
	}
	m := c.Rule
	for _, r := range m.From[1:] {
		into := resolve.Details{By: r.Ref, Other: m.first.Ref}
		if r.HasSelector == m.first.HasSelector {
			into.Base = earlier(m.first, r)
		} else if m.first.HasSelector {
			into.Base = resolve.Reason{Cause: resolve.CauseSelectorsFirst}
		}
		switch policy := r.spec.GetTrafficPolicy(); {
		case r.Backend:
			into.Base = resolve.Reason{}
			c.trace.note(resolve.Place{Origin: r.Origin, Field: "spec.targetRefs"}, resolve.Because(resolve.CauseTraceMergedUnder, into))
		case policy != nil && m.Policy == r:
			c.trace.note(resolve.Place{Origin: r.Origin, Field: "spec.trafficPolicy"}, resolve.Because(resolve.CauseTraceMergedCounts, into))
		case policy != nil:
			c.trace.note(resolve.Place{Origin: r.Origin, Field: "spec.trafficPolicy"}, resolve.Because(resolve.CauseTraceMergedDropped, into))
		default:
			c.trace.note(resolve.Place{Origin: r.Origin, Field: "spec.subsets"}, resolve.Because(resolve.CauseTraceMergedSubsets, into))
		}
	}
}

// mostPassed is how many rules that do not count are named.
const mostPassed = 5

// tracePassedOver names rules that a reader may take for this host's, and notes what keeps
// them from counting; those in named were spoken of.
func (c *Call) tracePassedOver(named map[*DestinationRule]bool) {
	noted := 0
	for _, r := range c.Side.rules {
		if named[r] || r.FQDN == "*" || noted == mostPassed {
			continue
		}
		by, cause := resolve.Details{By: r.Ref, Text: r.Host, More: r.FQDN}, resolve.CauseTracePassedOver
		switch {
		case resolve.SubsetOf(c.Host.Name, r.FQDN):
			by.Base = c.Side.refusal(r, c.Class, c.Host, c.Rule).Why
			if by.Base.Cause == resolve.CauseRuleElsewhere {
				by.Base = resolve.Because(resolve.CauseRuleOwnNamespace, resolve.Details{Name: r.Ref.Namespace})
			}
		case !c.Host.Kubernetes:
			continue
		case r.Host == c.Host.Ref.Name+"."+c.Host.Namespace:
			cause = resolve.CauseTraceDotted
		case r.Host == c.Host.Ref.Name:
			cause = resolve.CauseTraceOtherHost
		default:
			continue
		}
		c.trace.note(resolve.Place{Origin: r.Origin, Field: "spec.host"}, resolve.Because(cause, by))
		noted++
	}
}
