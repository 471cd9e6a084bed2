package amend

import "strconv"

// rename writes another key in the place of one, in the quotes that it has.
func (c *carver) rename(p *piece, i int, name string) ([]cut, error) {
	key := p.key(i)
	switch {
	case key.hasTag():
		return nil, errTag
	case key.isNothing():
		return nil, errOdd
	}
	text := flow{}.text(name, key.node, "")
	if key.node.Style == 0 && isWhole(key.node.Value) && isWhole(name) {
		text = name
	}
	return []cut{{from: key.body, to: key.to, text: text}}, nil
}

// isWhole is true for a number as all readers of YAML write it.
func isWhole(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && strconv.Itoa(n) == s
}
