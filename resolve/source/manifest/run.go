package manifest

import (
	"context"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// ReadAll reads documents that follow each other in one text. Nearly all are plain and
// parsed for little; what the others mean is asked of kubectl's own library.
func (b *Batch) ReadAll(ctx context.Context, docs []Document) error {
	b.Objects = slices.Grow(b.Objects, len(docs))
	var p plain.Parser
	for _, d := range docs {
		b.read(d, &p)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batch) read(d Document, p *plain.Parser) {
	if d.refused != "" {
		b.stopped(d)
	}
	if d.blank() {
		return
	}
	b.count(d)
	if !d.JSON {
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
func (b *Batch) plainly(d Document, top *yaml.Node) {
	if h := headOf(top); h.Kind != "" && h.APIVersion != "" && d.item == nil && !worthReading(d, top, h) {
		b.pass(h, d.at(top))
		return
	}
	b.top(d, top)
}

// stopped says that kubectl gives up before a document.
func (b *Batch) stopped(d Document) {
	b.Problems = append(b.Problems, resolve.Problem{
		Position: d.begins(), Message: d.refused,
		Hint: "kubectl ignores everything after this; mtlsctl reads it",
	})
}

// tail says that something stands where kubectl never looks.
func (b *Batch) tail(d Document, line int) {
	b.Problems = append(b.Problems, resolve.Problem{
		Position: resolve.Position{File: d.file, Line: d.origin(line)}, Message: `everything after a line "..." is not read, because kubectl never applies it`,
		Hint: "write --- instead, or remove what follows",
	})
}

// count counts the document; the items of a list are one document together.
func (b *Batch) count(d Document) {
	if d.item == nil || d.item.first {
		b.Documents++
	}
}
