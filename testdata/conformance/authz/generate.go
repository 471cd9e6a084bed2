package authz

import (
	"math/rand/v2"

	securityapi "istio.io/api/security/v1beta1"
	istioconfig "istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/validation"
)

// RandomPolicy is one of randomPolicy's that names callers in all ways of writing that there are.
func RandomPolicy(r *rand.Rand) *securityapi.AuthorizationPolicy {
	for {
		p := randomPolicy(r, securityapi.AuthorizationPolicy_Action(r.IntN(2)), false)
		name(r, p.Rules[0])
		if rule := p.Rules[0]; len(rule.From)+len(rule.To)+len(rule.When) == 0 {
			continue
		}
		if _, err := validation.ValidateAuthorizationPolicy(istioconfig.Config{Meta: istioconfig.Meta{Name: "p", Namespace: "shop"}, Spec: p}); err == nil {
			return p
		}
	}
}

// randomPolicy has one rule of a few fields; odd also gives it what validation refuses.
func randomPolicy(r *rand.Rand, action securityapi.AuthorizationPolicy_Action, odd bool) *securityapi.AuthorizationPolicy {
	p := &securityapi.AuthorizationPolicy{Action: action, Rules: []*securityapi.Rule{randomRule(r, odd)}}
	if action == securityapi.AuthorizationPolicy_CUSTOM {
		p.ActionDetail = &securityapi.AuthorizationPolicy_Provider{Provider: &securityapi.AuthorizationPolicy_ExtensionProvider{Name: "opa"}}
	}
	return p
}

func randomRule(r *rand.Rand, odd bool) *securityapi.Rule {
	rule := &securityapi.Rule{}
	for range r.IntN(3) {
		rule.From = append(rule.From, &securityapi.Rule_From{Source: randomSource(r, odd)})
	}
	for range r.IntN(3) {
		rule.To = append(rule.To, &securityapi.Rule_To{Operation: randomOperation(r, odd)})
	}
	for range r.IntN(3) {
		rule.When = append(rule.When, randomCondition(r, odd))
	}
	return rule
}

// some is one of the lists, or none of them, which is most likely.
func some(r *rand.Rand, lists ...[]string) []string {
	if r.IntN(6) > 0 {
		return nil
	}
	return lists[r.IntN(len(lists))]
}

func randomSource(r *rand.Rand, odd bool) *securityapi.Source {
	name, account := [][]string{{"*"}, {"td/ns/a/sa/b"}}, [][]string{{"b"}, {"a/b"}}
	domain := [][]string{{"*"}, {"td"}, {"t*"}}
	if odd {
		account = append(account, []string{"a/*"}, []string{"a/b/c"}, []string{""}, []string{"/b"})
		domain = append(domain, []string{"a/b"}, []string{"a*b"}, []string{"*a*"})
		name = append(name, []string{"a", ""})
	}
	s := &securityapi.Source{
		Principals: some(r, name...), NotPrincipals: some(r, name...), Namespaces: some(r, name...), NotNamespaces: some(r, name...),
		ServiceAccounts: some(r, account...), NotServiceAccounts: some(r, account...), TrustDomains: some(r, domain...), NotTrustDomains: some(r, domain...),
		RequestPrincipals: some(r, []string{"*"}), IpBlocks: some(r, []string{"10.0.0.0/8"}), NotRemoteIpBlocks: some(r, []string{"10.0.0.0/8"}),
	}
	if len(s.Principals)+len(s.NotPrincipals)+len(s.Namespaces)+len(s.NotNamespaces)+len(s.ServiceAccounts)+len(s.NotServiceAccounts)+
		len(s.TrustDomains)+len(s.NotTrustDomains)+len(s.RequestPrincipals)+len(s.IpBlocks)+len(s.NotRemoteIpBlocks) == 0 {
		if odd && r.IntN(2) == 0 {
			return nil
		}
		s.Principals = name[0]
	}
	return s
}

func randomOperation(r *rand.Rand, odd bool) *securityapi.Operation {
	ports := [][]string{{"8080"}, {"9090"}, {"9090", "8080"}}
	if odd {
		ports = append(ports, []string{"http"}, []string{"65536"}, []string{"0"}, []string{""})
	}
	o := &securityapi.Operation{
		Ports: some(r, ports...), NotPorts: some(r, []string{"8080"}, []string{"9090"}),
		Paths: some(r, []string{"/a"}, []string{"*"}), NotPaths: some(r, []string{"/a"}), Methods: some(r, []string{"GET"}, []string{"*"}),
	}
	if len(o.Ports)+len(o.NotPorts)+len(o.Paths)+len(o.NotPaths)+len(o.Methods) == 0 {
		if odd && r.IntN(2) == 0 {
			return o
		}
		o.Ports = []string{"8080"}
	}
	return o
}

func randomCondition(r *rand.Rand, odd bool) *securityapi.Condition {
	keys := []string{"source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain", "destination.port", "source.ip", "request.headers[x]", "request.auth.principal"}
	if odd {
		keys = append(keys, "source.user", "source.principals", "connection.sni", "remote.ip", "request.headers", "")
	}
	c := &securityapi.Condition{Key: keys[r.IntN(len(keys))]}
	values := [][]string{{"a"}, {"b"}}
	switch c.Key {
	case "destination.port":
		values = [][]string{{"8080"}, {"9090"}}
	case "source.ip", "remote.ip":
		values = [][]string{{"10.0.0.0/8"}}
		if odd {
			values = append(values, []string{"10.0.0"}, []string{"10.0.0.1/33"})
		}
	}
	if odd && c.Key != "destination.port" && c.Key != "source.ip" && c.Key != "remote.ip" {
		values = append(values, []string{""}, []string{"*"}, []string{"a/b"})
	}
	if r.IntN(3) > 0 {
		c.Values = values[r.IntN(len(values))]
	}
	if len(c.Values) == 0 && (!odd || r.IntN(3) > 0) || r.IntN(4) == 0 {
		c.NotValues = values[r.IntN(len(values))]
	}
	return c
}

// name gives a rule sources and conditions that name callers, in all ways of writing that there are.
func name(r *rand.Rand, rule *securityapi.Rule) {
	namespaces := [][]string{{"a"}, {"shop"}, {"a*"}, {"*b"}, {"*"}, {"a*b"}, {"a.b"}, {"*.*"}, {"b", "ab"}}
	accounts := [][]string{{"b"}, {"a/b"}, {"shop/b", "a"}, {"ab/a"}}
	domains := [][]string{{"*"}, {"td"}, {"old-td"}, {"*-td"}, {"t*"}, {"other", "td"}, {"cluster.local"}, {"o*"}}
	principals := [][]string{
		{"*"}, {"td/ns/a/sa/b"}, {"old-td/ns/a/sa/b"}, {"cluster.local/ns/a/sa/b"}, {"*/ns/a/sa/b"}, {"*-td/ns/a/sa/b"}, {"td/ns/a/*"}, {"td*"}, {"*/sa/b"}, {"*b"},
		{"other/ns/a.b/sa/bb"}, {"t*/ns/a/sa/b"}, {"spiffe://td/ns/a/sa/b"}, {"td/ns/a/sa/*"}, {"sa/b"}, {"*ns*"}, {"cluster.local/ns/shop/sa/b", "x"},
	}
	one := func(lists [][]string) []string { return lists[r.IntN(len(lists))] }
	may := func(lists [][]string) []string {
		if r.IntN(3) > 0 {
			return nil
		}
		return one(lists)
	}
	for _, from := range rule.From {
		s := from.Source
		s.Principals, s.NotPrincipals, s.Namespaces, s.NotNamespaces = may(principals), may(principals), may(namespaces), may(namespaces)
		s.ServiceAccounts, s.NotServiceAccounts, s.TrustDomains, s.NotTrustDomains = may(accounts), may(accounts), may(domains), may(domains)
	}
	keys := map[string][][]string{"source.principal": principals, "source.namespace": namespaces, "source.serviceAccount": accounts, "source.trustDomain": domains}
	for _, key := range []string{"source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain"} {
		if r.IntN(8) == 0 {
			rule.When = append(rule.When, &securityapi.Condition{Key: key, Values: one(keys[key]), NotValues: may(keys[key])})
		}
	}
}
