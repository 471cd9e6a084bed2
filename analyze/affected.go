package analyze

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Affected is one thing that suffers from what a finding is about: a call that it breaks, a
// port that it leaves open. Its name is stable, so that a baseline can tell what is new.
type Affected struct {
	Noun AffectedNoun
	Name string
}

// AffectedNoun says what kind of thing is affected.
type AffectedNoun string

// The kinds of things.
const (
	// AffectedCall: "web.shop:80", or "Deployment shop/web -> pay.shop:80" where the client is known.
	AffectedCall AffectedNoun = "call"
	// AffectedPort: "8080 of Deployment shop/pay".
	AffectedPort AffectedNoun = "port"
	// AffectedObject: "Deployment shop/pay".
	AffectedObject AffectedNoun = "object"
)

// String is the noun and the name, as ParseAffected reads them.
func (a Affected) String() string { return string(a.Noun) + " " + a.Name }

// ParseAffected reads what String wrote; a text without a noun is an object's name.
func ParseAffected(text string) Affected {
	noun, name, _ := strings.Cut(text, " ")
	switch n := AffectedNoun(noun); n {
	case AffectedCall, AffectedPort, AffectedObject:
		return Affected{n, name}
	}
	return Affected{AffectedObject, text}
}

// settled are the affected things sorted, each once.
func settled(list []Affected) []Affected {
	list = slices.Clone(list)
	slices.SortFunc(list, compareAffected)
	return slices.Compact(list)
}

func compareAffected(a, b Affected) int {
	return cmp.Or(cmp.Compare(a.Noun, b.Noun), cmp.Compare(a.Name, b.Name))
}

// CountAffected counts what is new and names up to three: "2 new calls (web.shop:80, pay.shop:80)".
func CountAffected(fresh []Affected) string {
	var parts []string
	for _, noun := range []AffectedNoun{AffectedCall, AffectedPort, AffectedObject} {
		n := 0
		for _, a := range fresh {
			if a.Noun == noun {
				n++
			}
		}
		switch n {
		case 0:
		case 1:
			parts = append(parts, fmt.Sprintf("1 new %s", noun))
		default:
			parts = append(parts, fmt.Sprintf("%d new %ss", n, noun))
		}
	}
	const most = 3
	var names []string
	for _, a := range fresh[:min(len(fresh), most)] {
		names = append(names, a.Name)
	}
	more := ""
	if len(fresh) > most {
		more = fmt.Sprintf(" and %d more", len(fresh)-most)
	}
	return fmt.Sprintf("%s (%s%s)", strings.Join(parts, ", "), strings.Join(names, ", "), more)
}
