package manifest

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// element is the list element at a position given as text, nil when there is none.
func element(n *yaml.Node, position string) *yaml.Node {
	i, err := strconv.Atoi(position)
	if err != nil || i < 0 || i >= len(n.Content) {
		return nil
	}
	return Follow(n.Content[i])
}
