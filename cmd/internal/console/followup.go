package console

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// FollowUp adds the flags of a run to the commands that the run prints, so that they answer
// about the same input when they are pasted. The zero FollowUp adds nothing.
type FollowUp struct {
	// flags are those of the run for a command, each with its value.
	flags map[string][]given
}

// given is a flag as it is typed again: by its name, and the words that a shell reads.
type given struct {
	name  string
	words []string
}

// carried marks a flag that says what is read, so that follow-up commands need it too.
const carried = "mtlsctl_carried"

// Carry marks flags that follow-up commands have to repeat, those that the set has.
func Carry(fs *pflag.FlagSet, names ...string) {
	for _, name := range names {
		if f := fs.Lookup(name); f != nil {
			if f.Annotations == nil {
				f.Annotations = map[string][]string{}
			}
			f.Annotations[carried] = []string{"true"}
		}
	}
}

// followable are the commands whose flags mean the same as those of the run that names them.
var followable = []string{"describe", "connections", "analyze", "migrate-plan", "rbac", "verify"}

// Begin takes the flags of a command line that follow-up commands have to repeat. A flag goes
// along to each command that marks it too.
func (u *FollowUp) Begin(root, c *cobra.Command) {
	u.flags = map[string][]given{}
	for _, target := range root.Commands() {
		if !slices.Contains(followable, target.Name()) {
			continue
		}
		c.Flags().Visit(func(f *pflag.Flag) {
			name := f.Name
			if to := f.Annotations[renamedTo]; len(to) > 0 {
				name = to[0]
			}
			if there := target.Flags().Lookup(name); there != nil && there.Annotations[carried] != nil && c.Flags().Lookup(name).Annotations[carried] != nil {
				u.flags[target.Name()] = append(u.flags[target.Name()], given{there.Name, typed(there, f.Value)})
			}
		})
	}
}

// ofOneCluster are the followable commands that read one cluster.
var ofOneCluster = []string{"migrate-plan", "rbac"}

// Narrow has commands that read one cluster name the first of several: words stand in place of the flag.
func (u *FollowUp) Narrow(flag, words string) {
	if u == nil {
		return
	}
	for _, target := range ofOneCluster {
		for i, g := range u.flags[target] {
			if g.name == flag {
				u.flags[target][i].words = []string{words}
			}
		}
	}
}

// typed is a flag with a value as words of a shell.
func typed(f *pflag.Flag, value pflag.Value) []string {
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand
	}
	values := []string{value.String()}
	if list, ok := value.(pflag.SliceValue); ok {
		values = slices.Clone(list.GetSlice())
		if value.Type() == "stringSlice" {
			for i := range values {
				values[i] = csvWord(values[i])
			}
		}
	}
	if f.NoOptDefVal == "" {
		var words []string
		for _, v := range values {
			words = append(words, name+" "+shell.Word(public.WithoutUser(v)))
		}
		return words
	}
	if all := strings.Join(values, ","); all != f.NoOptDefVal {
		return []string{"--" + f.Name + "=" + shell.Word(all)}
	}
	return []string{name}
}

// csvWord is a member of a list as the flag reads it: a comma in it does not end it.
func csvWord(word string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write([]string{word}); err != nil {
		return word
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

var command = regexp.MustCompile(`\bmtlsctl ([a-z-]+)`)

// Add adds the flags to the commands in a text. What is quoted for a shell stays as it is: only
// the first command counts where a text has quotes. A flag that the text names already is not
// repeated.
func (u *FollowUp) Add(text string) string {
	if u == nil || len(u.flags) == 0 || !strings.Contains(text, "mtlsctl ") {
		return text
	}
	most := -1
	if strings.Contains(text, "'") {
		most = 1
	}
	var b strings.Builder
	at := 0
	for _, m := range command.FindAllStringSubmatchIndex(text, most) {
		rest := text[m[1]:]
		b.WriteString(text[at:m[1]])
		at = m[1]
		for _, g := range u.flags[text[m[2]:m[3]]] {
			for _, words := range g.words {
				if name, _, _ := strings.Cut(words, " "); !slices.Contains(strings.Fields(rest), name) {
					b.WriteString(" " + words)
				}
			}
		}
	}
	return b.String() + text[at:]
}
