package authz

import (
	"slices"
	"strconv"
	"strings"
)

// Answer says whether a rule matches. Never < Maybe < Always.
type Answer uint8

// The answers. Maybe is for what depends on more than the port and the missing identity.
const (
	Never Answer = iota
	Maybe
	Always
)

// Filter is the kind of filter that looks at a call.
type Filter uint8

const (
	// Sniffed: HTTP or TCP, as the bytes turn out: the port declares no protocol (2.8).
	Sniffed Filter = iota
	// HTTPFilter knows requests.
	HTTPFilter
	// TCPFilter knows connections only (5.4).
	TCPFilter
	// Ztunnel knows still less (5.7).
	Ztunnel
)

// Call is a call as far as it is known before it is made.
type Call struct {
	// Port is the port on which the application listens, 0 for any.
	Port   int32
	Filter Filter
	// Identified is a call by mTLS. Who is its identity, nil where nothing more is known of it.
	Identified bool
	Who        *Identity
	// Trust are the trust domain of the server and its aliases, which policies may name each
	// other by.
	Trust []string
}

// Answer says whether the rule matches a call.
func (r *Rule) Answer(c Call) Answer {
	if r.Policy.Action == Allow && len(r.Unsupported(c.Filter)) > 0 {
		return Never // one such field drops the rule, whatever else it has (5.4)
	}
	if c.Filter == Ztunnel && slices.ContainsFunc(r.Conditions, func(t Term) bool { return t.unsupported(Ztunnel) }) {
		return Never // an empty match, which never matches
	}
	return min(c.any(r.Sources), c.any(r.Operations), c.all(r.Conditions))
}

// Dead reports a rule of which ztunnel is left a clause without any field that it knows: such a
// clause never matches, and so the rule does not (5.7).
func (r *Rule) Dead() bool {
	empty := func(clauses []Clause) bool {
		return len(clauses) > 0 && !slices.ContainsFunc(clauses, func(c Clause) bool { return !c.empty() })
	}
	return empty(r.Sources) || empty(r.Operations) || slices.ContainsFunc(r.Conditions, func(t Term) bool { return t.unsupported(Ztunnel) })
}

// empty reports a clause of which ztunnel knows no field.
func (c Clause) empty() bool {
	return !slices.ContainsFunc(c, func(t Term) bool { return !t.unsupported(Ztunnel) && !t.untranslated() })
}

// Unsupported are the terms that a filter knows nothing of: in an ALLOW rule they drop
// it, in others they count as if they were not there (5.4, 5.7), but see Dead.
func (r *Rule) Unsupported(f Filter) []Term { return r.unsupported[f] }

func (t Term) unsupported(f Filter) bool {
	switch f {
	case TCPFilter:
		return t.About == HTTP
	case Ztunnel:
		if t.Condition {
			return !slices.Contains(ztunnelKeys, t.Name)
		}
		return t.About == HTTP || t.Name == "remoteIpBlocks" || t.Name == "notRemoteIpBlocks"
	}
	return false
}

// ztunnelKeys are the conditions that ztunnel knows.
var ztunnelKeys = []string{"source.ip", "source.namespace", "source.principal", "destination.ip", "destination.port"}

// Untranslated are the terms that istiod leaves out of what ztunnel gets without a word,
// so that the rule matches more than it says (5.7).
func (r *Rule) Untranslated() []Term {
	return slices.DeleteFunc(slices.Clone(r.terms), func(t Term) bool { return !t.untranslated() })
}

func (t Term) untranslated() bool { return t.Name == "trustDomains" || t.Name == "notTrustDomains" }

func (c Call) any(clauses []Clause) Answer {
	if len(clauses) == 0 {
		return Always
	}
	answer := Never
	for _, one := range clauses {
		if c.Filter != Ztunnel || !one.empty() {
			answer = max(answer, c.all(one))
		}
	}
	return answer
}

func (c Call) all(terms Clause) Answer {
	answer := Always
	for _, t := range terms {
		answer = min(answer, c.one(t))
	}
	return answer
}

// one is the answer of a term: without an identity what wants one is false, and what
// wants another than some is true (5.2).
func (c Call) one(t Term) Answer {
	switch {
	case t.unsupported(c.Filter), c.Filter == Ztunnel && t.untranslated():
		return Always
	case t.About == Peer && c.Identified && c.Who != nil:
		return c.byName(t)
	case t.About == Peer && c.Identified:
		return Maybe
	case t.About == Peer:
		return answer(t.Not)
	case t.About == Port && c.Port != 0:
		return answer(slices.Contains(t.Values, strconv.Itoa(int(c.Port))) != t.Not)
	case t.About == HTTP && c.Filter == HTTPFilter && !t.Not && !t.Condition && t.Name != "requestPrincipals" && slices.Contains(t.Values, "*"):
		return Always
	}
	return Maybe
}

// byName is the answer of a term to a caller whose identity is known. ztunnel is given principals
// as they are written: nobody says whether it takes one trust domain for another.
func (c Call) byName(t Term) Answer {
	named := t.named(c.Who, c.Trust)
	if c.Filter != Ztunnel {
		return answer(named != t.Not)
	}
	if written := t.atZtunnel(c.Who); written == named || !strings.Contains(strings.Join(t.Values, " "), "/") {
		return answer(written != t.Not)
	}
	return Maybe
}

func answer(yes bool) Answer {
	if yes {
		return Always
	}
	return Never
}
