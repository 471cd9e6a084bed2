package console

import "github.com/spf13/pflag"

// Voice is how much a run prints besides its answer.
type Voice struct{ quiet, verbose bool }

// Add adds the flags.
func (v *Voice) Add(fs *pflag.FlagSet) {
	fs.BoolVarP(&v.quiet, "quiet", "q", false, "print nothing besides the answer, but errors and what is missing")
	fs.BoolVarP(&v.verbose, "verbose", "v", false, "print what was read and what was not, also where stderr is no terminal")
}

// Validate refuses flags that contradict each other.
func (v *Voice) Validate() error {
	if v.quiet && v.verbose {
		return Usage("", "--quiet and --verbose were both given")
	}
	return nil
}

// TellsInput reports whether what was read is printed: on a terminal, with --verbose, and where
// something is missing.
func (s Streams) TellsInput(missing bool) bool {
	return !s.silent() && (s.ErrTerminal || s.Verbose || missing || s.Voice != nil && s.Voice.verbose)
}

// IsVerbose reports --verbose.
func (v *Voice) IsVerbose() bool { return v != nil && v.verbose }

func (s Streams) silent() bool { return s.Voice != nil && s.Voice.quiet }

// Note is Say for what --quiet leaves out: the answer is whole without it.
func Note(s Streams, message string, args ...any) {
	if !s.silent() {
		Say(s, message, args...)
	}
}
