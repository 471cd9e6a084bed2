// Package console is what every command shares of its surroundings: streams, what is said on
// stderr, errors that know their exit code and hints, completion, bounds of memory and time.
package console
