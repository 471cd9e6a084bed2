package fix

import (
	"slices"
	"strconv"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// shifted is an edit after other findings' repairs: where these took an element out of a
// list, those behind it have moved up. gone is true for one of the elements themselves.
func shifted(e analyze.Edit, removed []analyze.Edit) (moved analyze.Edit, gone bool) {
	for i := range removed {
		r := &removed[i]
		at, path := r.Field.Segments(), e.Field.Segments()
		list := len(at) - 1
		if r.Object != e.Object || len(path) <= list || !slices.Equal(at[:list], path[:list]) {
			continue
		}
		out, _ := strconv.Atoi(at[list])
		index, err := strconv.Atoi(path[list])
		switch {
		case err != nil || index < out:
		case index == out:
			return e, true
		default:
			path[list] = strconv.Itoa(index - 1)
			e.Field = resolve.Path(path...)
		}
	}
	return e, false
}

// element reports an edit that takes an element out of a list. A number may be a key too,
// such as a port of portLevelMtls.
func element(e *analyze.Edit) bool {
	path := e.Field.Segments()
	if e.Verb != analyze.Remove || len(path) < 2 || path[len(path)-2] == "portLevelMtls" {
		return false
	}
	_, err := strconv.Atoi(path[len(path)-1])
	return err == nil
}
