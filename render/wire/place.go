package wire

// Ref names an object; all fields are empty when there is none.
type Ref struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// Position is a place in a file; the line is 0 when there is none.
type Position struct {
	File string `json:"file"`
	Line int    `json:"line"`
}
