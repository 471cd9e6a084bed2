package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// identity is whom a value of a policy names: a service account, or where account is "" all
// of a namespace.
type identity struct{ namespace, account string }

func (n identity) String() string {
	if n.account == "" {
		return "namespace " + n.namespace
	}
	return fmt.Sprintf("service account %s of namespace %s", n.account, n.namespace)
}

// place is where, or as what, those run whom it names.
func (n identity) place() string {
	if n.account == "" {
		return "there"
	}
	return "with it"
}

// namedBy reads a value; ok is false where wildcards leave it open, or the value is of
// another form.
func namedBy(p *authz.Policy, t authz.Term, value string) (n identity, ok bool) {
	switch t.Name {
	case "serviceAccounts", "notServiceAccounts", "source.serviceAccount":
		if ns, name, qualified := strings.Cut(value, "/"); qualified {
			return identity{ns, name}, !strings.Contains(value, "*")
		}
		return identity{p.Ref.Namespace, value}, !strings.Contains(value, "*")
	case "namespaces", "notNamespaces", "source.namespace":
		return identity{value, ""}, !strings.Contains(value, "*")
	case "principals", "notPrincipals", "source.principal":
		return namedByPrincipal(value)
	}
	return identity{}, false
}

// namedByPrincipal reads <trust domain>/ns/<namespace>/sa/<account>, which may begin or
// end with a wildcard.
func namedByPrincipal(value string) (n identity, ok bool) {
	parts := strings.Split(value, "/")
	if neverMatches(value) != "" || len(parts) < 4 || parts[1] != "ns" || parts[2] == "" || strings.Contains(parts[2], "*") {
		return identity{}, false
	}
	switch rest := strings.Join(parts[3:], "/"); {
	case rest == "*" || rest == "sa/*":
		return identity{parts[2], ""}, true
	case len(parts) == 5 && parts[3] == "sa" && parts[4] != "" && !strings.Contains(parts[4], "*"):
		return identity{parts[2], parts[4]}, true
	}
	return identity{}, false
}

// neverMatches says why no caller has such a principal, "" where one may.
func neverMatches(principal string) string {
	inner := principal
	switch {
	case strings.HasPrefix(principal, "spiffe://"):
		return "principals are written without spiffe://"
	case principal == "*":
		return ""
	case strings.HasPrefix(principal, "*"):
		inner = principal[1:]
	case strings.HasSuffix(principal, "*"):
		inner = principal[:len(principal)-1]
	}
	if strings.Contains(inner, "*") {
		return "a * is a wildcard only at one end of the value; any other * is an ordinary character"
	}
	return ""
}

// people are the workloads of a mesh by the identity that they show.
type people struct {
	byNamespace map[string][]*inbound.Workload
	// byAccount are those of a namespace, sorted by their accounts.
	byAccount map[string][]*inbound.Workload
}

func newPeople(all []*inbound.Workload) *people {
	p := &people{map[string][]*inbound.Workload{}, map[string][]*inbound.Workload{}}
	for _, w := range all {
		p.byNamespace[w.Ref.Namespace] = append(p.byNamespace[w.Ref.Namespace], w)
	}
	for ns, workloads := range p.byNamespace {
		p.byAccount[ns] = slices.SortedStableFunc(slices.Values(workloads), func(a, b *inbound.Workload) int { return cmp.Compare(identityOf(a).account, identityOf(b).account) })
	}
	return p
}

func identityOf(w *inbound.Workload) identity {
	if w.ServiceAccount == "" {
		return identity{w.Ref.Namespace, "default"}
	}
	return identity{w.Ref.Namespace, w.ServiceAccount}
}

// letInByName reports an ALLOW policy that names a workload, by its service account or
// its namespace.
func letInByName(policies []*authz.Policy, w *inbound.Workload) bool {
	who := identityOf(w)
	for _, p := range policies {
		for _, r := range p.Rules {
			for _, t := range r.Peers(false) {
				for _, v := range t.Values {
					n, ok := namedBy(p, t, v)
					if ok && p.Action == authz.Allow && (n == who || n == identity{who.namespace, ""}) {
						return true
					}
				}
			}
		}
	}
	return false
}

// of are the workloads that somebody names.
func (p *people) of(n identity) []*inbound.Workload {
	if n.account == "" {
		return p.byNamespace[n.namespace]
	}
	workloads := p.byAccount[n.namespace]
	from, _ := slices.BinarySearchFunc(workloads, n.account, func(w *inbound.Workload, account string) int { return cmp.Compare(identityOf(w).account, account) })
	to := from
	for to < len(workloads) && identityOf(workloads[to]) == n {
		to++
	}
	return workloads[from:to:to]
}

// outside are the workloads that a name stands for where none of them has a proxy: none
// ever shows the identity. nil where one may.
func (p *people) outside(n identity) []*inbound.Workload {
	all := p.of(n)
	if slices.ContainsFunc(all, mayHaveProxy) {
		return nil
	}
	return all
}

// wants are the terms of a rule that want an identity, in words: "principals and when
// source.namespace".
func wants(r *authz.Rule, not bool) string {
	var words []string
	for _, t := range r.Peers(not) {
		if !slices.Contains(words, t.Written()) {
			words = append(words, t.Written())
		}
	}
	return strings.Join(words, " and ")
}
