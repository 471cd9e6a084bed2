package resolve

import "fmt"

// Form is how a name has to be written.
type Form uint8

// The forms that ParseName, ParseEnd and ParseTarget read.
const (
	FormName   Form = iota // NAME, TYPE/NAME or TYPE/NAME.NAMESPACE
	FormEnd                // [TYPE/]NAME[.NAMESPACE]
	FormTarget             // NAME[.NAMESPACE][:PORT[/SUBSET]]
)

// String is the form in words.
func (f Form) String() string {
	switch f {
	case FormEnd:
		return "[TYPE/]NAME[.NAMESPACE]"
	case FormTarget:
		return "NAME[.NAMESPACE][:PORT[/SUBSET]]"
	}
	return "TYPE/NAME or TYPE/NAME.NAMESPACE"
}

// NameError is a name that is not written as names are.
type NameError struct {
	Text string
	Form Form
}

// Error implements error.
func (e *NameError) Error() string { return fmt.Sprintf("%q: want %s", e.Text, e.Form) }

// KindError is a name with a type that there is not, or with one that cannot be meant.
type KindError struct {
	Text string
	// Word and Name are the parts of Text, Near the types that Word may be a slip of: set
	// where Kind is "", and there is no such type.
	Word, Name string
	Near       []string
	// Kind is a type that has no story (FormName) or is no end of a call (FormEnd).
	Kind Kind
	Form Form
}

// Error implements error.
func (e *KindError) Error() string {
	switch {
	case e.Kind == "":
		return fmt.Sprintf("%q: unknown type %q", e.Text, e.Word)
	case e.Form == FormEnd:
		return fmt.Sprintf("%q: %s: this type neither calls nor is called", e.Text, e.Kind.Word())
	}
	return fmt.Sprintf("%q: nothing to find of type %s", e.Text, e.Kind.Word())
}
