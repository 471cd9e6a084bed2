// Package format writes reports. A report is a [View]: blocks of tables and prose for
// people, data for machines, names for scripts. A [Format] writes any View, so that there
// are N report kinds and M formats and never N x M cases: a new format is one file that
// implements Format and a line in the list of formats.
//
// What people read is laid out here: columns, their widths, wrapped prose, colours, and
// what of somebody else's text must not reach a terminal or a pipeline as it is
// ([Visible]). The package knows no report: it imports neither package wire nor package
// render.
package format
