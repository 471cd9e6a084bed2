// Package expect holds what people demand of their mesh, written down beside the manifests
// as YAML (kind: MeshTest), and says of a Mesh whether it holds: the mode of a port, the
// verdict of a call, no plaintext into a namespace. What cannot be told does not hold.
//
// It reads no file. What an expectation names is looked up in the mesh, as the arguments and
// flags of every command are; a name that nothing has is a typed error, told by its caller.
package expect
