package analyze

import "github.com/mtlsctl/mtlsctl/resolve"

// Edit is one change of YAML that repairs a finding. The zero Edit deletes nothing.
type Edit struct {
	// Object is what is changed, made or deleted.
	Object resolve.Ref
	Verb   Verb
	// Field is the part of it that is set, renamed or removed, "" for the whole object.
	Field resolve.Field
	// Value is what Set writes: nil, a string, number, boolean, list or map of these;
	// for Rename the new name, a string; for Create the whole object with apiVersion and kind.
	Value any
}

// Verb is what an Edit does.
type Verb uint8

const (
	// Remove takes a field out, or deletes the object where Field is "".
	Remove Verb = iota
	// Set writes a field, in place of what was there.
	Set
	// Append adds Value to the list that Field is, and makes the list where there is none.
	Append
	// Rename gives the key that Field ends with the name Value, and leaves what it holds as
	// it is. The key has to be there, in a map that has none of the new name.
	Rename
	// Create adds an object.
	Create
)

var verbWords = [...]string{"remove", "set", "append", "rename", "create"}

// String is the word that users read and scripts compare.
func (v Verb) String() string { return verbWords[v] }

// MarshalText writes the word of String.
func (v Verb) MarshalText() ([]byte, error) { return []byte(v.String()), nil }
