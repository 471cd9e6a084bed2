// Package input is what commands share for what they read: the flags that name files, clusters
// and evidence, what was read and resolved (Loaded), what is missing of it, and what the names
// on a command line mean in it.
package input
