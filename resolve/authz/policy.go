package authz

import (
	"slices"
	"strconv"

	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// The actions, in Istio's words.
const (
	Allow  = securityapi.AuthorizationPolicy_ALLOW
	Deny   = securityapi.AuthorizationPolicy_DENY
	Audit  = securityapi.AuthorizationPolicy_AUDIT
	Custom = securityapi.AuthorizationPolicy_CUSTOM
)

// target is what a policy is attached to.
type target = *typeapi.PolicyTargetReference

// Policy is one AuthorizationPolicy as istiod reads it.
type Policy struct {
	Ref    resolve.Ref
	Origin resolve.Origin
	Action securityapi.AuthorizationPolicy_Action
	// Selector is nil without labels: every workload of the namespace, or of the mesh
	// where the namespace is the root (5.6).
	Selector map[string]string
	// Targets are what it is attached to instead: gateways, waypoints, services.
	Targets []target
	Rules   []*Rule
	// DryRun is a policy that only reports what it would do.
	DryRun bool
	// Rejected says why Istio's validation refuses it, nil when it does not; it decides
	// nothing then.
	Rejected []Rejection
	// Hidden is a policy in a namespace that istiod does not look into (1.14).
	Hidden bool
	// Revision is the istio.io/rev label; HasRevision tells "" from absent.
	Revision    string
	HasRevision bool
	// number is its place in the Set.
	number int
}

// Rule is one rule: a source, an operation and all conditions have to hold.
type Rule struct {
	Policy *Policy
	Field  resolve.Field
	// Sources and Operations are alternatives; none of them is everybody, everything.
	Sources, Operations []Clause
	Conditions          Clause

	terms       []Term
	unsupported [Ztunnel + 1][]Term // by filter
}

func newPolicy(o resolve.Object, hidden bool) *Policy {
	v := o.Value.(*securityv1.AuthorizationPolicy)
	p := &Policy{
		Ref: o.Ref(), Origin: o.Origin, Action: v.Spec.GetAction(), Selector: v.Spec.GetSelector().GetMatchLabels(),
		Targets: v.Spec.GetTargetRefs(), Hidden: hidden,
	}
	if t := v.Spec.GetTargetRef(); t != nil && len(p.Targets) == 0 {
		p.Targets = []target{t}
	}
	p.Revision, p.HasRevision = v.Labels[resolve.RevisionLabel]
	p.DryRun, _ = strconv.ParseBool(v.Annotations[resolve.DryRunAnnotation])
	for i, r := range v.Spec.GetRules() {
		p.Rules = append(p.Rules, newRule(p, resolve.Path("spec", "rules").Index(i), r))
	}
	if p.Rejected = rejections(p, &v.Spec); o.Refused != nil && len(p.Rejected) == 0 {
		p.Rejected = []Rejection{{o.Refused.Field, o.Refused.Why, "correct it"}}
	}
	return p
}

func newRule(p *Policy, at resolve.Field, r *securityapi.Rule) *Rule {
	out := &Rule{Policy: p, Field: at}
	for i, from := range r.GetFrom() {
		out.Sources = append(out.Sources, sourceClause(p.Ref.Namespace, at.Child("from").Index(i).Child("source"), from.GetSource()))
	}
	for i, to := range r.GetTo() {
		out.Operations = append(out.Operations, operationClause(p.Ref.Namespace, at.Child("to").Index(i).Child("operation"), to.GetOperation()))
	}
	for i, when := range r.GetWhen() {
		out.Conditions = append(out.Conditions, conditionClause(p.Ref.Namespace, at.Child("when").Index(i), when)...)
	}
	for _, c := range slices.Concat(out.Sources, out.Operations, []Clause{out.Conditions}) {
		out.terms = append(out.terms, c...)
	}
	for f := range out.unsupported {
		for _, t := range out.terms {
			if t.unsupported(Filter(f)) {
				out.unsupported[f] = append(out.unsupported[f], t)
			}
		}
	}
	return out
}

// Acts reports a policy that some proxy may act upon.
func (p *Policy) Acts() bool { return !p.DryRun && !p.Hidden && len(p.Rejected) == 0 }

// VisibleTo reports whether the control plane of a revision reads the policy (1.14).
func (p *Policy) VisibleTo(revision string) bool {
	if revision == "" {
		revision = resolve.DefaultRevision
	}
	return !p.HasRevision || p.Revision == revision
}

// Terms are all terms of the rule, in the order in which they are written. The caller
// must not change them.
func (r *Rule) Terms() []Term { return r.terms }

// Peers are the terms that need an identity: those that want one, or where not is true,
// those that want another than some.
func (r *Rule) Peers(not bool) []Term {
	var out []Term
	for _, t := range r.terms {
		if t.About == Peer && t.Not == not {
			out = append(out, t)
		}
	}
	return out
}

// Inactive says why no proxy acts on the policy, "" where one may.
func (p *Policy) Inactive() string {
	switch {
	case p.DryRun:
		return "the annotation " + resolve.DryRunAnnotation + " makes it report only"
	case p.Hidden:
		return "istiod does not look into its namespace (discoverySelectors)"
	case len(p.Rejected) > 0:
		return "Istio rejects it: " + p.Rejected[0].Why
	}
	return ""
}
