package amend

import "go.yaml.in/yaml/v3"

// piece is a node with its place in the text. A list has its items as kids, a map its keys
// and values in turn.
type piece struct {
	node *yaml.Node
	up   *piece
	kids []*piece
	// from is where the piece begins, with its anchor and tag; body where the value itself
	// does; to where it ends, before any comment behind it.
	from, body, to int
	// dash is where the mark of an item of a block list stands.
	dash int
}

func (p *piece) isMap() bool  { return p.node.Kind == yaml.MappingNode }
func (p *piece) isList() bool { return p.node.Kind == yaml.SequenceNode }

// isFlow is true for {a: 1} and [1], isBlock for a map or list on lines of its own.
func (p *piece) isFlow() bool  { return (p.isMap() || p.isList()) && p.node.Style&yaml.FlowStyle != 0 }
func (p *piece) isBlock() bool { return (p.isMap() || p.isList()) && p.node.Style&yaml.FlowStyle == 0 }

// isNull is true for a null, written out or not; isNothing only for one that is not.
func (p *piece) isNull() bool {
	return p.node.Kind == yaml.ScalarNode && p.node.ShortTag() == "!!null"
}
func (p *piece) isNothing() bool {
	return p.node.Kind == yaml.ScalarNode && p.node.Value == "" && p.node.Style&^yaml.TaggedStyle == 0
}

// hasTag is true where the text says the type.
func (p *piece) hasTag() bool { return p.node.Style&yaml.TaggedStyle != 0 }

// size is how many entries a map or list has.
func (p *piece) size() int {
	if p.isMap() {
		return len(p.kids) / 2
	}
	return len(p.kids)
}

// key is the key of an entry of a map, value the value of it or the item of a list.
func (p *piece) key(i int) *piece { return p.kids[2*i] }
func (p *piece) value(i int) *piece {
	if p.isMap() {
		return p.kids[2*i+1]
	}
	return p.kids[i]
}

// starts is where an entry begins: at its key, its mark, or in flow style its value.
func (p *piece) starts(i int) int {
	switch {
	case p.isMap():
		return p.key(i).from
	case p.isFlow():
		return p.kids[i].from
	default:
		return p.kids[i].dash
	}
}

// number is which entry of its map or list a value is.
func (p *piece) number() int {
	for i := range p.up.size() {
		if p.up.value(i) == p {
			return i
		}
	}
	return -1
}
