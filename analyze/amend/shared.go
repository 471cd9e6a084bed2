package amend

import "go.yaml.in/yaml/v3"

func (w *walk) shared() error {
	return w.text.refuse(w.doc, w.line(), "%s, %s is shared by an anchor: change it by hand", w.edit.Object, w.edit.Field)
}

// merges tells whether a merge key of a map brings a key too.
func merges(p *piece, name string) bool {
	for i := range p.size() {
		if isMerge(p.key(i).node) {
			brought := map[string]any{}
			if v, err := decoded(p.value(i).node); err == nil {
				merge(brought, v)
			}
			if _, there := brought[name]; there {
				return true
			}
		}
	}
	return false
}

// isShared is true for a piece whose own anchor is used.
func (w *walk) isShared(p *piece) bool {
	for _, leaf := range w.read.leaves {
		if leaf.node.Kind == yaml.AliasNode && leaf.node.Alias == p.node {
			return true
		}
	}
	return false
}

// isHeldOutside is true for a piece in which something has an anchor that is used elsewhere.
func (w *walk) isHeldOutside(p *piece) bool {
	for _, leaf := range w.read.leaves {
		outside := leaf.from < p.from || leaf.from >= p.to
		if outside && leaf.node.Kind == yaml.AliasNode && holds(p.node, leaf.node.Alias) {
			return true
		}
	}
	return false
}

func holds(n, what *yaml.Node) bool {
	if n == what {
		return true
	}
	for _, inner := range n.Content {
		if holds(inner, what) {
			return true
		}
	}
	return false
}
