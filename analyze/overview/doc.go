// Package overview counts what a mesh has, so that a person sees it at once: ports by mode and
// calls by verdict for each namespace, and calls from each namespace to each.
//
// Modes and verdicts are those of package resolve, calls those of package calls. Nothing is
// decided here, and nothing is laid out.
package overview
