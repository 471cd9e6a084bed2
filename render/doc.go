// Package render tells answers. Report kinds (workloads, stories, policies) turn what
// packages resolve and analyze decided into a format.View: blocks for people, a structure
// of package wire for machines, names. A new report kind is one file here that implements
// View and one in package wire.
//
// The package decides what a report shows, never what the answer is: no mode is computed,
// corrected or summed up beyond counting here. It reads no files, no clock and no
// environment. How a table is laid out and what a format looks like is package format's.
package render
