package diagnose

import (
	"fmt"
	"regexp"
	"strconv"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// These are what AuthorizationPolicies refuse.
var (
	deniedWithoutIdentity = denial(&Suspect{
		Name: "denied-without-identity", Text: "the call arrives without mTLS, so it has no identity, and no ALLOW rule matches",
		Fix: "let the client send mTLS: inject a sidecar, or remove what makes it send plaintext",
	}, func(c *Call) bool { return c.Verdict == authz.DeniedByAllow && !identified(c) })
	deniedIdentity = denial(&Suspect{
		Name: "identity-not-allowed", Text: "no ALLOW rule names the identity of the client",
		Fix: "add the principal of the client to a rule of the policy",
	}, func(c *Call) bool {
		return c.Verdict == authz.DeniedByAllow && identified(c) && c.Waypoint.IsZero()
	})
	deniedAtWaypoint = denial(&Suspect{
		Name: "denied-at-waypoint", Text: "a policy at the waypoint, or one that the waypoint's own identity does not match, denies the call",
		Fix: "name the client's principal in the policy of the waypoint (targetRefs)",
	}, func(c *Call) bool { return !c.Waypoint.IsZero() && c.Denied() })
	deniedByDeny = denial(&Suspect{
		Name: "denied-by-deny-rule", Text: "a DENY rule matches the call",
		Fix: "change the DENY rule, so that it does not match this client",
	}, func(c *Call) bool { return c.Verdict == authz.DeniedByDeny })
	policyOfLine = ofFact(&Suspect{
		Name: "policy-of-the-line", Text: "the line names the policy that denies the call",
		Fix: "change the rule of the policy, so that it does not match this call",
	}, namedPolicies)
	ruleOfRequest = &Suspect{
		Name: "rule-about-request", Text: "a rule about the path, method, header or token of the request does not match",
		Fix:   "compare the request with the rules of the policy that the log line names",
		Check: "mtlsctl connections --from CLIENT --to SERVICE:PORT lists the policies that act on the call", plain: true,
	}
	oldTrustDomain = ofFindings(&Suspect{
		Name: "principal-of-other-trust-domain", Text: "a principal of an AuthorizationPolicy has a trust domain, an account or a namespace that no client has",
		Fix: "name the principal as the client's certificate has it",
	}, "MTLS0506", "MTLS0507", "MTLS0511", "MTLS0512")
)

// linePolicy is how Envoy and ztunnel name a policy; the rule is Envoy's alone.
var linePolicy = regexp.MustCompile(`ns\[([a-z0-9.-]+)\]-policy\[([a-z0-9.-]+)\]-rule\[(\d+)\]|explicitly denied by: ([a-z0-9.-]+)/([a-z0-9.-]+)`)

// namedPolicies finds the policy that the line names.
func namedPolicies(c *Case) (out []Cause) {
	m := linePolicy.FindStringSubmatch(c.Text)
	if m == nil {
		return nil
	}
	namespace, name, field := m[1]+m[4], m[2]+m[5], resolve.Field("spec")
	if rule, err := strconv.Atoi(m[3]); err == nil {
		field = resolve.Path("spec", "rules").Index(rule)
	}
	for _, o := range c.Mesh.Objects(resolve.KindAuthorizationPolicy) {
		if ref := o.Ref(); ref.Namespace == namespace && ref.Name == name {
			fact := Fact{Topic: "policy", Text: fmt.Sprintf("%s, %s", ref, field), By: ref, Field: field, Position: o.Origin.At(field)}
			out = append(out, Cause{Key: ref.String(), Facts: []Fact{fact}})
		}
	}
	return out
}

// identified reports a call that arrives with an identity.
func identified(c *Call) bool {
	return c.Outcome.Verdict == resolve.VerdictMTLS
}

// denial is a suspect that the court of the mesh answers.
func denial(s *Suspect, match func(*Call) bool) *Suspect {
	ofCalls(s, func(c *Call) bool { return c.Denied() && match(c) })
	asked := s.find
	s.find = func(c *Case) []Cause {
		out := asked(c)
		for i := range out {
			if out[i].State != Likely {
				continue
			}
			call := &out[i].Calls[0]
			out[i].Facts = append(out[i].Facts, reasons(c, call)...)
			out[i].Fixes = append(named(c, call), Fix{Text: s.Fix})
			if call.Sends.TLS == resolve.SendsPlaintext {
				out[i].Fixes = append(ways(c, call), Fix{Text: s.Fix})
			}
		}
		return out
	}
	return s
}

// reasons are what the policies make of a call.
func reasons(c *Case, call *Call) (out []Fact) {
	var who *authz.Identity
	if w := call.Client(); w != nil {
		who = authz.Of(w)
	}
	for _, step := range authz.In(c.Mesh).Why(&call.Connection, who) {
		out = append(out, Fact{Topic: "policy", Text: words.Plain(step.Why), Rule: words.Rule(step.Why), By: step.Why.Details().By, Field: step.Field, Position: step.Origin.At(step.Field)})
	}
	return out
}

// named adds the principal of the client to the first rule that names principals.
func named(c *Case, call *Call) (out []Fix) {
	client := call.Client()
	if client == nil || !identified(call) || len(c.Mesh.Parts()) > 0 {
		return nil
	}
	for _, p := range call.By {
		o, there := c.Mesh.Input(p.Ref)
		policy, ok := o.Value.(*securityv1.AuthorizationPolicy)
		if !there || !ok {
			continue
		}
		for i, r := range policy.Spec.GetRules() {
			for j, from := range r.GetFrom() {
				if len(from.GetSource().GetPrincipals()) == 0 {
					continue
				}
				field := resolve.Path("spec", "rules").Index(i).Child("from").Index(j).Child("source").Child("principals")
				return []Fix{{
					Text:  fmt.Sprintf("add %s to %s of %s", client.Identity(), field, p.Ref),
					Edits: []analyze.Edit{{Object: p.Ref, Verb: analyze.Append, Field: field, Value: client.Identity()}},
				}}
			}
		}
	}
	return nil
}
