package authz

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Identity is the name in a caller's certificate. Its zero value is nobody's.
type Identity struct {
	// Domain is the trust domain.
	Domain, Namespace, Account string

	uri string
}

// atZtunnel is named as ztunnel reads it: only one end of a namespace may be left open, and
// trust domains have no aliases (5.7).
func (t Term) atZtunnel(who *Identity) bool {
	if strings.HasSuffix(strings.ToLower(t.Name), "namespaces") || t.Name == "source.namespace" {
		return slices.ContainsFunc(t.Values, func(v string) bool { return matches(who.Namespace, v) })
	}
	return t.named(who, nil)
}

// scheme is what the name in a certificate begins with.
const scheme = "spiffe://"

// NewIdentity is that of a service account.
func NewIdentity(domain, namespace, account string) *Identity {
	return &Identity{domain, namespace, account, scheme + domain + "/ns/" + namespace + "/sa/" + account}
}

// Of is the identity of a workload's pods, nil for none.
func Of(w *inbound.Workload) *Identity {
	if w == nil {
		return nil
	}
	return ParseIdentity(w.Identity())
}

// ParseIdentity reads what inbound.Workload.Identity says, nil for anything else.
func ParseIdentity(name string) *Identity {
	domain, rest, _ := strings.Cut(name, "/ns/")
	namespace, account, ok := strings.Cut(rest, "/sa/")
	if !ok {
		return nil
	}
	return NewIdentity(domain, namespace, account)
}

// String is the name with its scheme.
func (i *Identity) String() string { return i.uri }

// Principal is the name without its scheme, as policies write it.
func (i *Identity) Principal() string { return i.uri[len(scheme):] }

// named reports whether a term names who calls, as Envoy reads what istiod makes of it: trust
// are the trust domain of the server and its aliases (5.1, 5.5).
func (t Term) named(who *Identity, trust []string) bool {
	return slices.ContainsFunc(t.Values, func(v string) bool {
		switch t.Name {
		case "principals", "notPrincipals", "source.principal":
			return slices.ContainsFunc(principals(v, trust), who.hasPrincipal)
		case "namespaces", "notNamespaces", "source.namespace":
			return glob(who.uri, "*/ns/"+v+"/*")
		case "serviceAccounts", "notServiceAccounts", "source.serviceAccount":
			namespace, account, qualified := strings.Cut(v, "/")
			if !qualified {
				namespace, account = t.namespace, v
			}
			return who.Namespace == namespace && who.Account == account
		}
		return slices.ContainsFunc(domains(v, trust), who.hasDomain)
	})
}

// hasPrincipal compares with a value of principals, which is written without the scheme.
func (i *Identity) hasPrincipal(value string) bool { return matches(i.Principal(), value) }

// matches compares with a value that may begin or end with a wildcard.
func matches(s, value string) bool {
	return value == "*" || s == value || ends(s, value) || begins(s, value)
}

// hasDomain compares with a value of trustDomains, which may have a wildcard at one end.
func (i *Identity) hasDomain(value string) bool {
	return value == "*" || glob(i.Domain, value)
}

// principals is a value with every trust domain that it stands for: one that names a domain of
// the server, or cluster.local, means all of them (5.5).
func principals(value string, trust []string) []string {
	parts := strings.Split(value, "/")
	if len(trust) == 0 || len(parts) != 5 || parts[0] == "*" || parts[0] != resolve.DefaultTrustDomain && !alike(parts[0], trust) {
		return []string{value}
	}
	var out []string
	for _, domain := range trust {
		if ends(domain, parts[0]) {
			out = append(out, value)
		} else {
			out = append(out, domain+value[len(parts[0]):])
		}
	}
	return out
}

// domains is the same for a value of trustDomains.
func domains(value string, trust []string) []string {
	if slices.Contains(trust, value) {
		return trust
	}
	return []string{value}
}

// alike reports a trust domain that is one of a list; either may have a wildcard at one end.
func alike(domain string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		return domain == s || s == "*" || begins(domain, s) || begins(s, domain) || ends(domain, s) || ends(s, domain)
	})
}

func begins(s, pattern string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return wild && strings.HasPrefix(s, prefix)
}

func ends(s, pattern string) bool {
	suffix, wild := strings.CutPrefix(pattern, "*")
	return wild && strings.HasSuffix(s, suffix)
}

// glob reports whether a pattern, in which * is any text, is the whole of s.
func glob(s, pattern string) bool {
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return s == pattern
	}
	if !strings.HasPrefix(s, first) || len(s) < len(first)+len(last) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, found := strings.Cut(s, part)
		if !found {
			return false
		}
		s = rest
	}
	return true
}
