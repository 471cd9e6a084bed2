package resolve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// duplicate describes two objects of one name. differ is false when they say the
// same: then it does not matter which is used, as when one file is read twice.
func duplicate(first, second Object) (p Problem, differ bool) {
	a, errA := json.Marshal(first.Value)
	b, errB := json.Marshal(second.Value)
	if errA == nil && errB == nil && bytes.Equal(a, b) {
		return Problem{}, false
	}
	where := first.Origin.At("").String()
	if where == "" {
		where = "an earlier object"
	}
	return Problem{
		Position: second.Origin.At(""),
		Ref:      second.Ref(),
		Message:  fmt.Sprintf("defined again and differently, first in %s; this one is used", where),
		Hint:     "describe one environment at a time, or remove one of the two",
	}, true
}

func sortProblems(ps []Problem) []Problem {
	slices.SortStableFunc(ps, Problem.Compare)
	return slices.Compact(ps)
}
