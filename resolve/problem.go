package resolve

import "cmp"

// Problem is something in the input that cannot be used as it stands: the rest
// is answered, the answer is incomplete. Messages are lower case and end without
// a full stop; Hint says what to do next and may be empty.
type Problem struct {
	Position Position
	Ref      Ref   // zero when the text never became an object
	Field    Field // "" when the whole object is meant
	Message  string
	Hint     string
	// Cause is a stable word for why a cluster would refuse the object, "" for other
	// problems.
	Cause string
	// Harmless is true where nothing that it hides can bear on mTLS: it is told, and the
	// answer is complete all the same.
	Harmless bool
}

// Compare orders problems by place, object, field and message.
func (p Problem) Compare(o Problem) int {
	return cmp.Or(p.Position.Compare(o.Position), p.Ref.Compare(o.Ref), cmp.Compare(p.Field, o.Field), cmp.Compare(p.Message, o.Message))
}
