package analyze

import (
	"fmt"
	"slices"
)

// Profile chooses checks, and how grave they are, by what a reader is after.
type Profile string

// The profiles.
const (
	// Default: what is wrong, misleading or risky.
	Default Profile = "default"
	// Strict is zero trust: in addition every port that is not STRICT is an error, and
	// so is whatever lets plaintext pass.
	Strict Profile = "strict"
	// Migration: what blocks STRICT, and nothing else.
	Migration Profile = "migration"
)

// Profiles are all of them.
func Profiles() []Profile { return []Profile{Default, Strict, Migration} }

// Of are those of the checks that belong to the profile; the given ones are not changed.
func (p Profile) Of(checks []*Check) []*Check {
	var out []*Check
	for _, c := range checks {
		if c.Only != "" && c.Only != p || p == Migration && !c.Blocks {
			continue
		}
		out = append(out, c)
	}
	return slices.Clip(out)
}

// Weigh makes of a report what the profile is after. In Strict, what lets plaintext pass is
// an error; in Migration, what is only worth a note is told by MTLS0409, once for what it
// blocks, and left out.
func (p Profile) Weigh(r *Report, checks []*Check) {
	byCode := make(map[string]*Check, len(checks))
	for _, c := range checks {
		byCode[c.Code] = c
	}
	switch p {
	case Strict:
		for i := range r.Findings {
			if f := &r.Findings[i]; byCode[f.Code].Open && f.Confidence != Possible {
				f.Severity = Error
			}
		}
	case Migration:
		r.Keep(func(f *Finding) bool { return f.Severity > Info || byCode[f.Code].Only == Migration })
	}
}

// ParseProfile reads the word of a profile; the error lists the words.
func ParseProfile(word string) (Profile, error) {
	if i := slices.Index(Profiles(), Profile(word)); i >= 0 {
		return Profiles()[i], nil
	}
	return "", fmt.Errorf("unknown profile %q: one of default, strict, migration", word)
}
