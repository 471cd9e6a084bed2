// Package checks holds the checks: one file each, which registers one literal
// with its documentation. Add a check with two files, its own and its fixture in
// testdata/checks; the tests say what else is missing.
package checks
