package resolve

import networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

// World is what the workloads of one cluster are resolved in.
type World struct {
	Control *Control
	// Cluster names it, "" where it is the only one.
	Cluster string
	// Editable is true where the objects are kept for another mesh to be made of.
	Editable   bool
	Namespaces map[string]*Namespace
	Services   []*Service
	Policies   *PolicyIndex
	// PerPod are labels of pods by which selectors tell pods of one workload apart.
	PerPod  map[string]bool
	Patches []TLSPatch
	Gaps    Gaps
	// Sidecars and serviceEntries are those that istiod looks at.
	Sidecars       []Typed[*networkingv1.Sidecar]
	ServiceEntries []Typed[*networkingv1.ServiceEntry]
}
