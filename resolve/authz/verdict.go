package authz

import "slices"

// Verdict is what policies together make of a call.
type Verdict uint8

const (
	// Depends on more than the port and the identity.
	Depends Verdict = iota
	// Admitted: no policy stands in the way.
	Admitted
	// DeniedByDeny: a DENY rule matches, whatever else the call has.
	DeniedByDeny
	// DeniedByAllow: there are ALLOW policies, and no rule of them can match.
	DeniedByAllow
)

// Denied reports either kind of refusal.
func (v Verdict) Denied() bool { return v == DeniedByDeny || v == DeniedByAllow }

// Judge says what becomes of a call: CUSTOM asks somebody else, DENY comes before ALLOW,
// and one ALLOW policy is enough to refuse what none lets in (5.3).
func Judge(policies []*Policy, c Call) Verdict {
	deny, allow, allows, asks := Never, Never, false, false
	for _, p := range policies {
		switch p.Action {
		case Deny:
			deny = max(deny, p.Answer(c))
		case Allow:
			allow, allows = max(allow, p.Answer(c)), true
		case Custom:
			asks = true
		}
	}
	switch {
	case deny == Always:
		return DeniedByDeny
	case allows && allow == Never:
		return DeniedByAllow
	case deny == Never && (!allows || allow == Always) && !asks:
		return Admitted
	}
	return Depends
}

// Answer is the best of its rules: a policy without rules matches nothing.
func (p *Policy) Answer(c Call) Answer {
	answer := Never
	for _, r := range p.Rules {
		answer = max(answer, r.Answer(c))
	}
	return answer
}

// WantsIdentity reports a rule that could match the call with an identity and cannot
// without one.
func (r *Rule) WantsIdentity(c Call) bool {
	known := c
	known.Identified = true
	return r.Answer(c) == Never && r.Answer(known) != Never
}

// AdmitsNobody reports a rule that matches the call because it has no identity, and so
// is not one of those that the rule excepts.
func (r *Rule) AdmitsNobody(c Call) bool {
	if r.Answer(c) == Never {
		return false
	}
	negative := func(t Term) bool { return t.About == Peer && t.Not && c.one(t) == Always }
	if slices.ContainsFunc(r.Conditions, negative) {
		return true
	}
	for _, s := range r.Sources {
		if c.all(s) != Never && !slices.ContainsFunc(s, negative) {
			return false // this source matches without a word about identities
		}
	}
	return len(r.Sources) > 0
}

// Covers reports that a rule matches a call without identity whenever another would
// match one with an identity: whoever sends plaintext gains nothing by it.
func (r *Rule) Covers(other *Rule, c Call) bool {
	return r.MatchesAnybody(c) && (c.any(r.Operations) == Always || slices.EqualFunc(r.Operations, other.Operations, sameClause))
}

// MatchesAnybody reports a rule that leaves only what is asked for open, not who asks.
func (r *Rule) MatchesAnybody(c Call) bool {
	return c.any(r.Sources) == Always && c.all(r.Conditions) == Always
}

func sameClause(a, b Clause) bool {
	return slices.EqualFunc(a, b, func(x, y Term) bool { return x.Name == y.Name && slices.Equal(x.Values, y.Values) })
}
