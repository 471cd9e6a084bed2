// Package mesh makes a Mesh of objects, and the next Mesh of one and its changes; it puts the
// meshes of several clusters together, and says what a name on the command line means. What
// ports serve is decided in inbound, what clients send in outbound.
package mesh
