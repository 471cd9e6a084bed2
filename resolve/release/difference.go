package release

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is something that bears on mTLS and that not all releases do alike.
type Difference struct {
	// ID is what code asks by.
	ID ID
	// Name is what people call it by: a few words with hyphens.
	Name string
	// Rules are the numbers of the rules that it is a part of, in the rule book.
	Rules []string
	// Does says what releases within Spans do, Else what all others do: sentences without a full
	// stop that begin with a capital letter.
	Does, Else string
	// Spans are the releases that do it.
	Spans []Span
	// Sources are where that is written: notes, issues and files of istio/istio by name.
	Sources []string
	// Open is why answers are the same for all releases all the same, "" where they differ.
	Open string
	// Judged are the minor versions whose own code was run on it and agreed, nil for none.
	Judged []int
}

// Span is a stretch of releases: from one, up to and without another. A zero Version leaves the
// end open.
type Span struct{ From, Before Version }

func (s Span) holds(v Version) bool {
	return v.Compare(s.From) >= 0 && (!s.Before.Known() || v.Compare(s.Before) < 0)
}

// Has reports whether the release does what a difference says.
func (v Version) Has(id ID) bool {
	if !v.Known() {
		v = Newest()
	}
	return slices.ContainsFunc(Differences()[id].Spans, func(s Span) bool { return s.holds(v) })
}

// Of is the difference that code asks by id.
func (id ID) Of() Difference { return Differences()[id] }

// OfRule are the differences that a rule of the book has, in the order of the table.
func OfRule(number string) []Difference {
	return slices.DeleteFunc(slices.Clone(Differences()), func(d Difference) bool { return !slices.Contains(d.Rules, number) })
}

// Between are the differences of which one release has one and the other has not, in the order of
// the table.
func Between(a, b Version) []Difference {
	return slices.DeleteFunc(slices.Clone(Differences()), func(d Difference) bool { return a.Has(d.ID) == b.Has(d.ID) })
}

// When says which releases do it: "since 1.31", "before 1.29.6, and 1.30.0 to 1.30.2".
func (d Difference) When() string {
	var parts []string
	for _, s := range d.Spans {
		parts = append(parts, s.String())
	}
	return strings.Join(parts, ", and ")
}

// String says which releases a span has.
func (s Span) String() string {
	switch {
	case !s.Before.Known():
		return "since " + s.From.first()
	case !s.From.Known():
		return "before " + s.Before.first()
	case s.From.minor == s.Before.minor:
		return fmt.Sprintf("from %s, before %s", s.From.first(), s.Before.first())
	}
	return fmt.Sprintf("since %s, before %s", s.From.first(), s.Before.first())
}

// first is a version as the beginning of a span: 1.31 for 1.31.0.
func (v Version) first() string {
	if v.patch == 0 {
		return fmt.Sprintf("1.%d", v.minor)
	}
	return v.String()
}

// Proof says whose code was run: "judged with 1.30 and 1.31", "not judged".
func (d Difference) Proof() string {
	var names []string
	for _, minor := range d.Judged {
		names = append(names, Of(minor).String())
	}
	judged := "judged with " + strings.Join(names, " and ")
	switch {
	case d.Open != "" && len(names) > 0:
		return "not in answers: " + d.Open + "; " + judged
	case d.Open != "":
		return "not in answers: " + d.Open
	case len(names) == 0:
		return "not judged"
	}
	return judged
}
