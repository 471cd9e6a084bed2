// Package cmd is the command line: flags become options, options become a run,
// errors become exit codes. It introduces the other rooms to each other and
// decides nothing about modes, traffic or looks.
//
// Everything that a run takes from its surroundings comes in by [Streams], so
// that a test runs the whole program in process.
//
// # Exit codes
//
// The same in every output format, and given in one place, exit.go:
//
//	0    the question is answered
//	1    findings, a change for the worse, a blocked plan, at the level of --fail-on; also
//	     where the answer is incomplete besides
//	2    usage: an unknown flag, value, name, namespace or kind
//	3    nothing at that level was found, and something is missing that could hide it, or
//	     the input cannot be read, or --max-memory or --timeout ended the run
//	130  interrupted
//	134  Go ended the process (SIGABRT)
package cmd
