// Package calls says who calls whom, grouped as people read it: clients that send the same
// are one [Group], groups that share calls one [Roster], and calls that end alike one
// [Row]. All of it are values, worked out once for a [Query] and read by every report and
// every format: a table and a file for machines cannot tell different things.
//
// What a call is and what becomes of it is decided in package resolve. Nothing is decided
// here, and nothing is laid out.
package calls
