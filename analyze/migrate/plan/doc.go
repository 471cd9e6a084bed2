// Package plan finds the way to STRICT: which objects to change, in which order, so that
// no call breaks on the way. It plans in waves, applies each to the model and looks at
// every call before it shows any of them. What it cannot prove it does not plan: it says
// what is in the way. It writes nothing, and never weakens a port.
package plan
