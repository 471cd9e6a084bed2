package format

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format writes a View. Implementations write only to the buffer and keep
// nothing between calls.
type Format interface {
	Format(b *bytes.Buffer, v View, o Options) error
}

// Options is what a format may know about the place it writes to. The zero
// Options is a file: no colour, no limit to the width.
type Options struct {
	// Width is the terminal's number of columns; 0 never drops a column.
	Width int
	// Color allows colour.
	Color bool
	// NoHeaders leaves out table headers.
	NoHeaders bool
	// Place is a file's path as machines are to read it, nil for as it was given: relative
	// to the top of what is checked out, where a pipeline is.
	Place func(file string) string
	// FollowUp adds the flags of the run to the commands in a text, nil for a run without any.
	FollowUp func(text string) string
	// Program is what the user calls mtlsctl, "" for just that: "kubectl mtls".
	Program string
}

func (o Options) place(file string) string {
	if o.Place == nil || file == "" {
		return file
	}
	return o.Place(file)
}

// blocks are those of a View, all of their texts visible, with the command in its hints called
// as the user does.
func (o Options) blocks(v View, wide bool) []Block {
	return o.named(v.Blocks(wide))
}

func (o Options) named(blocks []Block) []Block {
	blocks = shown(blocks)
	if o.Program == "" && o.FollowUp == nil {
		return blocks
	}
	rename := func(list []string) {
		for i := range list {
			list[i] = o.called(list[i])
		}
	}
	for i := range blocks {
		blocks[i].Lines, blocks[i].Prose, blocks[i].Points = slices.Clone(blocks[i].Lines), slices.Clone(blocks[i].Prose), slices.Clone(blocks[i].Points)
		rename(blocks[i].Lines)
		rename(blocks[i].Prose)
		if blocks[i].Language == "sh" && o.Program != "" {
			lines := strings.Split(blocks[i].Example, "\n")
			for j, line := range lines {
				if command, ours := strings.CutPrefix(line, "mtlsctl "); ours {
					lines[j] = o.Program + " " + command
				}
			}
			blocks[i].Example = strings.Join(lines, "\n")
		}
		for j := range blocks[i].Points {
			p := &blocks[i].Points[j]
			p.Text = o.called(p.Text)
		}
		if blocks[i].Table == nil {
			continue
		}
		for _, row := range blocks[i].Table.Rows {
			for j := range row {
				row[j].Text = o.called(row[j].Text)
			}
		}
	}
	return blocks
}

// called is a text whose commands are typed as the user does, with the flags of the run.
func (o Options) called(text string) string {
	if o.FollowUp != nil {
		text = o.FollowUp(text)
	}
	if o.Program != "" {
		text = strings.ReplaceAll(text, "mtlsctl ", o.Program+" ")
	}
	return text
}

// fitting are the views that a format can write.
type fitting uint8

const (
	fitsAll fitting = iota
	// fitsChecked is for what checks find, fitsDrawn for graphs.
	fitsChecked
	fitsDrawn
)

// fittingNames are the commands whose views they are.
var fittingNames = map[fitting]string{fitsChecked: "analyze, diff, test, verify and show", fitsDrawn: "graph and show"}

type formatEntry struct {
	word string
	arg  string // what must follow "=", "" when nothing may
	make func(arg string) (Format, error)
	fits fitting
}

// formats lists every format once: its word, and how to make it of what follows
// "=" on the command line.
var formats = []formatEntry{
	{"table", "", func(string) (Format, error) { return text{}, nil }, fitsAll},
	{"wide", "", func(string) (Format, error) { return text{wide: true}, nil }, fitsAll},
	{"json", "", func(string) (Format, error) { return jsonFormat{}, nil }, fitsAll},
	{"yaml", "", func(string) (Format, error) { return yamlFormat{}, nil }, fitsAll},
	{"jsonpath", "TEMPLATE", newJSONPath, fitsAll},
	{"name", "", func(string) (Format, error) { return names{}, nil }, fitsAll},
	{"markdown", "", func(string) (Format, error) { return markdown{}, nil }, fitsAll},
	{"sarif", "", func(string) (Format, error) { return sarifFormat{}, nil }, fitsChecked},
	{"junit", "", func(string) (Format, error) { return junitFormat{}, nil }, fitsChecked},
	{"github", "", func(string) (Format, error) { return githubFormat{}, nil }, fitsChecked},
	{"gitlab", "", func(string) (Format, error) { return gitlabFormat{}, nil }, fitsChecked},
	{"html", "", func(string) (Format, error) { return htmlFormat{}, nil }, fitsAll},
	{"csv", "", func(string) (Format, error) { return csvFormat{}, nil }, fitsAll},
	{"dot", "", func(string) (Format, error) { return dotFormat{}, nil }, fitsDrawn},
	{"mermaid", "", func(string) (Format, error) { return mermaidFormat{}, nil }, fitsDrawn},
}

// ReadsData reports a format that writes the Data of a View: the others write its Blocks or names.
func ReadsData(f Format) bool {
	switch f.(type) {
	case jsonFormat, yamlFormat, jsonPath:
		return true
	}
	return false
}

// IsText reports a format for the eyes of a person at a terminal: table and wide.
func IsText(f Format) bool {
	_, ok := f.(text)
	return ok
}

// DrawsMermaid reports a format that holds a flowchart of mermaid.
func DrawsMermaid(f Format) bool {
	switch f.(type) {
	case mermaidFormat, markdown:
		return true
	}
	return false
}

// Words are the values of -o that fit any View, in the order in which help shows
// them.
func Words() []string { return formatWords() }

// CheckedWords are those that fit what checks find.
func CheckedWords() []string { return formatWords(fitsChecked) }

// DrawnWords are those that fit a graph.
func DrawnWords() []string { return formatWords(fitsDrawn) }

// AllWords are those that fit some View.
func AllWords() []string { return formatWords(fitsChecked, fitsDrawn) }

func formatWords(besides ...fitting) []string {
	var words []string
	for _, f := range formats {
		if f.fits != fitsAll && !slices.Contains(besides, f.fits) {
			continue
		}
		word := f.word
		if f.arg != "" {
			word += "=" + f.arg
		}
		words = append(words, word)
	}
	return words
}

// Parse finds the format that a value of -o asks for; "" is table.
func Parse(s string) (Format, error) { return parseFormat(s) }

// ParseChecked is Parse for what checks find.
func ParseChecked(s string) (Format, error) { return parseFormat(s, fitsChecked) }

// ParseDrawn is Parse for a graph.
func ParseDrawn(s string) (Format, error) { return parseFormat(s, fitsDrawn) }

// ParseAny is Parse for a View of which nothing is known yet.
func ParseAny(s string) (Format, error) { return parseFormat(s, fitsChecked, fitsDrawn) }

func parseFormat(s string, besides ...fitting) (Format, error) {
	word, arg, has := strings.Cut(s, "=")
	if s == "" {
		word = "table"
	}
	for _, f := range formats {
		switch {
		case f.word != word:
		case f.fits != fitsAll && !slices.Contains(besides, f.fits):
			return nil, fmt.Errorf("%s is an output format of %s", word, fittingNames[f.fits])
		case f.arg == "" && has:
			return nil, fmt.Errorf("output format %s takes no value", word)
		case f.arg != "" && arg == "":
			return nil, fmt.Errorf("output format %s needs a value: %s=%s", word, word, f.arg)
		default:
			return f.make(arg)
		}
	}
	return nil, fmt.Errorf("unknown output format %q: one of %s", s, strings.Join(formatWords(besides...), ", "))
}

// TakesValue reports that a value of the format follows its word: no file can.
func TakesValue(word string) bool {
	return slices.ContainsFunc(formats, func(f formatEntry) bool { return f.word == word && f.arg != "" })
}

// Write formats v whole and then writes it at once, so that an error never
// leaves half a report behind; what is Streamed comes item by item where the
// format can.
func Write(w io.Writer, f Format, v View, o Options) error {
	if s, ok := v.(Streamed); ok {
		if f, ok := f.(streamer); ok {
			return stream(w, f, s)
		}
	}
	var b bytes.Buffer
	if err := f.Format(&b, v, o); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
