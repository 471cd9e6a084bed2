package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// DenyNeverFires finds DENY rules by identity at ports that take plaintext (5.3, 6.21).
var DenyNeverFires = register(&analyze.Check{
	Code:     "MTLS0503",
	Name:     "deny-never-fires",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Title:    "A DENY rule by identity does not match plaintext clients",
	Why: `A principal, a namespace or a service account comes from the client's certificate. A plaintext call has none, so a rule that
denies by identity never matches it: on a PERMISSIVE port a denied client is accepted if it sends plaintext, and on a
DISABLE port the rule never matches. Nothing reports this: the policy is accepted and the calls succeed.`,
	Fix: `make the ports STRICT, or also deny calls without an identity, with a rule whose source is notPrincipals: ["*"]`,
	Docs: []string{
		"https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
		"https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls",
	},
	Before: guardedWorld + guardedPermissive + denyReport,
	After:  guardedWorld + guardedStrict + denyReport,
	Run: func(p *analyze.Pass) {
		all := newPeople(p.Workloads())
		if p.Mesh().Cluster() != "" {
			all = newPeople(nil) // whom it names may run in another cluster
		}
		for policy, b := range bypasses(p) {
			p.Report(b.finding(policy, all))
		}
	},
})

const denyReport = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-reports, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  action: DENY
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
`

// bypass is where the rules of a policy do not fire.
type bypass struct {
	tally
	rules []*authz.Rule
}

// bypasses are the DENY policies by identity that plaintext passes by.
func bypasses(p *analyze.Pass) map[*authz.Policy]*bypass {
	set, found := p.AuthorizationPolicies(), map[*authz.Policy]*bypass{}
	for _, w := range p.Workloads() {
		if !authz.Guards(w) {
			continue
		}
		on := set.On(w)
		if !slices.ContainsFunc(on, func(p *authz.Policy) bool { return p.Action == authz.Deny }) {
			continue
		}
		for _, g := range guardedPorts(w) {
			captured := g.mode() != resolve.None
			if !g.plaintext() || captured && authz.Judge(on, g.call).Denied() {
				continue
			}
			wide := againstAnybody(on, g.call)
			for _, policy := range on {
				for _, r := range blind(policy, wide, g.call) {
					if found[policy] == nil {
						found[policy] = &bypass{}
					}
					found[policy].fails(r, g)
				}
			}
		}
	}
	return found
}

// blind are the rules of a DENY policy that do not match a call for want of an identity,
// and of which no other rule makes up for it.
func blind(policy *authz.Policy, wide []*authz.Rule, c authz.Call) []*authz.Rule {
	if policy.Action != authz.Deny {
		return nil
	}
	var out []*authz.Rule
	for _, r := range policy.Rules {
		if r.WantsIdentity(c) && !covered(r, wide, c) {
			out = append(out, r)
		}
	}
	return out
}

func covered(r *authz.Rule, wide []*authz.Rule, c authz.Call) bool {
	return slices.ContainsFunc(wide, func(o *authz.Rule) bool { return o.Covers(r, c) })
}

// againstAnybody are the DENY rules that do not look at who calls.
func againstAnybody(on []*authz.Policy, c authz.Call) []*authz.Rule {
	var out []*authz.Rule
	for _, p := range on {
		for _, r := range p.Rules {
			if p.Action == authz.Deny && r.MatchesAnybody(c) {
				out = append(out, r)
			}
		}
	}
	return out
}

func (b *bypass) fails(r *authz.Rule, g guarded) {
	if n := len(b.ports); n == 0 || b.ports[n-1].workload != g.workload || b.ports[n-1].call.Port != g.call.Port {
		b.add(g)
	}
	if !slices.Contains(b.rules, r) {
		b.rules = append(b.rules, r)
	}
}

func (b *bypass) finding(policy *authz.Policy, all *people) analyze.Finding {
	r := b.rules[0]
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: r.Peers(false)[0].Field, Involved: b.refs(), Affected: b.affected(), Confidence: b.confidence(),
		Message: fmt.Sprintf("denies by %s, which a plaintext call does not have: such calls are accepted at %s", wants(r, false), b.text()),
	}
	if n := len(b.rules); n > 1 {
		f.Message += fmt.Sprintf("; the same applies to %d of its rules", n)
	}
	if b.has(resolve.Disable) || b.has(resolve.None) {
		f.Severity = analyze.Error
	}
	if who, w := namedOutside(b.rules, all); w != nil {
		f.Severity, f.Involved = analyze.Error, append(f.Involved, w.Ref)
		f.Message += fmt.Sprintf("; %s, which it denies, has no proxy for its calls to %s and sends only plaintext", who, w.Short())
	}
	return f
}

// namedOutside is somebody whom the rules name and who has no proxy.
func namedOutside(rules []*authz.Rule, all *people) (identity, *inbound.Workload) {
	for _, r := range rules {
		for _, t := range r.Peers(false) {
			for _, v := range t.Values {
				if n, ok := namedBy(r.Policy, t, v); ok {
					if outside := all.outside(n); len(outside) > 0 {
						return n, outside[0]
					}
				}
			}
		}
	}
	return identity{}, nil
}
