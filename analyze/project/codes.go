package project

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/analyze/yamlnode"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// Catalogue are all checks by code: those of a mesh, those of what proxies run, and those of what a
// project says.
func Catalogue() []*analyze.Check { return slices.Concat(checks.All(), verify.Checks(), Checks()) }

var byCode = sync.OnceValue(func() map[string]*analyze.Check {
	all := map[string]*analyze.Check{}
	for _, c := range Catalogue() {
		all[c.Code] = c
	}
	return all
})

// ByCode finds a check of the catalogue, nil when no check has the code; letters may be small.
func ByCode(code string) *analyze.Check {
	return byCode()[strings.ToUpper(strings.TrimSpace(code))]
}

// Near are codes that somebody may have meant.
func Near(code string) []string {
	var all []string
	for _, c := range Catalogue() {
		all = append(all, c.Code)
	}
	near := spelling.Nearest(strings.ToUpper(code), all)
	if len(near) > 0 && len(near[0]) != len(strings.TrimSpace(code)) {
		return nil
	}
	return near
}

func codeOf(n *yaml.Node) (string, error) {
	if c := ByCode(n.Value); c != nil {
		return c.Code, nil
	}
	return "", fmt.Errorf("%d: no check has the code %q%s", n.Line, n.Value, orNear(n.Value))
}

func orNear(code string) string {
	if near := Near(code); len(near) > 0 {
		return ": did you mean " + strings.Join(near, " or ") + "?"
	}
	return ""
}

func codes(n *yaml.Node) (out []string, err error) {
	err = yamlnode.Each(n, func(item *yaml.Node) error {
		code, err := codeOf(item)
		out = append(out, code)
		return err
	})
	return out, err
}
