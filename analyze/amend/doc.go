// Package amend carries out an analyze.Edit on the text of a YAML or JSON file.
//
// It decides which bytes of the file have to change, and changes no others: comments, blank
// lines, indentation, quoting, the order of keys, line endings and document markers stay as
// they were written. What it writes follows the text around it: its indentation, its flow or
// block style, its JSON.
//
// Every change is checked before it counts: the new text is parsed, and what it says must be
// what Edit.Apply makes of what the old text said. A change that does not pass is an error,
// and the text stays as it was; a wrong difference never comes out.
//
// It never reads or writes a file, never formats what it was not asked to change, and never
// guesses: what is shared by an anchor, written twice or cannot be read is refused.
package amend
