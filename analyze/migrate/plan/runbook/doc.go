// Package runbook tells people a plan: what each wave is in a few words and why it comes, how
// to go through it at night, and the files that bring it about and take it back. It decides
// nothing: all it says follows from the values of a plan.Plan, and it writes to nobody.
//
//   - say.go: the words for a wave, and for what it waits for
//   - guide.go with verify.go, queries.go, symptoms.go: one wave from before to rollback
//   - sections.go: what is of no wave in particular
//   - manifest.go, document.go: the files, and how an object becomes YAML
package runbook
