package analyze

import (
	"slices"
	"strings"
)

// Before is what was found before a change, by fingerprint.
type Before struct{ found map[string]*Finding }

// NewBefore makes one of findings, which must not change while it is used.
func NewBefore(findings []Finding) Before {
	b := Before{make(map[string]*Finding, len(findings))}
	for i := range findings {
		f := findings[i]
		if first := b.found[f.Fingerprint()]; first != nil {
			f.Affected = settled(append(slices.Clone(first.Affected), f.Affected...))
			f.Severity = max(f.Severity, first.Severity)
		}
		b.found[f.Fingerprint()] = &f
	}
	return b
}

// Has reports a finding of the fingerprint.
func (b Before) Has(f *Finding) bool { return b.found[f.Fingerprint()] != nil }

// Knows reports that a finding was there, no less severe and with all that it affects. One
// that was there and has grown becomes one about what is new: see Finding.Grow.
func (b Before) Knows(f *Finding) bool {
	was := b.found[f.Fingerprint()]
	return was != nil && f.Severity <= was.Severity && !f.Grow(was.Affected)
}

// Grow compares what a finding affects with what it is known to affect, sorted. Where there is
// more, the finding says first what is new, and true is returned.
func (f *Finding) Grow(known []Affected) bool {
	fresh := slices.DeleteFunc(slices.Clone(f.Affected), func(a Affected) bool {
		_, there := slices.BinarySearchFunc(known, a, compareAffected)
		return there
	})
	fresh = slices.DeleteFunc(slices.Clone(fresh), func(a Affected) bool { // who makes it is named
		return slices.ContainsFunc(fresh, func(c Affected) bool { return strings.HasSuffix(c.Name, " -> "+a.Name) })
	})
	if len(fresh) == 0 {
		return false
	}
	f.Fresh = fresh
	f.Message = "known cause, " + CountAffected(fresh) + ": " + f.Message
	return true
}
