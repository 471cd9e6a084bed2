// Package resolve decides what is: which mode every workload port of an Istio
// mesh serves, and why. It is pure: API objects in, decisions out. It never reads
// a file, a cluster, a clock or the environment, and never prints.
//
// # Who is in the mesh
//
// A running pod is in the mesh when Istio's container is in it. A manifest is
// predicted: hostNetwork and system namespaces are never injected; then the
// namespace's istio-injection label, its istio.io/rev label, and only without
// either the pod's own labels decide whether the injector is called, which in
// turn looks at the pod's sidecar.istio.io/inject label and then its annotation.
// Without the Namespace object the answer is unknown.
//
// # Which mode a port serves
//
// PERMISSIVE, unless a PeerAuthentication says otherwise: the policy without
// selector in the root namespace, then the one of the workload's namespace, then
// the one whose selector picks the workload, each overriding the wider one if it
// sets a mode at all; last the portLevelMtls entry of that same workload policy,
// keyed by the port on which the application listens. In each scope the oldest
// policy wins, equal ages are decided by name, and the losers are dropped whole.
//
// Then what stands in front of the port has its say: nothing (NONE), a port kept
// from the proxy (NONE), a gateway's server or a Sidecar's ingress listener with
// TLS of its own (TLS), ambient, which cannot DISABLE.
//
// # What the tests prove
//
// Order never shows: the same objects in any order give an equal Mesh. A policy
// of another namespace changes nothing, unless that is the root namespace. A port
// entry never changes another port. Every decision that is not a default names
// the object and field that made it.
//
// Rule numbers in comments, such as 2.3, are those of the project's rule book of
// Istio 1.31's behaviour.
package resolve
