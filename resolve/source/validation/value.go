package validation

// Type is the JSON type of a value.
type Type string

// The types, as schemas write them.
const (
	Null    Type = "null"
	Object  Type = "object"
	List    Type = "array"
	Text    Type = "string"
	Boolean Type = "boolean"
	Integer Type = "integer"
	Number  Type = "number"
)

// Value is a value as the API server reads it: JSON, or YAML that kubectl made JSON of.
type Value interface {
	Type() Type
	// Text is what a string says, Number what a number does; zero for anything else.
	Text() string
	Number() float64
	// Len is how many fields or items an object or list has.
	Len() int
	// Item is one of a list.
	Item(i int) Value
	// Get is a field of an object, nil where it is not set or v is none.
	Get(name string) Value
	// Field is one of an object.
	Field(i int) (name string, v Value)
}

// has is CEL's has: a field that is there and null is not.
func has(v Value, name string) bool {
	f := v.Get(name)
	return f != nil && f.Type() != Null
}

func textOf(v Value, name string) string {
	if f := v.Get(name); f != nil {
		return f.Text()
	}
	return ""
}

func textOr(v Value, name, otherwise string) string {
	if has(v, name) {
		return textOf(v, name)
	}
	return otherwise
}

func sizeOf(v Value, name string) int {
	if f := v.Get(name); f != nil {
		return f.Len()
	}
	return 0
}

// count is how many of some fields are set.
func count(v Value, names ...string) (n int) {
	for _, name := range names {
		if v.Get(name) != nil {
			n++
		}
	}
	return n
}
