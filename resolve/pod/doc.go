// Package pod reads a pod or a template: whether it becomes a member of the mesh and by which
// data plane, which of its ports a proxy captures, and what its containers say.
package pod
