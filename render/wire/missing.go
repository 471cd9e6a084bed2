package wire

// MissingItem is something that an answer lacks, and what would settle it.
type MissingItem struct {
	// What is a kind, such as Namespace, or "input" for documents that could not be used.
	What string `json:"what"`
	// Names are what is missing of it, as far as it is known by name.
	Names []string `json:"names"`
	// Effect shows what is unknown without it, Hint what to do.
	Effect string `json:"effect"`
	Hint   string `json:"hint"`
}
