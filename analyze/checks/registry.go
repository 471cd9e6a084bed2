package checks

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// registered are the checks in order of their files; read through All.
var registered []*analyze.Check

// register adds a check while the package is initialised.
func register(c *analyze.Check) *analyze.Check {
	registered = append(registered, c)
	return c
}

// All are the checks by code. The slice is the caller's own.
func All() []*analyze.Check {
	list := slices.Clone(registered)
	slices.SortFunc(list, func(a, b *analyze.Check) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

// ByCode finds a check, nil when no check has the code.
func ByCode(code string) *analyze.Check {
	i := slices.IndexFunc(registered, func(c *analyze.Check) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	return registered[i]
}
