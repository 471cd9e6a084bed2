package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// base is the directory that all of the input lies in, with a slash at its end,
// or "". Texts for people leave it out, because a column of equal beginnings
// hides the ends that differ; machines always get the whole path.
type base string

// of writes a place, "" for none.
func (b base) of(p resolve.Position) string { return strings.TrimPrefix(p.String(), string(b)) }

// at appends a place to a text, when there is one.
func (b base) at(text string, p resolve.Position) string {
	if p.File == "" {
		return text
	}
	return text + " (" + b.of(p) + ")"
}
