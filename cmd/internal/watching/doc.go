// Package watching keeps the mesh of a cluster as it is now, and finds what each change of the
// cluster changes in it.
package watching
