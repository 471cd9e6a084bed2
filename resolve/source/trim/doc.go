// Package trim cuts objects down to what some answer depends on, so that ten thousand pods
// fit into memory and a snapshot does not carry what is nobody else's. What it leaves gives
// the same answer as the whole object.
package trim
