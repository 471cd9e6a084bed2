package validation

import (
	"regexp"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) envoyFilter(_ Meta, f *networkingapi.EnvoyFilter) {
	at := r.spec()
	before := len(r.violations)
	r.selector(f.GetWorkloadSelector().GetLabels(), at.child("workloadSelector").child("labels"))
	if len(r.violations) > before {
		return
	}
	for i, p := range f.ConfigPatches {
		if p.GetMatch().GetContext() != networkingapi.EnvoyFilter_WAYPOINT { // not looked at by Istio
			r.patch(p, at.child("configPatches").at(i))
		}
	}
}

func (r *report) patch(p *networkingapi.EnvoyFilter_EnvoyConfigObjectPatch, at *place) {
	switch {
	case p.ApplyTo == networkingapi.EnvoyFilter_INVALID:
		r.add(CauseRequired, at, "applyTo is required")
	case p.GetPatch().GetOperation() == networkingapi.EnvoyFilter_Patch_INVALID:
		r.add(CauseRequired, at, "patch with an operation is required")
	case p.Patch.Operation != networkingapi.EnvoyFilter_Patch_REMOVE && p.Patch.Value == nil:
		r.add(CauseRequired, at.child("patch"), "value is required for every operation but REMOVE")
	case !compiles(p.GetMatch().GetProxy().GetProxyVersion()):
		r.add(CauseValue, at.child("match").child("proxy").child("proxyVersion"), "it is not a regular expression")
	case p.GetMatch().GetObjectTypes() != nil:
		r.patchMatch(p, at.child("match"))
	}
}

// compiles reports a version that Istio can match; one that is too long it ignores.
func compiles(version string) bool {
	if len(version) > 1024 {
		return true
	}
	_, err := regexp.Compile(version)
	return err == nil
}

// patchMatch checks that a match is for the class of what is patched.
func (r *report) patchMatch(p *networkingapi.EnvoyFilter_EnvoyConfigObjectPatch, at *place) {
	m, mismatch := p.Match, false
	switch p.ApplyTo {
	case networkingapi.EnvoyFilter_LISTENER, networkingapi.EnvoyFilter_FILTER_CHAIN, networkingapi.EnvoyFilter_NETWORK_FILTER, networkingapi.EnvoyFilter_HTTP_FILTER:
		mismatch = m.GetListener() == nil
		r.filterMatch(p, at.child("listener").child("filterChain").child("filter"))
	case networkingapi.EnvoyFilter_ROUTE_CONFIGURATION, networkingapi.EnvoyFilter_VIRTUAL_HOST, networkingapi.EnvoyFilter_HTTP_ROUTE:
		mismatch = m.GetRouteConfiguration() == nil
	case networkingapi.EnvoyFilter_CLUSTER:
		mismatch = m.GetCluster() == nil
	}
	if mismatch {
		r.add(CauseChoice, at, "the match is for another class of objects than applyTo "+p.ApplyTo.String())
	}
}

func (r *report) filterMatch(p *networkingapi.EnvoyFilter_EnvoyConfigObjectPatch, at *place) {
	f := p.Match.GetListener().GetFilterChain().GetFilter()
	switch {
	case f == nil:
	case f.Name == "":
		r.add(CauseRequired, at, "name is required")
	case f.SubFilter == nil:
	case p.ApplyTo != networkingapi.EnvoyFilter_HTTP_FILTER:
		r.add(CauseChoice, at.child("subFilter"), "it is for applyTo HTTP_FILTER only")
	case f.Name != "envoy.filters.network.http_connection_manager" && f.Name != "envoy.http_connection_manager":
		r.add(CauseChoice, at.child("subFilter"), "it needs the filter envoy.filters.network.http_connection_manager")
	case f.SubFilter.Name == "":
		r.add(CauseRequired, at.child("subFilter"), "name is required")
	}
}
