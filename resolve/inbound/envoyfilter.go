package inbound

import (
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TLSPatch is a patch of an EnvoyFilter that changes what TLS a proxy takes or
// sends. What comes of it only Envoy knows: the answer is unknown.
type TLSPatch struct {
	By        resolve.Ref
	Origin    resolve.Origin
	Field     resolve.Field
	namespace string
	labels    map[string]string // of the EnvoyFilter
	selector  map[string]string // nil selects every workload
	Inbound   bool              // else outbound
	// Port is the workload's port for inbound, the service's for outbound; 0 is all.
	Port int32
	// Cluster narrows an outbound patch, nil is every cluster.
	Cluster *networkingapi.EnvoyFilter_ClusterMatch
}

// TLSPatchesOf finds the patches that touch TLS.
func TLSPatchesOf(objects []resolve.Object) []TLSPatch {
	var out []TLSPatch
	for _, o := range objects {
		f, ok := o.Value.(*networkingv1alpha3.EnvoyFilter)
		if !ok || len(f.Spec.GetTargetRefs()) > 0 { // those are for waypoints and gateways
			continue
		}
		for i, p := range f.Spec.GetConfigPatches() {
			patch := TLSPatch{
				By: o.Ref(), Origin: o.Origin, Field: resolve.Path("spec", "configPatches").Index(i),
				namespace: f.Namespace, labels: f.Labels, selector: f.Spec.GetWorkloadSelector().GetLabels(),
			}
			if patch.reads(p) {
				out = append(out, patch)
			}
		}
	}
	return out
}

// reads takes what matters of a patch; false for one that has nothing to do with TLS.
func (t *TLSPatch) reads(p *networkingapi.EnvoyFilter_EnvoyConfigObjectPatch) bool {
	context, listener := p.GetMatch().GetContext(), p.GetMatch().GetListener()
	t.Inbound = p.GetApplyTo() != networkingapi.EnvoyFilter_CLUSTER
	if !t.Inbound {
		t.Cluster = p.GetMatch().GetCluster()
		t.Port = int32(t.Cluster.GetPortNumber())
		return context != networkingapi.EnvoyFilter_SIDECAR_INBOUND && changes(p.GetPatch(), "transport_socket", "transport_socket_matches")
	}
	if context != networkingapi.EnvoyFilter_SIDECAR_INBOUND && context != networkingapi.EnvoyFilter_ANY {
		return false
	}
	t.Port = int32(listener.GetFilterChain().GetDestinationPort())
	switch p.GetApplyTo() {
	case networkingapi.EnvoyFilter_LISTENER:
		return changes(p.GetPatch(), "filter_chains", "default_filter_chain")
	case networkingapi.EnvoyFilter_FILTER_CHAIN:
		return p.GetPatch().GetOperation() == networkingapi.EnvoyFilter_Patch_ADD || changes(p.GetPatch(), "transport_socket", "filter_chain_match")
	case networkingapi.EnvoyFilter_LISTENER_FILTER:
		return strings.Contains(listener.GetListenerFilter(), "tls_inspector")
	}
	return false
}

// changes reports a patch that takes the object away or sets one of the fields, in
// either spelling that Envoy reads.
func changes(p *networkingapi.EnvoyFilter_Patch, fields ...string) bool {
	switch p.GetOperation() {
	case networkingapi.EnvoyFilter_Patch_ADD:
		return false
	case networkingapi.EnvoyFilter_Patch_REMOVE:
		return true
	}
	for key := range p.GetValue().GetFields() {
		if slices.Contains(fields, key) || slices.ContainsFunc(fields, func(f string) bool { return strings.ReplaceAll(f, "_", "") == strings.ToLower(key) }) {
			return true
		}
	}
	return false
}

// Selects reports whether the patch is for a workload: of its own namespace, or of
// any where it stands in the root namespace.
func (t *TLSPatch) Selects(namespace, root, revision string, of map[string]string) bool {
	return (t.namespace == namespace || t.namespace == root) && Visible(t.labels, revision) && resolve.Selects(t.selector, of)
}

// patched is a decision after the EnvoyFilters of the workload: a mode that one of
// them may have changed is not known any more. Port 0 is any unnamed one.
func (d *decider) patched(served resolve.Decision, port int32) resolve.Decision {
	if !d.server().shaped() || served.Mode == resolve.None {
		return served
	}
	if d.unseenPatches != nil && served.Mode != resolve.Unknown {
		return resolve.Decision{Mode: resolve.Unknown, IfMeshed: served.Mode, Scope: resolve.ScopeDataplane, Shadowed: served.Shadowed, Why: resolve.Because(resolve.CauseEnvoyFiltersUnread, resolve.Details{Gap: d.unseenPatches})}
	}
	for i := range d.patches {
		if t := &d.patches[i]; t.Inbound && (t.Port == 0 || t.Port == port) {
			out := resolve.Decision{Mode: resolve.Unknown, IfMeshed: served.Mode, Scope: resolve.ScopeDataplane, By: t.By, Field: t.Field, Origin: t.Origin, Why: resolve.Because(resolve.CauseEnvoyFilter, resolve.Details{By: t.By}), Shadowed: served.Shadowed}
			if served.Mode == resolve.Unknown {
				out.IfMeshed = served.IfMeshed
			}
			return out
		}
	}
	return served
}
