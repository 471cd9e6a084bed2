// Package plan finds the way to STRICT: which objects to change, in which order, so that
// no call breaks on the way. It plans in waves, applies each to the model and looks at
// every call before it shows any of them. What it cannot prove it does not plan: it says
// what is in the way. It writes nothing, and never weakens a port.
//
// planner.go begins attempts until one is without harm. What each file decides:
//
//   - weigh.go, join.go: which ports may become STRICT, and who needs a sidecar for it
//   - want.go, space.go: what every workload's, namespace's and the mesh's policy shall say
//   - run.go, run_strict.go: the waves of one attempt, in their order
//   - stages*.go, policy.go, selector.go, freeze.go: the objects of each kind of wave
//   - prove.go with turned.go, race.go, known.go, identity.go: the harm that a wave would do
//   - wait.go: what has to be seen before a wave
//   - learn.go with mendrule.go, mendscope.go: what a failed attempt teaches the next
//   - crossing*.go: another plan, from sidecars to ambient: who may move (survey, network), its waves
//     (tunnel, safe, move, labels), their proof (prove, harm, routes), and what they change besides (notes)
//   - trust*.go: yet another, to another trust domain: its mesh configurations (config), who is named
//     (names), its proof (prove), what the model does not see (wait), where it begins (from)
//   - change.go, state.go: an object's change, and the mesh between two waves
//   - applied.go: the waves that an input shows to be applied
//
// Package runbook tells people: its texts and files are made of the values of a Plan.
package plan
