package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

// ZtunnelCannot finds policies of ambient workloads that ztunnel carries out otherwise
// than they are written (5.7).
var ZtunnelCannot = register(&analyze.Check{
	Code:     "MTLS0510",
	Name:     "ztunnel-cannot",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Local:    true,
	Title:    "A policy that ztunnel cannot enforce as written",
	Why: `In ambient ztunnel enforces a policy with a selector, or without targetRefs. It sees connections and not requests; a waypoint
does not change that. HTTP fields drop an ALLOW rule. A DENY rule is enforced without them: if a clause (from, to, or an entry
of when) has no other field, the rule never matches and denies nothing; otherwise it denies more than intended. AUDIT and
CUSTOM have no effect. trustDomains are removed without notice: the rule matches as if they were not written, or never, if the
clause has no other field.`,
	Fix: "attach the policy to the waypoint with targetRefs (kind Service or Gateway), and use only ports, principals, namespaces, serviceAccounts and ipBlocks elsewhere",
	Docs: []string{
		"https://istio.io/latest/docs/ambient/usage/l4-policy/",
		"https://istio.io/latest/docs/ambient/usage/l7-features/",
	},
	Before: ambientShop + ambientPolicy + `    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      to: [{operation: {methods: [GET]}}]
`,
	After: ambientShop + ambientPolicy + `    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
`,
	Run: func(p *analyze.Pass) {
		set, found := p.AuthorizationPolicies(), map[*authz.Policy]*tally{}
		for _, w := range p.Workloads() {
			if w.Membership.Dataplane != resolve.DataplaneAmbient {
				continue
			}
			for _, policy := range set.On(w) {
				if found[policy] == nil {
					found[policy] = &tally{}
				}
				found[policy].workloads = append(found[policy].workloads, w)
			}
		}
		for _, policy := range set.All() {
			if t := found[policy]; t != nil {
				atZtunnel(p, policy, t)
			}
		}
	},
})

const (
	ambientShop = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: web}]}
---
` + payWorkload + guardedStrict
	ambientPolicy = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
`
)

// atZtunnel reports what of a policy is lost: the action, terms that it does not know,
// terms that istiod leaves out.
func atZtunnel(p *analyze.Pass, policy *authz.Policy, t *tally) {
	f := analyze.Finding{Object: policy.Ref, Origin: policy.Origin, Involved: t.refs(), Affected: t.affected()}
	at := firstNames(t.workloads)
	if policy.Action == authz.Audit || policy.Action == authz.Custom {
		f.Field, f.Mild = "spec.action", policy.Action == authz.Audit
		f.Message = fmt.Sprintf("ztunnel, the proxy of %s, does not enforce %s: the policy has no effect there", at, policy.Action)
		p.Report(f)
		return
	}
	var unknown, left *authz.Rule
	for _, r := range policy.Rules {
		if unknown == nil && len(r.Unsupported(authz.Ztunnel)) > 0 {
			unknown = r
		}
		if left == nil && len(r.Untranslated()) > 0 {
			left = r
		}
	}
	if unknown != nil {
		g, terms := f, unknown.Unsupported(authz.Ztunnel)
		g.Field = terms[0].Field
		g.Cause = ofNamespace(policy.Ref.Namespace, "", "ztunnel")
		g.Message = fmt.Sprintf("has %s, which ztunnel, the proxy of %s, does not support: %s", written(terms), at, widened(unknown))
		p.Report(g)
	}
	if left != nil && left != unknown || left != nil && policy.Action == authz.Deny {
		terms := left.Untranslated()
		f.Field, f.Subject = terms[0].Field, "untranslated"
		f.Message = fmt.Sprintf("ztunnel, the proxy of %s, gets the rule without %s: %s", at, written(terms), untranslated(policy, left))
		f.Fix = "name the trust domain in principals (acme.example/*), which ztunnel supports"
		f.Repair = byPrincipals(policy, left)
		p.Report(f)
	}
}

// widened is what becomes of a rule with terms that ztunnel does not know.
func widened(r *authz.Rule) string {
	switch {
	case r.Policy.Action == authz.Allow:
		return "the rule is dropped, and allows no client"
	case r.Dead():
		return "a clause without any other field never matches, so the rule denies nothing"
	case r.Answer(authz.Call{Filter: authz.Ztunnel, Identified: true}) == authz.Always:
		return "without them the rule denies every call"
	}
	return "the rule applies without them, and denies more calls than intended"
}

func untranslated(policy *authz.Policy, r *authz.Rule) string {
	switch {
	case r.Dead() && policy.Action == authz.Allow:
		return "a clause without any other field never matches, so the rule allows no client"
	case r.Dead():
		return "a clause without any other field never matches, so the rule denies nothing"
	}
	if policy.Action == authz.Allow {
		return "it allows every client that its other fields match, of any trust domain and of none"
	}
	return "it denies every client that its other fields match, of any trust domain"
}

// byPrincipals writes the trust domains of a source as principals, where nothing else in
// the source keeps that from being the same.
func byPrincipals(policy *authz.Policy, r *authz.Rule) []analyze.Edit {
	var out []analyze.Edit
	for _, source := range r.Sources {
		for _, t := range source {
			if t.Name == "notTrustDomains" || t.Name == "trustDomains" && len(source) > 1 {
				return nil
			}
			if t.Name != "trustDomains" {
				continue
			}
			out = append(out, analyze.Edit{Object: policy.Ref, Verb: analyze.Rename, Field: t.Field, Value: "principals"})
			for i, v := range t.Values {
				if v != "*" && strings.Contains(v, "*") {
					return nil // there may be one wildcard only
				}
				if all := principalsOf(v); all != v {
					out = append(out, analyze.Edit{Object: policy.Ref, Verb: analyze.Set, Field: t.Field.Parent().Child("principals").Index(i), Value: all})
				}
			}
		}
	}
	return out
}

// principalsOf is the pattern of all principals of a trust domain.
func principalsOf(domain string) string {
	if domain == "*" {
		return "*"
	}
	return domain + "/*"
}
