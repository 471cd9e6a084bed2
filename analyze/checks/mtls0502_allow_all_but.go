package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

// AllowAllBut finds ALLOW rules that except identities at ports that take plaintext
// (5.3).
var AllowAllBut = register(&analyze.Check{
	Code:     "MTLS0502",
	Name:     "allow-all-but",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Title:    "An ALLOW rule that excludes identities allows every plaintext client",
	Why: `notPrincipals, notNamespaces and similar fields match a call without an identity, because it is none of the excluded ones.
On a port that accepts plaintext such a rule allows every client, even the excluded ones: they only have to send plaintext.`,
	Fix: `make the ports STRICT, or require an identity as well: principals: ["*"] beside the exclusion`,
	Docs: []string{
		"https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
		"https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls",
	},
	Before: guardedWorld + guardedPermissive + allowAllButWeb,
	After:  guardedWorld + guardedStrict + allowAllButWeb,
	Run: func(p *analyze.Pass) {
		set, found := p.AuthorizationPolicies(), map[*authz.Policy]*bypass{}
		for _, w := range p.Workloads() {
			if !authz.Guards(w) {
				continue
			}
			on := set.On(w)
			for _, g := range guardedPorts(w) {
				if !g.plaintext() || g.mode() == resolve.None {
					continue
				}
				for _, r := range openedBy(on, g.call) {
					if found[r.Policy] == nil {
						found[r.Policy] = &bypass{}
					}
					found[r.Policy].fails(r, g)
				}
			}
		}
		for policy, b := range found {
			p.Report(b.opens(policy))
		}
	},
})

const allowAllButWeb = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: all-but-web, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
    - from: [{source: {notPrincipals: [cluster.local/ns/shop/sa/web]}}]
`

// openedBy are the rules that let a call in because it has no identity, where nothing
// else would let it in or keep it out.
func openedBy(on []*authz.Policy, c authz.Call) []*authz.Rule {
	var out []*authz.Rule
	for _, p := range on {
		if p.Action != authz.Allow {
			continue
		}
		for _, r := range p.Rules {
			switch {
			case r.AdmitsNobody(c):
				out = append(out, r)
			case r.Answer(c) == authz.Always:
				return nil // everybody is meant to come in
			}
		}
	}
	if len(out) == 0 || authz.Judge(on, c).Denied() {
		return nil
	}
	wide := againstAnybody(on, c)
	return slices.DeleteFunc(out, func(r *authz.Rule) bool { return covered(r, wide, c) })
}

func (b *bypass) opens(policy *authz.Policy) analyze.Finding {
	r := b.rules[0]
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: r.Peers(true)[0].Field, Involved: b.refs(), Affected: b.affected(), Confidence: b.confidence(),
		Message: fmt.Sprintf("allows all clients except some %s, and a plaintext call has no identity to exclude: it is allowed at %s", wants(r, true), b.text()),
	}
	if r.Answer(b.ports[0].call) != authz.Always {
		f.Message += ", if the other fields of the rule match"
	}
	if b.has(resolve.Disable) {
		f.Severity = analyze.Error
	}
	return f
}
