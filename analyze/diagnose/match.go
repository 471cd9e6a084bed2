package diagnose

import (
	"regexp"
	"slices"
	"strings"
)

// longestText is how much of a text is looked at; no proxy writes a longer line.
const longestText = 16 << 10

// Recognised is a symptom that a text has, in the form of one log.
type Recognised struct {
	*Symptom
	Line *Line
}

// Recognise finds the symptom of a line; ok is false where it has none.
func Recognise(text string) (r Recognised, ok bool) {
	all := recognised(text, 1)
	if len(all) == 0 {
		return r, false
	}
	return all[0], true
}

// RecogniseAll finds every symptom of a text, the most specific first.
func RecogniseAll(text string) []Recognised { return recognised(text, len(All())) }

func recognised(text string, most int) (out []Recognised) {
	words := plainWords(text) + flagWords(text)
	for _, s := range All() {
		if line := s.form(words); line != nil {
			if out = append(out, Recognised{s, line}); len(out) == most {
				return out
			}
		}
	}
	return out
}

// form is the line of the symptom that fits words best: of which the longest phrases are there.
func (s *Symptom) form(words string) (best *Line) {
	longest := 0
	for i := range s.Lines {
		if n := s.Lines[i].matches(words); n > longest {
			best, longest = &s.Lines[i], n
		}
	}
	return best
}

// matches is how long the phrases are that words have, 0 for a line of another form.
func (l *Line) matches(words string) (longest int) {
	for _, all := range l.Words {
		n := 0
		for _, phrase := range all {
			without, not := strings.CutPrefix(phrase, "!")
			if has(words, without) == not {
				n = 0
				break
			}
			if !not {
				n += len(phrase)
			}
		}
		longest = max(longest, n)
	}
	return longest
}

// has reports a phrase among words, from the beginning of one to the end of one.
func has(words, phrase string) bool {
	for at := 0; ; {
		i := strings.Index(words[at:], phrase)
		if i < 0 {
			return false
		}
		at += i
		if end := at + len(phrase); words[at-1] == ' ' && words[end] == ' ' {
			return true
		}
		at++
	}
}

// plainWords are the words of a text, in lower case between spaces: access logs have _ where
// debug logs have spaces, and Envoy's separators differ between versions.
func plainWords(text string) string {
	text = text[:min(len(text), longestText)]
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte(' ')
	space := true
	for i := range len(text) {
		c := text[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		default:
			c = ' '
		}
		if c == ' ' && space {
			continue
		}
		space = c == ' '
		b.WriteByte(c)
	}
	if !space {
		b.WriteByte(' ')
	}
	return b.String()
}

// flags are Envoy's response flags where they stand behind a status code, or alone: two letters in any
// other text mean nothing.
var flags = regexp.MustCompile(`(?:^|[\s"])\d{1,3}[ ,]+((?:[A-Z]{2,5},)*(?:` + oneFlag + `)(?:,[A-Z]{2,5})*)(?:[\s,]|$)|^\s*(` + oneFlag + `)\s*$`)

const oneFlag = "UF|UC|URX|UR|UH|UT|UO|UPE|DC|DPE|NR|NC"

var flagNames = strings.Split(oneFlag, "|")

// flagWords are the response flags of a text, each as the words "flag" and its letters.
func flagWords(text string) string {
	text = text[:min(len(text), longestText)]
	if !slices.ContainsFunc(flagNames, func(name string) bool { return strings.Contains(text, name) }) {
		return "" // as nearly all lines of a log: it costs much less than the pattern
	}
	m := flags.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	var b strings.Builder
	for flag := range strings.SplitSeq(m[1]+m[2], ",") {
		b.WriteString("flag " + strings.ToLower(flag) + " ")
	}
	return b.String()
}
