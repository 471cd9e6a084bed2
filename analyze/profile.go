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

// Weigh gives findings the severity of the profile.
func (p Profile) Weigh(findings []Finding, checks []*Check) {
	if p != Strict {
		return
	}
	open := map[string]bool{}
	for _, c := range checks {
		open[c.Code] = c.Open
	}
	for i := range findings {
		if open[findings[i].Code] && findings[i].Confidence != Possible {
			findings[i].Severity = Error
		}
	}
}

// ParseProfile reads the word of a profile; the error lists the words.
func ParseProfile(word string) (Profile, error) {
	if i := slices.Index(Profiles(), Profile(word)); i >= 0 {
		return Profiles()[i], nil
	}
	return "", fmt.Errorf("unknown profile %q: one of default, strict, migration", word)
}
