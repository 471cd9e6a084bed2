// Package public says which fields of the objects that mtlsctl reads are names and
// structure, and which carry values that are nobody else's: header values, scripts,
// environments. What is not in its table is a value: it is never printed, and a
// snapshot without --full has a token in its place. SECURITY.md tells the same.
package public

// Token begins what stands in a snapshot for a value that it leaves out.
const Token = "mtlsctl-hidden-"
