package mesh

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// touch is what changes of objects touch, layer by layer: what is not in it is as it was.
type touch struct {
	// everything is set where nothing can be kept: what configures control planes, and the
	// kinds that stand in for workloads.
	everything bool
	// all is set where every workload is decided anew.
	all bool
	// pods are the namespaces whose members are looked for anew.
	pods map[string]bool
	// services and policySpaces are namespaces of changed Services and policies.
	services, policySpaces map[string]bool
	policies, namespaces   bool
	patches                bool
	outbound.Touched
}

// touchedBy is what changes touch; inputs are the objects after them.
func (m *Mesh) touchedBy(deltas []config.Delta, inputs *config.Collection) *touch {
	t := &touch{
		pods: map[string]bool{}, services: map[string]bool{}, policySpaces: map[string]bool{},
		Touched: outbound.Touched{Spaces: map[string]bool{}, Hosts: map[string]bool{}, Rules: map[string]bool{}, Clients: map[string]bool{}},
	}
	t.PoliciesOnly = !slices.ContainsFunc(deltas, func(d config.Delta) bool { return d.Ref.Kind != resolve.KindPeerAuthentication })
	for i := range deltas {
		m.touches(t, &deltas[i])
	}
	if t.all {
		for ns := range m.spaces {
			t.Spaces[ns] = true
		}
	}
	if t.all || !t.PoliciesOnly && len(t.Spaces) > 0 {
		for i := range inputs.ServiceEntries { // policies select their endpoints, and their addresses may be anybody's
			t.Hosts[inputs.ServiceEntries[i].As.GetNamespace()] = true
		}
		for i := range inputs.Entries { // whose addresses may be those of pods
			t.Hosts[inputs.Entries[i].As.GetNamespace()], t.Clients[inputs.Entries[i].As.GetNamespace()] = true, true
		}
	}
	for ns := range t.Spaces {
		t.Hosts[ns] = true
		if !t.PoliciesOnly {
			t.Clients[ns] = true
		}
	}
	return t
}

// repeats reports a change of an object that the input defines more than once.
func (m *Mesh) repeats(deltas []config.Delta) bool {
	return slices.ContainsFunc(m.inputs.Again, func(same []*config.Named) bool {
		return slices.ContainsFunc(deltas, func(d config.Delta) bool { return d.Ref == same[0].Ref })
	})
}

// touches adds what one change touches.
func (m *Mesh) touches(t *touch, d *config.Delta) {
	ns := d.Ref.Namespace
	switch kind := d.Ref.Kind; kind {
	case resolve.KindPeerAuthentication:
		t.policies, t.policySpaces[ns], t.Spaces[ns] = true, true, true
		t.all = t.all || m.isRoot(ns)
	case resolve.KindDestinationRule:
		t.Rules[ns], t.Clients[ns] = true, true // their selectors tell clients apart
	case resolve.KindSidecar:
		t.Spaces[ns], t.Scopes = true, true
		t.all = t.all || m.isRoot(ns)
	case resolve.KindEnvoyFilter:
		t.Spaces[ns], t.patches = true, true
		t.all = t.all || m.isRoot(ns)
	case resolve.KindGateway:
		t.all = true // a gateway's proxy reads those of every namespace
	case resolve.KindVirtualService, resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute, resolve.KindReferenceGrant:
		t.Routes, t.Scopes = true, true
	case resolve.KindServiceEntry:
		t.Spaces[ns], t.Hosts[ns] = true, true
	case resolve.KindService, resolve.KindEndpointSlice, resolve.KindEndpoints:
		t.services[ns], t.Spaces[ns] = true, true
		t.everything = t.everything || m.knowsNetworks()
	case resolve.KindNamespace:
		t.namespaces, t.pods[d.Ref.Name], t.Spaces[d.Ref.Name] = true, true, true
		limited, _ := m.Control.Agree(func(p *config.Plane) bool { limits, _ := p.LimitsEntries(); return limits })
		t.everything = t.everything || len(m.discovery.Selectors) > 0 || limited || m.isRoot(d.Ref.Name) || m.knowsNetworks() || m.takesRoutesByLabel()
	case resolve.KindGatewayClass:
		t.everything = t.everything || len(m.inputs.KubeGateways) > 0 // it says what its waypoints are for
	case resolve.KindPod:
		t.pods[ns], t.Spaces[ns] = true, true
	case resolve.KindAuthorizationPolicy, resolve.KindRequestAuthentication, resolve.KindTelemetry, resolve.KindConfigMap, resolve.KindIngress, resolve.KindServiceAccount, resolve.KindValidatingWebhook, resolve.KindAPIService, resolve.KindServiceMonitor, resolve.KindPodMonitor, resolve.KindDefinition, resolve.KindVMServiceScrape, resolve.KindVMPodScrape,
		resolve.KindIngressClass, resolve.KindTLSContext, resolve.KindScaledObject, resolve.KindScaledJob, resolve.KindAnalysisTemplate, resolve.KindClusterAnalysisTemplate,
		resolve.KindRoute, resolve.KindHTTPProxy, resolve.KindIngressRoute, resolve.KindIngressRouteTCP, resolve.KindMapping, resolve.KindTCPMapping, resolve.KindLegacyPolicy, resolve.KindMeshPolicy,
		resolve.KindNetworkPolicy, resolve.KindCiliumNetworkPolicy, resolve.KindCiliumClusterwidePolicy:
	default:
		if !kind.MakesPods() {
			t.everything = true
			return
		}
		t.pods[ns], t.Spaces[ns] = true, true
	}
	t.everything = t.everything || m.configures(d) || len(m.discovery.Selectors) > 0 && (d.Ref.Kind == resolve.KindServiceEntry || d.Ref.Kind == resolve.KindSidecar)
}

// isRoot reports a namespace from which some control plane takes what is for all.
func (m *Mesh) isRoot(ns string) bool {
	if ns == m.rootNamespace || ns == m.Control.First.Root || ns == m.Control.First.Namespace {
		return true
	}
	for _, p := range m.Control.Planes {
		if ns == p.Root || ns == p.Namespace {
			return true
		}
	}
	return false
}

// knowsNetworks reports a mesh whose Services and labels say what networks there are (3.4.7).
func (m *Mesh) knowsNetworks() bool {
	knows := func(p *config.Plane) bool {
		return len(p.Networks.Gateways) > 0 || p.MeshNetworks != nil || p.Networks.Default != ""
	}
	for _, p := range m.Control.Planes {
		if knows(p) {
			return true
		}
	}
	return knows(m.Control.First)
}

// takesRoutesByLabel reports a Gateway that takes the routes of namespaces by their labels.
func (m *Mesh) takesRoutesByLabel() bool {
	for _, o := range m.inputs.KubeGateways {
		for _, l := range o.As.Spec.Listeners {
			if a := l.AllowedRoutes; a != nil && a.Namespaces != nil && a.Namespaces.Selector != nil {
				return true
			}
		}
	}
	return false
}

// configures reports objects of an ordinary kind that say more than others of it: an istiod,
// a gateway of a network, what a BackendTLSPolicy may name, and selectors by labels that
// tell pods of one workload apart.
func (m *Mesh) configures(d *config.Delta) bool {
	for _, o := range []resolve.Object{m.inputs.Object(d.Ref), d.Is} {
		if o.Value == nil {
			continue
		}
		labels := o.Value.GetLabels()
		p, isPod := o.Value.(*corev1.Pod)
		switch {
		case isPod && (config.RunsIstiod(p) || m.Control.TellsVersion(p)):
			return true
		case d.Ref.Kind == resolve.KindDeployment && labels["app"] == "istiod", (d.Ref.Kind == resolve.KindService || d.Ref.Kind == resolve.KindNamespace) && labels[resolve.NetworkLabel] != "":
			return true
		case (d.Ref.Kind == resolve.KindService || d.Ref.Kind == resolve.KindServiceEntry) && len(m.others[resolve.KindBackendTLSPolicy]) > 0:
			return true
		case slices.ContainsFunc(pod.PerPodLabels, func(key string) bool { _, used := config.SelectorOf(o)[key]; return used }):
			return true
		}
	}
	return false
}
