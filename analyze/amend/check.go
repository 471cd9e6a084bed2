package amend

import "bytes"

// stands tells whether a document is what it should be: one document, which says what is
// wanted, and ends as the old one did.
func stands(old, fresh *document, want any) bool {
	if len(split(fresh.b)) != 1 || endsLine(old.b) != endsLine(fresh.b) {
		return false
	}
	r, err := fresh.read()
	return err == nil && same(r.tree, want)
}

func endsLine(b []byte) bool {
	return bytes.HasSuffix(b, []byte("\n")) || bytes.HasSuffix(b, []byte("\r"))
}
