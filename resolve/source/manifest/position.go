package manifest

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// step is one segment of the way into an object.
type step struct {
	key   string
	index int // counts when key is ""
}

// way is where a decoder stands inside an object.
type way []step

func (w way) field() resolve.Field {
	var f resolve.Field
	for _, s := range w {
		if s.key == "" {
			f += resolve.Field("[" + strconv.Itoa(s.index) + "]")
		} else {
			f = f.Child(s.key)
		}
	}
	return f
}

// in runs read one key deeper.
func (d *decoder) in(key string, read func()) {
	d.way = append(d.way, step{key: key})
	read()
	d.way = d.way[:len(d.way)-1]
}

// at runs read one list element deeper.
func (d *decoder) at(index int, read func()) {
	d.way = append(d.way, step{index: index})
	read()
	d.way = d.way[:len(d.way)-1]
}

// report notes a problem at n.
func (d *decoder) report(n *yaml.Node, message, hint string) {
	d.problems = append(d.problems, resolve.Problem{
		Position: d.doc.at(n), Ref: d.ref, Field: d.way.field(), Message: message, Hint: hint,
	})
}

// refuse notes a problem for which the API server would not take the object: it
// is not applied, so it must not count.
func (d *decoder) refuse(n *yaml.Node, message, hint string) {
	d.refused = true
	who := "Kubernetes refuses the object"
	if d.lenient {
		who = "istiod refuses the configuration"
	}
	d.report(n, message+"; "+who+", so it is not applied", hint)
}
