package inbound

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// World is what the workloads of one cluster are resolved in.
type World struct {
	Control *resolve.Control
	// Cluster names it, "" where it is the only one.
	Cluster string
	// Editable is true where the objects are kept for another mesh to be made of.
	Editable   bool
	Namespaces map[string]*resolve.Namespace
	Services   []*Service
	Policies   *PolicyIndex
	// PerPod are labels of pods by which selectors tell pods of one workload apart.
	PerPod  map[string]bool
	Patches []TLSPatch
	Gaps    resolve.Gaps
	// Sidecars and serviceEntries are those that istiod looks at.
	Sidecars       []resolve.Typed[*networkingv1.Sidecar]
	ServiceEntries []resolve.Typed[*networkingv1.ServiceEntry]
}
