// Package checks holds the checks: one file each, which registers one literal
// with its documentation. Add a check with two files, its own and its fixture in
// testdata/checks; the tests say what else is missing. A check finds and words; what a
// port serves, what is sent and who calls it decides nowhere itself.
//
// The codes say what is looked at: 01xx what servers take, 02xx what clients send, 03xx
// who is in the mesh and what its proxies see, 04xx who calls and what keeps a port from
// STRICT, 05xx identity and authorization. What several checks share has a file of its own:
//
//   - registry.go lists them; controls.go are the requirements of auditors; worlds*.go and
//     guardedworld.go are the worlds of Before and After; wording.go and labels.go are words.
//   - cause.go and group.go make one finding of many calls; fold.go and bundle.go of many
//     objects; made.go says who is known to make the calls.
//   - tlslevels.go, unused.go and samehost.go look at DestinationRules; ruleedits.go changes
//     them, and proves on the mesh that no call gets worse.
//   - behind.go, port.go and serverfirst.go look at the ports behind Services; apiserver.go
//     at what kube-apiserver calls; exception.go makes port exceptions; hidden.go finds the
//     policies that istiod does not see.
//   - identity.go, plaincall.go, census.go and edge.go serve AuthorizationPolicies: the ports
//     that they guard, who comes to them without an identity, who exists, what gateways ask.
package checks
