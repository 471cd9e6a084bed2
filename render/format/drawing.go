package format

// Drawn is a View that can be drawn: nodes and edges between them.
type Drawn interface {
	View
	Drawing() Drawing
	// PageData is Data as a page holds it, which has to stay small.
	PageData() any
}

// Drawing is a graph as formats draw it.
type Drawing struct {
	Groups []DrawnGroup
	Nodes  []DrawnNode
	Edges  []DrawnEdge
	// Notes are lines for people beside the drawing.
	Notes []string
}

// DrawnGroup is a frame around nodes. An ID is letters and digits, here and below.
type DrawnGroup struct{ ID, Label string }

// DrawnNode is a node; Group is the id of its frame, "" for none.
type DrawnNode struct {
	ID, Group string
	Lines     []string
	Shape     Shape
	Tone      Tone
}

// DrawnEdge goes from one node to another.
type DrawnEdge struct {
	From, To, Label string
	Tone            Tone
	Line            Line
	// Broken edges end in a cross.
	Broken bool
}

// Shape is the outline of a node.
type Shape uint8

// The shapes.
const (
	Box Shape = iota
	Round
	Hexagon
	Ellipse
	// Stack stands for several.
	Stack
)

// Line is how an edge is drawn.
type Line uint8

// The lines.
const (
	Solid Line = iota
	Dashed
	Dotted
)

// visible are the texts of a drawing as people may see them.
func (d Drawing) visible() Drawing {
	for i := range d.Groups {
		d.Groups[i].Label = Visible(d.Groups[i].Label)
	}
	for i := range d.Nodes {
		showAll(d.Nodes[i].Lines)
	}
	for i := range d.Edges {
		d.Edges[i].Label = Visible(d.Edges[i].Label)
	}
	showAll(d.Notes)
	return d
}

// toneInk are colours of lines and texts that can be read on white; toneFill those of nodes.
var (
	toneInk  = map[Tone]string{Plain: "#57606a", Good: "#116329", Attention: "#8a5a00", Warning: "#b3261e"}
	toneFill = map[Tone]string{Plain: "#f6f8fa", Good: "#dafbe1", Attention: "#fff8c5", Warning: "#ffebe9"}
)
