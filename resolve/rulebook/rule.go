package rulebook

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Rule is one entry of the book. The zero Rule is no entry.
type Rule struct {
	// Number is what output and code call the rule: 2.4, 3.2.9, 2A.5. A letter at the end
	// (1.4c) makes a rule of its own, below the one without it.
	Number string
	// Title says the rule in a sentence without a full stop. A heading, which only has rules
	// below it, has a Title and nothing else.
	Title string
	// Text says the rest, nil where the title says it all: one paragraph each.
	Text []string
	// Points are the steps or cases, nil for none.
	Points []string
	// Source is where Istio has the rule: files of its repository with the function, other
	// repositories by name, pages of its documentation. Nil for a heading, and for what follows.
	Source []string
	// Proof is how the rule is known.
	Proof Proof
	// Examples are small cases for which the project has no vector.
	Examples []string
	// See are other pages of explain: rules, topics, codes of checks.
	See []string
}

// Proof is how a rule is known. The zero value is ByCode.
type Proof uint8

const (
	// ByCode: read in the source, no test of Istio's shows it.
	ByCode Proof = iota
	// ByTest: a test of Istio's own shows it.
	ByTest
	// ByRun: istiod's own code was run on it and showed it.
	ByRun
	// Inferred: it follows from how Envoy, ztunnel or Kubernetes behave.
	Inferred
	// Follows: it follows from the rules in See, and has no Source of its own.
	Follows
)

var proofs = [...]string{"read in the source", "shown by a test of Istio's own", "shown by running istiod's own code", "inferred from how Envoy, ztunnel or Kubernetes behave", "follows from other rules"}

// String says the proof as it follows the name of a source.
func (p Proof) String() string { return proofs[p] }

// Heading reports an entry that only has rules below it.
func (r Rule) Heading() bool { return len(r.Source) == 0 && r.Proof != Follows }

// All are the rules, ordered by number.
func All() []Rule { return slices.Clone(book()) }

// book is made when somebody asks: most commands never do.
var book = sync.OnceValue(func() []Rule {
	return ordered(meshRules, inboundRules, ambientRules, outboundRules, ruleRules, tlsRules, ambientClientRules, clusterRules, outcomeRules, identityRules, traps, claims)
})

func ordered(parts ...[]Rule) []Rule {
	all := slices.Concat(parts...)
	slices.SortStableFunc(all, func(a, b Rule) int { return Compare(a.Number, b.Number) })
	return all
}

// Find returns the rule of a number in any case, with or without the brackets that output
// puts it in; ok is false when there is none.
func Find(number string) (r Rule, ok bool) {
	number = strings.TrimSuffix(strings.TrimPrefix(number, "("), ")")
	i := slices.IndexFunc(book(), func(r Rule) bool { return strings.EqualFold(r.Number, number) })
	if i < 0 {
		return Rule{}, false
	}
	return book()[i], true
}

// Below are the rules directly below a number: 3.2.1 to 3.2.10 for 3.2, 1.4a to 1.4e for 1.4.
func Below(number string) []Rule {
	var below []Rule
	for _, r := range book() {
		if parent(r.Number) == number {
			below = append(below, r)
		}
	}
	return below
}

// HeadingOf is the nearest heading above a number; ok is false when there is none.
func HeadingOf(number string) (r Rule, ok bool) {
	for n := parent(number); n != ""; n = parent(n) {
		if r, ok := Find(n); ok && r.Heading() {
			return r, true
		}
	}
	return Rule{}, false
}

// parent is the number of the entry above, "" for a section.
func parent(number string) string {
	if trimmed := strings.TrimRight(number, "abcdefghijklmnopqrstuvwxyz"); trimmed != number {
		return trimmed
	}
	i := strings.LastIndexByte(number, '.')
	return number[:max(i, 0)]
}

// Compare orders rule numbers as a book does: 3.2.9 before 3.2.10, 2.18 before 2A.1.
func Compare(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		if c := comparePart(as[i], bs[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

func comparePart(a, b string) int {
	an, al := split(a)
	bn, bl := split(b)
	return cmp.Or(cmp.Compare(an, bn), cmp.Compare(al, bl))
}

// split is the number that a part begins with, and the letters behind it.
func split(part string) (int, string) {
	letters := strings.TrimLeft(part, "0123456789")
	n, _ := strconv.Atoi(strings.TrimSuffix(part, letters)) // what is no number is 0
	return n, letters
}
