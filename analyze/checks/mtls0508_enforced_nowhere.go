package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// EnforcedNowhere finds AuthorizationPolicies that no proxy carries out (5.6, 1.3).
var EnforcedNowhere = register(&analyze.Check{
	Code:     "MTLS0508",
	Name:     "enforced-nowhere",
	Severity: analyze.Warning,
	Istioctl: []string{"IST0127"},
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Title:    "An AuthorizationPolicy that no proxy enforces",
	Why: `The proxy of a workload enforces its policies. A policy that selects no workload, or only workloads without a proxy, denies
no call, although it looks as if it did. The same applies to a policy that istiod does not read, because of its namespace or
its label istio.io/rev. Outside the root namespace a selector applies only to workloads of its own namespace; in the root
namespace to those of the whole mesh.`,
	Fix:  "correct the labels of the selector, or inject sidecars into the workloads",
	Docs: []string{"https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy"},
	Before: guardedWorld + guardedStrict + `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pya}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
`,
	After: guardedWorld + guardedStrict + allowPrincipal("cluster.local/ns/shop/sa/web"),
	Run: func(p *analyze.Pass) {
		s := newSelections(p)
		for _, policy := range s.set.All() {
			switch {
			case policy.DryRun || len(policy.Rejected) > 0 || policy.Hidden && policy.Origin.Unplaced:
			case policy.Hidden:
				f := notDiscovered(policy)
				f.Confidence = asLabelled(p)
				p.Report(f)
			case !otherRevision(p, policy) && len(policy.Targets) == 0:
				s.look(p, policy)
			}
		}
	},
})

// look reports a policy that picks nothing, or nothing with a proxy.
func (s *selections) look(p *analyze.Pass, policy *authz.Policy) {
	picked := s.of[policy]
	switch {
	case len(picked) == 0 && len(policy.Selector) > 0:
		s.picksNone(p, policy)
	case len(picked) > 0 && !slices.ContainsFunc(picked, mayHaveProxy) && (len(policy.Selector) > 0 || !s.set.MeshWide(policy)):
		s.picksNaked(p, policy, picked)
	}
}

// notDiscovered is the finding about a policy of a namespace that istiod does not look
// into (1.14).
func notDiscovered(policy *authz.Policy) analyze.Finding {
	return analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: "metadata.namespace", Cause: undiscovered,
		Fix:     "add a label to the namespace that a discovery selector matches, or change meshConfig.discoverySelectors",
		Message: fmt.Sprintf("discoverySelectors exclude namespace %s: istiod does not read the policy, and no proxy enforces it", policy.Ref.Namespace),
	}
}

// otherRevision reports a policy that no control plane of the input reads for its label,
// and says so (1.14).
func otherRevision(p *analyze.Pass, policy *authz.Policy) bool {
	readers := p.Revisions()
	if !policy.HasRevision || len(readers) == 0 || slices.Contains(readers, policy.Revision) {
		return false
	}
	p.Report(analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: resolve.Path("metadata", "labels", resolve.RevisionLabel),
		Fix:     "remove the label istio.io/rev, or set it to the revision that configures the workloads",
		Message: fmt.Sprintf("has the label istio.io/rev='%s', but revision %s configures the workloads and does not read it: no proxy enforces it", policy.Revision, strings.Join(readers, ", ")),
	})
	return true
}

// selections are the workloads that policies pick.
type selections struct {
	set         *authz.Set
	of          map[*authz.Policy][]*inbound.Workload
	byNamespace map[string][]*inbound.Workload
	// free are the workloads that no selector of their own namespace picks.
	free []*inbound.Workload
}

func newSelections(p *analyze.Pass) *selections {
	s := &selections{set: p.AuthorizationPolicies(), of: map[*authz.Policy][]*inbound.Workload{}, byNamespace: workloadsByNamespace(p)}
	for _, w := range p.Workloads() {
		free := true
		for _, policy := range s.set.Selecting(w) {
			s.of[policy] = append(s.of[policy], w)
			free = free && (len(policy.Selector) == 0 || s.set.MeshWide(policy))
		}
		if free {
			s.free = append(s.free, w)
		}
	}
	return s
}

// picksNone reports a selector that picks nothing, where the input has something that it
// could pick.
func (s *selections) picksNone(p *analyze.Pass, policy *authz.Policy) {
	wide, ns := s.set.MeshWide(policy), policy.Ref.Namespace
	reach, within := s.byNamespace[ns], "namespace "+ns
	if wide {
		reach, within = p.Workloads(), "the mesh"
	}
	if len(reach) == 0 || policy.Origin.Unplaced || slices.ContainsFunc(p.Workloads(), func(w *inbound.Workload) bool { return s.mayPick(policy, w) }) {
		return
	}
	free := slices.DeleteFunc(slices.Clone(s.free), func(w *inbound.Workload) bool { return !wide && w.Ref.Namespace != ns })
	hint, sure := nearLabels(policy.Selector, free)
	if hint == "" && !wide {
		hint = elsewhere(policy.Selector, s.byNamespace)
		sure = hint != ""
	}
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: "spec.selector.matchLabels", Cause: ofNamespace(ns, "", pairs(policy.Selector)),
		Message: fmt.Sprintf("selects %s; no workload of %s has these labels%s: no proxy enforces it", pairs(policy.Selector), within, hint),
	}
	if f.Confidence = picksNothing(p, reach, sure); f.Confidence == analyze.Likely && !sure {
		f.Confidence = analyze.Possible
	}
	f.Fix = selectorFix(p, reach, sure, "inject sidecars into the workloads")
	p.Report(f)
}

// mayPick reports a workload that a policy would pick if the files said where they go, or
// that it picks in a way of its own.
func (s *selections) mayPick(policy *authz.Policy, w *inbound.Workload) bool {
	if !holds(w.Labels, policy.Selector) {
		return mayHold(w.Labels, policy.Selector) && (s.set.MeshWide(policy) || w.Ref.Namespace == policy.Ref.Namespace)
	}
	return w.Origin.Unplaced || w.Membership.Dataplane == resolve.DataplaneWaypoint
}

// picksNaked reports a policy for workloads of which none has a proxy.
func (s *selections) picksNaked(p *analyze.Pass, policy *authz.Policy, picked []*inbound.Workload) {
	field := resolve.Field("spec.selector.matchLabels")
	if len(policy.Selector) == 0 {
		field = "spec"
	}
	cause := allWithoutProxy(picked)
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: field, Involved: []resolve.Ref{picked[0].Ref}, Affected: affectedWorkloads(picked), Cause: cause,
		Fix:     proxyFix(picked, cause, "the policy"),
		Message: fmt.Sprintf("applies to %s (%s) without a proxy (%s): nothing enforces the policy", workloads(len(picked)), firstNames(picked), words.Because(picked[0].Membership.Why)),
	}
	if picked[0].Origin.File != "" && len(policy.Selector) == 0 {
		f.Confidence = analyze.Likely
	}
	p.Report(f)
}
