package public

import (
	"strings"
	"sync"
)

// Field is a field of a kind. The nil Field is one that the table does not know: it and
// all below it are values.
type Field struct {
	children map[string]*Field
	// name is true for a field of the table, all where that holds for everything below it
	// too, keys where only the names of the fields below it do.
	name, all, keys bool
	// base64 is true for a value that is written so.
	base64 bool
}

// Of is the object itself of a kind, in the words of resolve.Kind; nil for one that is not
// read.
func Of(kind string) *Field {
	patterns, read := kinds[kind]
	if !read {
		return nil
	}
	if tree, made := trees.Load(kind); made {
		return tree.(*Field)
	}
	root := &Field{}
	root.add(common)
	root.add(patterns)
	tree, _ := trees.LoadOrStore(kind, root)
	return tree.(*Field)
}

// trees has a *Field for each kind that was asked for: few runs meet more than one.
var trees sync.Map

// Child is the field below a key. The elements of a list are in the place of the list.
func (f *Field) Child(key string) *Field {
	switch {
	case f == nil:
		return nil
	case f.all:
		return f
	}
	if c, ok := f.children[key]; ok {
		return c
	}
	return f.children["*"]
}

// At is the field at the end of a path below f.
func (f *Field) At(segments []string) *Field {
	for _, s := range segments {
		if s != "" && strings.Trim(s, "0123456789") == "" {
			if f == nil || f.children[s] == nil && f.children["*"] == nil {
				continue // an element of a list
			}
		}
		f = f.Child(s)
	}
	return f
}

// Name reports a field whose text is a name or structure.
func (f *Field) Name() bool { return f != nil && (f.name || f.all) }

// Known reports a field that is in the table, or has one below it that is: its numbers
// and switches are structure.
func (f *Field) Known() bool { return f != nil }

// OnlyKeys reports a field of which the names of the fields below it are structure, and
// nothing else.
func (f *Field) OnlyKeys() bool { return f != nil && f.keys }

// Identity reports the key of a condition of an AuthorizationPolicy that is about who
// calls, or where, and not about what a request carries: its values are names.
func Identity(key string) bool {
	return strings.HasPrefix(key, "source.") || strings.HasPrefix(key, "destination.") || key == "connection.sni"
}

// Base64 reports a value that is written in base64.
func (f *Field) Base64() bool { return f != nil && f.base64 }

// add puts patterns into the tree: words of path segments with dots between them.
// {a,b} stands for either, * for any key, ** for the field and all below it, ! for the
// keys below it alone, ~ for a value in base64.
func (f *Field) add(patterns string) {
	for _, word := range strings.Fields(patterns) {
		for _, path := range expand(word) {
			f.put(strings.Split(path, "."))
		}
	}
}

func (f *Field) put(path []string) {
	for _, key := range path {
		switch key {
		case "**":
			f.name, f.all = true, true
			return
		case "!":
			f.keys = true
			return
		case "~":
			f.base64 = true
			return
		}
		if f.children == nil {
			f.children = map[string]*Field{}
		}
		if f.children[key] == nil {
			f.children[key] = &Field{}
		}
		f = f.children[key]
	}
	f.name = true
}

// expand writes {a,b} out, and $name as what parts say of it.
func expand(word string) []string {
	if i := strings.IndexByte(word, '$'); i >= 0 {
		end := i + 1
		for end < len(word) && word[end] >= 'a' && word[end] <= 'z' {
			end++
		}
		return expand(word[:i] + "{" + strings.Join(strings.Fields(parts[word[i+1:end]]), ",") + "}" + word[end:])
	}
	open := strings.IndexByte(word, '{')
	if open < 0 {
		return []string{word}
	}
	var out []string
	depth, from := 0, open+1
	for i := open; i < len(word); i++ {
		switch word[i] {
		case '{':
			depth++
		case ',', '}':
			if depth == 1 {
				out = append(out, expand(word[:open]+word[from:i]+word[closing(word, open)+1:])...)
				from = i + 1
			}
			if word[i] == '}' {
				depth--
			}
		}
		if depth == 0 {
			break
		}
	}
	return out
}

// closing is where the brace ends that opens at a place.
func closing(word string, open int) int {
	depth := 0
	for i := open; i < len(word); i++ {
		switch word[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(word) - 1
}
