package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// The bounds within which aliases and nesting are followed. Real files stay far
// below; a file made to blow up ends here with a problem.
const (
	maxDepth   = 200
	maxAliased = 200_000
)

// enter guards every step down: against depth, and against what aliases unfold
// to. The caller undoes it with leave when ok.
func (d *decoder) enter(n *yaml.Node) (target *yaml.Node, ok bool) {
	aliased := n != nil && n.Kind == yaml.AliasNode
	target = Follow(n)
	if target == nil || d.exhausted {
		return nil, false
	}
	if aliased || d.aliased > 0 {
		d.unfolded++
		d.aliased++
	}
	d.depth++
	if d.depth > maxDepth || d.unfolded > maxAliased {
		d.exhausted = true
		d.leave()
		d.refuse(n, fmt.Sprintf("aliases or nesting deeper than %d levels, or unfolding to more than %d values", maxDepth, maxAliased), "")
		return nil, false
	}
	return target, true
}

func (d *decoder) leave() {
	d.depth--
	d.aliased = max(d.aliased-1, 0)
}

// Guarded turns a panic into an error: the parser is a port from C, and a slip in
// it, or in a decoder, must cost one document and not the process.
func Guarded(parse func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return parse()
}
