package conformance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"istio.io/istio/pkg/workloadapi"
	"istio.io/istio/pkg/workloadapi/security"

	access "github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/testdata/conformance/authz"
)

// generateDenials makes the mixed world of a seed with AuthorizationPolicies in it: of pods, of
// namespaces, of the mesh, and of Services behind waypoints.
func generateDenials(seed uint64) world {
	w, r := generateMixed(seed), rand.New(rand.NewPCG(seed, 11))
	for i, d := range slices.Clone(w) {
		name, ns, target := fmt.Sprint("p", i), d.namespace(), map[string]any{}
		switch labels, _ := d.at("spec", "template", "metadata", "labels").(map[string]any); {
		case d.kind() == "Namespace" && r.IntN(3) == 0:
			ns = d.name()
		case d.kind() == "Deployment" && len(labels) > 0 && r.IntN(2) == 0:
			target = map[string]any{"selector": map[string]any{"matchLabels": labels}}
			if r.IntN(6) == 0 {
				ns = "istio-system"
			}
		case d.kind() == "Service" && r.IntN(2) == 0:
			target = map[string]any{"targetRefs": []any{map[string]any{"kind": "Service", "group": "", "name": d.name()}}}
		case d.isWaypoint():
			target = map[string]any{"targetRefs": []any{map[string]any{"kind": "Gateway", "group": gatewayAPI, "name": d.name()}}}
		default:
			continue
		}
		text, err := json.Marshal(authz.RandomPolicy(r))
		spec := map[string]any{}
		if err != nil || json.Unmarshal(text, &spec) != nil {
			panic(err) // the generator makes it
		}
		for key, value := range target {
			spec[key] = value
		}
		w = append(w, document{"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy", "metadata": map[string]any{"name": name, "namespace": ns}, "spec": spec})
	}
	return w
}

// who are the callers of the policies, nil for one without an identity.
var who = []*access.Identity{
	nil, access.NewIdentity("cluster.local", "a", "b"), access.NewIdentity("cluster.local", "shop", "b"), access.NewIdentity("td", "a", "b"), access.NewIdentity("cluster.local", "ab", "a"),
	access.NewIdentity("cluster.local", "shop", "default"), access.NewIdentity("other", "a.b", "bb"),
}

// arrival is a connection as ztunnel sees it: near is whether it comes from an address that the
// policies name.
type arrival struct {
	who  *access.Identity
	port uint32
	near bool
}

// denies is ztunnel's decision for a pod: DENY first, then ALLOW if there is any (2C.1).
func (x *ambientIndex) denies(w *workloadapi.Workload, a arrival) bool {
	allows, allowed := false, false
	for key, p := range x.policies {
		applies := p.Scope == security.Scope_GLOBAL || p.Scope == security.Scope_NAMESPACE && p.Namespace == w.Namespace || slices.Contains(w.AuthorizationPolicies, key)
		if !applies || p.DryRun || ofPeerAuthentication(key) {
			continue // the mode is another question
		}
		switch matches := slices.ContainsFunc(p.Groups, a.group); {
		case p.Action == security.Action_DENY && matches:
			return true
		case p.Action == security.Action_ALLOW:
			allows, allowed = true, allowed || matches
		}
	}
	return allows && !allowed
}

// group matches where each of its clauses has an entry that does (C5).
func (a arrival) group(g *security.Group) bool {
	return !slices.ContainsFunc(g.Rules, func(r *security.Rules) bool { return !slices.ContainsFunc(r.Matches, a.match) })
}

// match is false for one without any field that ztunnel knows.
func (a arrival) match(m *security.Match) bool {
	fields := len(m.Namespaces) + len(m.NotNamespaces) + len(m.ServiceAccounts) + len(m.NotServiceAccounts) + len(m.Principals) + len(m.NotPrincipals) + len(m.SourceIps) +
		len(m.NotSourceIps) + len(m.DestinationIps) + len(m.NotDestinationIps) + len(m.DestinationPorts) + len(m.NotDestinationPorts)
	namespace, principal, account := "", "", func(*security.ServiceAccountMatch) bool { return false }
	if a.who != nil {
		principal = strings.TrimPrefix(a.who.String(), "spiffe://")
		parts := strings.Split(principal, "/")
		namespace = parts[2]
		account = func(s *security.ServiceAccountMatch) bool {
			return s.Namespace == parts[2] && s.ServiceAccount == parts[4]
		}
	}
	text := func(of string) func(*security.StringMatch) bool {
		return func(s *security.StringMatch) bool { return a.who != nil && spelled(s, of) }
	}
	return fields > 0 && either(m.Namespaces, m.NotNamespaces, text(namespace)) && either(m.Principals, m.NotPrincipals, text(principal)) &&
		either(m.ServiceAccounts, m.NotServiceAccounts, account) &&
		either(m.SourceIps, m.NotSourceIps, func(*security.Address) bool { return a.near }) &&
		either(m.DestinationPorts, m.NotDestinationPorts, func(p uint32) bool { return p == a.port })
}

// either is a field and its negation: one of the values where there are any, and none of the others.
func either[T any](yes, no []T, is func(T) bool) bool {
	return (len(yes) == 0 || slices.ContainsFunc(yes, is)) && !slices.ContainsFunc(no, is)
}

func spelled(s *security.StringMatch, of string) bool {
	switch m := s.MatchType.(type) {
	case *security.StringMatch_Exact:
		return of == m.Exact
	case *security.StringMatch_Prefix:
		return strings.HasPrefix(of, m.Prefix)
	case *security.StringMatch_Suffix:
		return strings.HasSuffix(of, m.Suffix)
	case *security.StringMatch_Presence:
		return of != ""
	}
	return false
}
