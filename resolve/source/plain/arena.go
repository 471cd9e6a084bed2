package plain

import "go.yaml.in/yaml/v3"

// arena hands out nodes, and takes them all back at once: a document's tree is
// read and forgotten.
type arena struct {
	chunks [][]yaml.Node
	used   int // nodes of all chunks
	// open are the children of the collections that are being read, links those of
	// the ones that are complete.
	open, links []*yaml.Node
}

const chunk = 128

func (a *arena) reset() { a.used, a.open, a.links = 0, a.open[:0], a.links[:0] }

func (a *arena) node(kind yaml.Kind, tag, value string, line, column int) *yaml.Node {
	if a.used == len(a.chunks)*chunk {
		a.chunks = append(a.chunks, make([]yaml.Node, chunk))
	}
	n := &a.chunks[a.used/chunk][a.used%chunk]
	a.used++
	*n = yaml.Node{Kind: kind, Tag: tag, Value: value, Line: line, Column: column}
	return n
}

// children takes the open children from a place on. When links has to grow, the
// lists that were handed out keep the old one.
func (a *arena) children(from int) []*yaml.Node {
	start := len(a.links)
	a.links = append(a.links, a.open[from:]...)
	a.open = a.open[:from]
	return a.links[start:len(a.links):len(a.links)]
}
