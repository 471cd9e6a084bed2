package plan

import (
	"slices"

	securityapi "istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// identities waits for a look at AuthorizationPolicies of servers whose calls become mTLS
// by a wave: over plaintext there was no identity, so that a DENY of one never fired, and
// an ALLOW of everybody but one let all in (5.2, 5.3). Whether they match now, who calls
// decides, not the model of modes.
func (r *run) identities(w *Wave, d *diff.Diff, next *state) {
	policies := next.mesh.Objects(resolve.KindAuthorizationPolicy)
	if len(policies) == 0 {
		return
	}
	seen := map[resolve.Ref]bool{}
	for i := range d.Calls {
		x := &d.Calls[i]
		if x.Was == nil || x.Is == nil || x.Was.Outcome.Verdict != resolve.VerdictPlaintext || x.Is.Outcome.Verdict != resolve.VerdictMTLS {
			continue
		}
		for _, e := range x.Servers {
			if e.Workload == nil || seen[e.Workload.Ref] {
				continue
			}
			seen[e.Workload.Ref] = true
			r.identify(w, e.Workload, policies)
		}
	}
}

func (r *run) identify(w *Wave, server *resolve.Workload, policies []resolve.Object) {
	for _, o := range policies {
		p := o.Value.(*securityv1.AuthorizationPolicy)
		root := r.start.mesh.RootNamespace()
		if p.Namespace != server.Ref.Namespace && p.Namespace != root || !picks(p.Spec.GetSelector().GetMatchLabels(), server.Labels) || !turnsByIdentity(&p.Spec) {
			continue
		}
		w.wait(Condition{advise.Reason{
			Text: "its rules see identities for the first time when calls come by mTLS: a DENY may begin to fire, an ALLOW of everybody but some may end", By: o.Ref(), Position: o.Origin.At("spec"),
			Fix: "see that it lets the callers in that it shall",
		}, 1, []resolve.Ref{o.Ref()}})
	}
}

// turnsByIdentity reports a policy that may refuse with an identity what it let in
// without one.
func turnsByIdentity(spec *securityapi.AuthorizationPolicy) bool {
	return slices.ContainsFunc(spec.GetRules(), func(rule *securityapi.Rule) bool {
		positive, negative := false, false
		for _, from := range rule.GetFrom() {
			s := from.GetSource()
			positive = positive || len(s.GetPrincipals())+len(s.GetNamespaces())+len(s.GetServiceAccounts()) > 0
			negative = negative || len(s.GetNotPrincipals())+len(s.GetNotNamespaces())+len(s.GetNotServiceAccounts()) > 0
		}
		for _, c := range rule.GetWhen() {
			if slices.Contains(identityKeys, c.GetKey()) {
				positive, negative = positive || len(c.GetValues()) > 0, negative || len(c.GetNotValues()) > 0
			}
		}
		return spec.GetAction() == securityapi.AuthorizationPolicy_DENY && positive || spec.GetAction() == securityapi.AuthorizationPolicy_ALLOW && negative
	})
}

// identityKeys are the conditions that need mTLS (5.1).
var identityKeys = []string{"source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain"}
