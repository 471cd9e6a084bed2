// Package mesh makes a Mesh of objects, and the next Mesh of one and its changes: which hosts
// there are, what each client sends to each of them, what becomes of that, and what a name on
// the command line means.
package mesh
