package resolve

import networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

// world is what the workloads of one cluster are resolved in.
type world struct {
	control *control
	// cluster names it, "" where it is the only one.
	cluster string
	// editable is true where the objects are kept for another mesh to be made of.
	editable   bool
	namespaces map[string]*Namespace
	services   []*Service
	policies   *policyIndex
	// perPod are labels of pods by which selectors tell pods of one workload apart.
	perPod  map[string]bool
	patches []tlsPatch
	gaps    gaps
	// sidecars and serviceEntries are those that istiod looks at.
	sidecars       []Typed[*networkingv1.Sidecar]
	serviceEntries []Typed[*networkingv1.ServiceEntry]
}
