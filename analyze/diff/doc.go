// Package diff says what a change of a mesh really changes: ports whose mode is
// another, calls that end otherwise, findings that come and go. It compares two
// Meshes, not two texts: what is written differently and decides the same is no
// change.
//
// Calls are those of workloads with a proxy, before or after the change; one
// without could call anything, and nothing says whether it does. They are compared
// by class of clients, never pair by pair.
package diff
