package resolve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// differs reports whether two objects of one name say different things. Where they
// do not it does not matter which is used, as when one file is read twice.
func differs(a, b Object) bool {
	x, errX := json.Marshal(a.Value)
	y, errY := json.Marshal(b.Value)
	return errX != nil || errY != nil || !bytes.Equal(x, y)
}

// maxPlaces is how many places a duplicate's problem names.
const maxPlaces = 3

// duplicateProblem describes an object that is defined more than once: before are
// the places of the definitions that lost, used is the one that counts.
func duplicateProblem(used Object, before []Position) Problem {
	var places []string
	for _, p := range before[:min(len(before), maxPlaces)] {
		places = append(places, p.String())
	}
	also := strings.Join(places, ", ")
	if more := len(before) - maxPlaces; more > 0 {
		also += fmt.Sprintf(" and %d more", more)
	}
	return Problem{
		Position: used.Origin.At(""),
		Ref:      used.Ref(),
		Message:  fmt.Sprintf("defined %d times, differently; this one, the last, is used, not %s", len(before)+1, also),
		Hint:     "describe one environment at a time, or remove the others",
	}
}

func sortProblems(ps []Problem) []Problem {
	slices.SortStableFunc(ps, Problem.Compare)
	return slices.Compact(ps)
}
