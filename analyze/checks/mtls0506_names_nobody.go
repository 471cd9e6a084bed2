package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

// NamesNobody finds identities in AuthorizationPolicies that nobody has.
var NamesNobody = register(&analyze.Check{
	Code:     "MTLS0506",
	Name:     "names-nobody",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindNamespace, resolve.KindServiceAccount, resolve.KindMeshConfig},
	Controls: access,
	Title:    "A policy names a service account or a namespace that does not exist",
	Why: `A principal is <trust domain>/ns/<namespace>/sa/<service account>, without spiffe://, and with at most one wildcard, at one
end. A principal in another form, or with an account that no workload uses, is accepted and never matches: an ALLOW
rule allows no client by it, a DENY rule denies none, and an exclusion excludes none.`,
	Fix: "use the service account of the callers (kubectl get pod -o jsonpath={.spec.serviceAccountName}), and its namespace",
	Docs: []string{
		"https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
		"https://istio.io/latest/docs/ops/best-practices/security/#understand-service-account-security",
	},
	Before: guardedWorld + guardedStrict + allowPrincipal("cluster.local/ns/shop/sa/wbe"),
	After:  guardedWorld + guardedStrict + allowPrincipal("cluster.local/ns/shop/sa/web"),
	Run: func(p *analyze.Pass) {
		c := newCensus(p)
		for _, policy := range p.AuthorizationPolicies().All() {
			if len(policy.Rejected) > 0 || policy.Hidden {
				continue
			}
			var doubts []*analyze.Finding
			for _, r := range policy.Rules {
				for _, t := range r.Terms() {
					f := c.term(policy, t)
					switch {
					case f == nil:
					case f.Confidence == analyze.Possible:
						doubts = append(doubts, f)
					default:
						p.Report(*f)
					}
				}
			}
			reportFirst(p, doubts)
		}
	},
})

func allowPrincipal(principal string) string {
	return `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
    - from: [{source: {principals: [` + principal + `]}}]
`
}

// reportFirst makes one finding of those that another reading of the input would explain.
func reportFirst(p *analyze.Pass, doubts []*analyze.Finding) {
	if len(doubts) == 0 {
		return
	}
	f := *doubts[0]
	if n := len(doubts) - 1; n > 0 {
		f.Message += fmt.Sprintf("; the same applies to %d more values of the policy", n)
	}
	p.Report(f)
}

// term is the finding about the values of a term that nobody has: the surest of them, with
// the number of the others. nil where there are none.
func (c *census) term(policy *authz.Policy, t authz.Term) *analyze.Finding {
	if t.About != authz.Peer {
		return nil
	}
	var found *analyze.Finding
	more := -1
	for i, v := range t.Values {
		f := c.value(policy, t, v)
		if f == nil {
			continue
		}
		more++
		if found == nil || f.Confidence < found.Confidence {
			f.Object, f.Origin, f.Field = policy.Ref, policy.Origin, t.Field.Index(i)
			found = f
		}
	}
	if more > 0 {
		found.Message += fmt.Sprintf("; the same applies to %d more of its values", more)
	}
	if found != nil {
		found.Repair = plainPrincipals(policy, t)
	}
	return found
}

// value is the finding about one value, nil where somebody has it or nobody can tell.
func (c *census) value(policy *authz.Policy, t authz.Term, v string) *analyze.Finding {
	if slices.Contains([]string{"principals", "notPrincipals", "source.principal"}, t.Name) {
		if why := neverMatches(v); why != "" {
			return &analyze.Finding{
				Message: fmt.Sprintf("%s has %q, which no client has: %s; %s", t.Written(), v, why, inVain(policy, t)), Fix: principalRewritten(v), Cause: ofNamespace(policy.Ref.Namespace, "", formOf(v)),
			}
		}
	}
	n, ok := namedBy(policy, t, v)
	if !ok || c.elsewhere {
		return nil
	}
	why, confidence, found := c.missing(n)
	if !found {
		return nil
	}
	return &analyze.Finding{Message: fmt.Sprintf("%s names %s, but %s; %s", t.Written(), n, why, inVain(policy, t)), Confidence: confidence, Cause: c.cause(n)}
}

// inVain is what becomes of a value that nobody has.
func inVain(policy *authz.Policy, t authz.Term) string {
	switch {
	case t.Not:
		return "it excludes no client"
	case policy.Action == authz.Deny:
		return "it denies no client"
	}
	return "it allows no client"
}

// scheme is what principals are written without.
const scheme = "spiffe://"

// principalRewritten says how such a principal is to be written.
func principalRewritten(v string) string {
	if rest, ok := strings.CutPrefix(v, scheme); ok {
		return fmt.Sprintf("write %q", rest)
	}
	return "list the namespaces in namespaces, the accounts one by one, or use a wildcard at one end: */ns/shop/sa/web, cluster.local/ns/shop/*"
}

// plainPrincipals takes spiffe:// off all values of a term.
func plainPrincipals(policy *authz.Policy, t authz.Term) []analyze.Edit {
	var out []analyze.Edit
	for i, v := range t.Values {
		if rest, ok := strings.CutPrefix(v, scheme); ok && rest != "" {
			out = append(out, analyze.Edit{Object: policy.Ref, Verb: analyze.Set, Field: t.Field.Index(i), Value: rest})
		}
	}
	return out
}

// formOf names what is wrong with a principal, for the cause of a finding: it stays when the
// message changes.
func formOf(principal string) string {
	if strings.HasPrefix(principal, "spiffe://") {
		return "principals are written without spiffe://"
	}
	return "a * counts as a wildcard at one end only, and any other is taken for a character"
}
