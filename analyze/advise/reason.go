package advise

import "github.com/mtlsctl/mtlsctl/resolve"

// Reason is one piece of evidence behind an answer.
type Reason struct {
	// Text is a sentence without a capital or a full stop.
	Text string
	// By is the object that says it, zero for what was seen or is nowhere written.
	By       resolve.Ref
	Position resolve.Position
	// Fix is what would change the answer, "" where nothing would.
	Fix string
	// OfRecord is true for a doubt about the record of traffic, not about the mesh: one
	// that looking longer, or at more, settles.
	OfRecord bool
}
