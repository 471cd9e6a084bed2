package source

import (
	"context"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// readAll reads documents that follow each other in one text. Nearly all are plain and
// parsed for little; what the others mean is asked of kubectl's own library.
func (b *batch) readAll(ctx context.Context, docs []document) error {
	b.objects = slices.Grow(b.objects, len(docs))
	var p plain.Parser
	for _, d := range docs {
		b.read(d, &p)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) read(d document, p *plain.Parser) {
	if d.refused != "" {
		b.stopped(d)
	}
	if d.blank() {
		return
	}
	b.count(d)
	if !d.json {
		if top, ok := p.Parse(d.yaml()); ok {
			b.plainly(d, top)
			return
		}
	}
	b.readAlone(d)
	if line := d.tail(); line > 0 {
		b.tail(d, line)
	}
}

// plainly reads a document that has but one meaning. What nobody reads is passed over
// before anything else of it is looked at.
func (b *batch) plainly(d document, top *yaml.Node) {
	if h := headOf(top); h.kind != "" && h.apiVersion != "" && d.item == nil && !worthReading(d, top, h) {
		b.pass(h, d.at(top))
		return
	}
	b.top(d, top)
}

// stopped says that kubectl gives up before a document.
func (b *batch) stopped(d document) {
	b.problems = append(b.problems, resolve.Problem{
		Position: resolve.Position{File: d.file, Line: d.line}, Message: d.refused,
		Hint: "kubectl reads no further than this; what follows is read here all the same",
	})
}

// tail says that something stands where kubectl never looks.
func (b *batch) tail(d document, line int) {
	b.problems = append(b.problems, resolve.Problem{
		Position: resolve.Position{File: d.file, Line: line}, Message: `what stands below a line "..." is not read, as kubectl never applies it`,
		Hint: "write --- in its place, or remove what follows",
	})
}

// count counts the document; the items of a list are one document together.
func (b *batch) count(d document) {
	if d.item == nil || d.item.first {
		b.documents++
	}
}
