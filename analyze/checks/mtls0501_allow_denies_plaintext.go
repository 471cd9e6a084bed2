package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// AllowDeniesPlaintext finds ALLOW rules by identity over calls that have none (5.3).
var AllowDeniesPlaintext = register(&analyze.Check{
	Code:     "MTLS0501",
	Name:     "allow-denies-plaintext",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindDestinationRule, resolve.KindService, resolve.KindServiceEntry, resolve.KindMeshConfig},
	Controls: available,
	Title:    "An ALLOW policy by identity denies plaintext calls",
	Why: `As soon as one ALLOW policy selects a workload, every call that no rule allows is denied, and a rule with principals,
namespaces or service accounts allows no client without a certificate. On a DISABLE port no client can present one. On a
PERMISSIVE port the same happens to a client without a sidecar, to kube-apiserver and Prometheus, and to a client
whose DestinationRule or annotations make it send plaintext: the port accepts the call, and the policy denies it.`,
	Fix: "make the client send mTLS; accept the risk: allow it without an identity, by ipBlocks, a port or a JWT",
	Docs: []string{
		"https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
		"https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls",
	},
	Before: guardedWorld + guardedPermissive + allowMembers + reportJob("{name: batch}"),
	After:  guardedWorld + guardedStrict + allowMembers + reportJob("{name: batch, labels: {istio-injection: enabled}}") + permissiveBatch,
	Run: func(p *analyze.Pass) {
		set, found, order := p.AuthorizationPolicies(), map[*authz.Policy]*refusal{}, []*authz.Policy(nil)
		if len(set.All()) == 0 {
			return
		}
		callers := newPlainCallers(p)
		for _, w := range p.Workloads() {
			if !authz.Guards(w) {
				continue
			}
			on := set.On(w)
			if !slices.ContainsFunc(on, func(p *authz.Policy) bool { return p.Action == authz.Allow }) {
				continue
			}
			for _, g := range guardedPorts(w) {
				rule := refuses(on, g)
				if rule == nil {
					continue
				}
				r := found[rule.Policy]
				if r == nil {
					r = &refusal{rule: rule}
					found[rule.Policy], order = r, append(order, rule.Policy)
				}
				r.look(g, on, callers)
			}
		}
		for _, policy := range order {
			found[policy].report(p)
		}
	},
})

const (
	allowMembers = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: members, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
    - from: [{source: {principals: ["*"]}}]
---
`
	permissiveBatch = `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: batch}
spec:
  mtls: {mode: PERMISSIVE}
`
)

// refuses is the rule that keeps a call without identity out of a port that takes it:
// that of the policy which is nearest to the workload. nil where none does.
func refuses(on []*authz.Policy, g guarded) *authz.Rule {
	if m := g.mode(); m != resolve.Permissive && m != resolve.Disable || authz.Judge(on, g.call) != authz.DeniedByAllow {
		return nil
	}
	var found *authz.Rule
	for _, p := range on {
		i := slices.IndexFunc(p.Rules, func(r *authz.Rule) bool { return p.Action == authz.Allow && r.WantsIdentity(g.call) })
		if i >= 0 && (found == nil || len(p.Selector) > len(found.Policy.Selector)) {
			found = p.Rules[i]
		}
	}
	return found
}

// refusal is what a policy refuses for want of an identity.
type refusal struct {
	rule *authz.Rule
	// dead are ports at which nobody can show one; calls are those that are known to
	// come without, at is where the first of them goes.
	dead  tally
	calls []plainCall
	at    guarded
}

func (r *refusal) look(g guarded, on []*authz.Policy, callers *plainCallers) {
	if g.mode() == resolve.Disable {
		if !tunnelled(g.workload) {
			r.dead.add(g)
		}
		return
	}
	calls := callers.to(g, on)
	if len(calls) > 0 && (len(r.calls) == 0 || !r.calls[0].known && calls[0].known) {
		r.at = g
	}
	r.calls = append(r.calls, calls...)
}

// tunnelled reports a sidecar that also takes HBONE, which has an identity whatever the
// mode (2.16).
func tunnelled(w *inbound.Workload) bool {
	return strings.Contains(w.Labels[resolve.TunnelLabel], "http")
}

func (r *refusal) report(p *analyze.Pass) {
	policy, field := r.rule.Policy, r.rule.Peers(false)[0].Field
	if len(r.dead.ports) > 0 {
		f := analyze.Finding{
			Object: policy.Ref, Origin: policy.Origin, Field: field, Subject: "disable", Involved: r.dead.refs(), Affected: r.dead.affected(), Repair: r.enable(),
			Fix:     "make the port PERMISSIVE or STRICT, so that clients send mTLS; accept the risk: allow them without an identity, by ipBlocks, a port or a JWT",
			Message: fmt.Sprintf("allows only %s, and no call has an identity at %s: all calls are denied", wants(r.rule, false), r.dead.text()),
		}
		if !slices.ContainsFunc(r.dead.ports, guarded.sure) {
			f.Confidence = analyze.Likely
		}
		if by := r.dead.ports[0].decision.By; !by.IsZero() {
			f.Involved = append(f.Involved, by)
		}
		p.Report(f)
	}
	if len(r.calls) > 0 {
		p.Report(r.denied(policy, field))
	}
}

// denied is the finding about calls that are known to come as plaintext.
func (r *refusal) denied(policy *authz.Policy, field resolve.Field) analyze.Finding {
	slices.SortStableFunc(r.calls, func(a, b plainCall) int { return order(b.known) - order(a.known) })
	first := r.calls[0]
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: field, Subject: "plaintext", Mild: !first.known, Fix: first.fix,
		Involved: append(slices.Clone(first.refs), r.at.workload.Ref),
		Message:  fmt.Sprintf("allows only %s, but %s: the call has no mTLS identity, so it is denied at %s", wants(r.rule, false), first.says, r.at),
	}
	if n := len(r.calls) - 1; n > 0 {
		f.Message += fmt.Sprintf("; the same applies to %d more calls", n)
	}
	if r.at.decision.Mode == resolve.Unknown {
		f.Confidence = analyze.Likely
	}
	return f
}

func order(known bool) int {
	if known {
		return 1
	}
	return 0
}

// enable makes DISABLE ports PERMISSIVE where portLevelMtls sets them and they are HTTP:
// what works now still does, and mTLS with it. nil where others are among them.
func (r *refusal) enable() []analyze.Edit {
	var out []analyze.Edit
	for _, g := range r.dead.ports {
		if g.decision.Scope != resolve.ScopePort || g.call.Filter != authz.HTTPFilter {
			return nil
		}
		e := analyze.Edit{Object: g.decision.By, Verb: analyze.Set, Field: resolve.Path("spec", "portLevelMtls", fmt.Sprint(g.call.Port), "mode"), Value: "PERMISSIVE"}
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}
