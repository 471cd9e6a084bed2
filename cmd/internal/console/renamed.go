package console

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// renamedTo marks a flag that has a new name; its value is that name.
const renamedTo = "mtlsctl_renamed_to"

// Renamed keeps the old name of a flag, with its shorthand or "": a hidden alias of the flag
// name, which must exist. Hints tells whoever uses the old name about the new one.
func Renamed(fs *pflag.FlagSet, name, old, shorthand string) {
	f := fs.Lookup(name)
	fs.AddFlag(&pflag.Flag{
		Name: old, Shorthand: shorthand, Usage: "the old name of --" + name, Hidden: true,
		Value: f.Value, DefValue: f.DefValue, NoOptDefVal: f.NoOptDefVal,
		Annotations: map[string][]string{renamedTo: {name}},
	})
}

// HintRenamed prints a hint for each flag of the command line that has a new name.
func HintRenamed(s Streams, c *cobra.Command) {
	c.Flags().Visit(func(f *pflag.Flag) {
		for _, name := range f.Annotations[renamedTo] {
			old := "--" + f.Name
			if f.Shorthand != "" {
				old = "-" + f.Shorthand + " FILE"
				name += " FILE"
			}
			Say(s, "hint: %s is now --%s; the old form will be removed in the next release", old, name)
		}
	})
}

// NeedsEquals refuses a command line that gives one of the flags its value after a space:
// the value is optional, so that it counts only after "=". A word counts as such a value
// where it can be a list of namespaces, which an argument such as deploy/web.shop cannot.
func NeedsEquals(args []string, flags ...string) error {
	for i, arg := range args {
		if arg == "--" || i+1 == len(args) {
			return nil
		}
		for _, flag := range flags {
			if value := args[i+1]; arg == "--"+flag && isNamespaces(value) {
				return Usage(arg+"="+value+"; or, for every namespace, put "+value+" before "+arg, "%s takes its value after =, not after a space", arg)
			}
		}
	}
	return nil
}

func isNamespaces(word string) bool {
	return word != "" && word[0] != '-' && !strings.ContainsFunc(word, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != ','
	})
}
