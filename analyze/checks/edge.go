package checks

import (
	"fmt"
	"slices"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// edge is what a rule does at gateway servers to which nobody shows an identity.
type edge struct {
	tally
	field resolve.Field
	// says goes before the ports, then after them.
	says, then string
}

// openServers are the servers of a gateway that ask for no certificate; mixed is true
// where others do, so that rules without ports may be meant for those.
func openServers(w *inbound.Workload) (open []guarded, mixed bool) {
	for i := range w.Ports {
		q := &w.Ports[i]
		if q.Decision.Scope != resolve.ScopeListener {
			continue
		}
		if q.Decision.Mode == resolve.Disable || q.Decision.Mode == resolve.TLS && !asksForCert(q.Listener) {
			open = append(open, guarded{w, &q.Decision, authz.Call{Port: q.Number}, q})
		} else {
			mixed = true
		}
	}
	return open, mixed
}

// asksForCert reports TLS settings of which one may ask for a client certificate.
func asksForCert(listener string) bool {
	for setting := range strings.SplitSeq(listener, "; ") {
		mode, _, _ := strings.Cut(setting, ",")
		if !slices.Contains([]string{"SIMPLE", "PASSTHROUGH", "Terminate", "Passthrough"}, mode) {
			return true
		}
	}
	return false
}

// gatewaysWithCerts are the Gateway API gateways that ask for client certificates by
// something that a port does not show, or take tunnels.
func gatewaysWithCerts(p *analyze.Pass) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, o := range p.Objects(resolve.KindKubeGateway) {
		g := o.Value.(*gatewayv1.Gateway)
		asks := g.Spec.TLS != nil || g.Spec.GatewayClassName == "istio-east-west" || slices.ContainsFunc(g.Spec.Listeners, func(l gatewayv1.Listener) bool {
			return l.TLS != nil && len(l.TLS.Options) > 0
		})
		if asks {
			out[[2]string{g.Namespace, g.Name}] = true
		}
	}
	return out
}

// atEdge is what a policy does at a server to which nobody shows an identity, nil where
// it asks for none.
func atEdge(on []*authz.Policy, policy *authz.Policy, g guarded, mixed bool) *edge {
	verdict := authz.Judge(on, g.call)
	for _, r := range policy.Rules {
		if mixed && !namesPort(r) {
			continue
		}
		switch {
		case policy.Action == authz.Allow && verdict == authz.DeniedByAllow && r.WantsIdentity(g.call):
			return &edge{field: r.Peers(false)[0].Field, says: fmt.Sprintf("allows only %s", wants(r, false)), then: "so no call is allowed"}
		case policy.Action == authz.Deny && r.Answer(g.call) == authz.Always && r.AdmitsNobody(g.call):
			return &edge{field: r.Peers(true)[0].Field, says: fmt.Sprintf("denies by %s", wants(r, true)), then: "so every call is denied"}
		case policy.Action == authz.Deny && !verdict.Denied() && r.WantsIdentity(g.call) && len(policy.Selector)+len(policy.Targets) > 0:
			return &edge{field: r.Peers(false)[0].Field, says: fmt.Sprintf("denies by %s", wants(r, false)), then: "so the rule never matches"}
		}
	}
	return nil
}

func (e *edge) finding(policy *authz.Policy) analyze.Finding {
	first := e.ports[0]
	server := "without TLS"
	if first.port.Listener != "" {
		server = "TLS " + first.port.Listener
	}
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: e.field, Involved: append(e.refs(), first.decision.By), Affected: e.affected(),
		Message: fmt.Sprintf("%s, but no client presents an identity at port %d of gateway %s (server %s), %s", e.says, first.call.Port, first.workload.Short(), server, e.then),
	}
	if n := len(e.ports) - 1; n > 0 {
		f.Message += fmt.Sprintf("; the same applies to %d more ports", n)
	}
	return f
}
