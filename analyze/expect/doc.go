// Package expect holds what people demand of their mesh, written down beside the manifests
// as YAML (kind: MeshTest), and says of a Mesh whether it holds: the mode of a port, the
// verdict of a call, no plaintext into a namespace. What cannot be told does not hold.
//
// It reads no file and looks up no name: who calls it finds the workloads and calls that
// an expectation is about.
package expect
