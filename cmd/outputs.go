package cmd

import (
	"bytes"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// outputsFlags say how what checks found looks, and where it goes: several formats at
// once, to files and one of them to stdout.
type outputsFlags struct {
	words     []string
	noHeaders bool
	outputs   []output
	// any is true where nobody knows yet what report it is.
	any bool
}

// output is one format, and the file that it goes to, "" for stdout.
type output struct {
	word, file string
	format     format.Format
}

func (f *outputsFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringArrayVarP(&f.words, "output", "o", nil, "write as `FORMAT`, or as FORMAT=FILE to a file; may be repeated: "+strings.Join(f.known(), ", ")+" (default table)")
	fs.BoolVar(&f.noHeaders, "no-headers", false, "omit table headers")
	console.Completes(c, "output", console.OneOf(completable(f.known())...))
}

func (f *outputsFlags) known() []string {
	if f.any {
		return format.AllWords()
	}
	return format.CheckedWords()
}

func (f *outputsFlags) parse(word string) (format.Format, error) {
	if f.any {
		return format.ParseAny(word)
	}
	return format.ParseChecked(word)
}

// complete takes the words apart. Two answers on one stream would be none.
func (f *outputsFlags) complete() error {
	words := separated(f.words)
	if len(words) == 0 {
		words = []string{"table"}
	}
	f.outputs = nil
	seen := map[string]string{}
	for _, typed := range words {
		o := output{word: typed}
		if word, file, has := strings.Cut(typed, "="); has && !format.TakesValue(word) {
			o.word, o.file = word, file
			if file == "" {
				return console.Usage("for example -o "+word+"=report."+word, "-o %s names no file", typed)
			}
		}
		var err error
		if o.format, err = f.parse(o.word); err != nil {
			return console.Usage("", "-o: %s", err)
		}
		if before, twice := seen[o.file]; twice {
			if o.file == "" {
				return console.Usage("give one of them a file: -o "+o.word+"=FILE", "-o %s and -o %s both write to stdout", before, typed)
			}
			return console.Usage("", "-o %s and -o %s both write to %s", before, typed, o.file)
		}
		seen[o.file] = typed
		f.outputs = append(f.outputs, o)
	}
	return nil
}

// separated takes words apart at the commas behind which another format begins: a file and a
// template may have commas of their own.
func separated(words []string) (list []string) {
	for _, typed := range words {
		word, _, _ := strings.Cut(typed, "=")
		if format.TakesValue(word) {
			list = append(list, typed)
			continue
		}
		for i, part := range strings.Split(typed, ",") {
			word, _, _ := strings.Cut(part, "=")
			if i == 0 || slices.Contains(completable(format.AllWords()), word) {
				list = append(list, part)
			} else {
				list[len(list)-1] += "," + part
			}
		}
	}
	return list
}

// write writes the view in every format. Files are written first, so that a reader of
// stdout that goes away costs none of them.
func (f *outputsFlags) write(s console.Streams, color *console.ColorFlag, v format.View) error {
	for _, o := range f.outputs {
		if o.file == "" {
			continue
		}
		var b bytes.Buffer
		if err := format.Write(&b, o.format, v, format.Options{NoHeaders: f.noHeaders, Program: s.Name, FollowUp: s.FollowUp.Add, Place: placeIn(s)}); err != nil {
			return err
		}
		if err := writeFile(o.file, b.Bytes()); err != nil {
			return &console.Failure{Code: console.ExitInput, Message: "write the report: " + err.Error(), Hints: []string{"check that the directory exists and is writable"}}
		}
	}
	for _, o := range f.outputs {
		if o.file != "" {
			continue
		}
		if err := format.Write(s.Out, o.format, v, format.Options{Width: s.Width, Color: color.On(s), NoHeaders: f.noHeaders, Program: s.Name, FollowUp: s.FollowUp.Add, Place: placeIn(s)}); err != nil {
			return err
		}
	}
	return f.stepSummary(s, v)
}

// stepSummary adds the page to the summary of a step of GitHub Actions, where -o github
// runs in one.
func (f *outputsFlags) stepSummary(s console.Streams, v format.View) error {
	file := s.Env("GITHUB_STEP_SUMMARY")
	if file == "" || !f.has("github") {
		return nil
	}
	markdown, err := format.Parse("markdown")
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return &console.Failure{Code: console.ExitInput, Message: "write the step's summary: " + err.Error(), Hints: []string{"GITHUB_STEP_SUMMARY names the file; unset it to write none"}}
	}
	var page bytes.Buffer
	err = format.Write(&page, markdown, v, format.Options{Program: s.Name, FollowUp: s.FollowUp.Add})
	if page.Len() > mostOfSummary {
		page.Reset()
		page.WriteString("The report of mtlsctl is longer than the limit of a step summary: it is in the log of the step.\n")
	}
	_, wrote := out.Write(page.Bytes())
	return console.FirstError(err, wrote, out.Close())
}

// mostOfSummary is how much of a summary GitHub takes; a longer one fails the step.
const mostOfSummary = 1 << 20

func (f *outputsFlags) has(word string) bool {
	for _, o := range f.outputs {
		if o.word == word {
			return true
		}
	}
	return false
}

// checked is the first format that fits only what checks find, "" for none.
func (f *outputsFlags) checked() string {
	for _, o := range f.outputs {
		if _, err := format.Parse(o.word); err != nil {
			return o.word
		}
	}
	return ""
}
