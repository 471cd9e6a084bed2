package authz

import "strings"

// Moment is how callers and servers are named at one moment of a change of trust domains.
type Moment struct {
	// Domain is the trust domain in the certificates of callers.
	Domain string
	// Trust are the trust domain of the server and its aliases.
	Trust []string
}

// Misnames finds a term by which the policy, at one of the moments, names a caller whom the policy
// as it was does not name at the first, or the other way round. It looks at terms one by one: what
// the rest of a rule makes of the call does not matter, and a caller need not be there today. ztunnel
// is not asked about.
func (p *Policy) Misnames(was *Policy, first Moment, moments []Moment) (t Term, who *Identity, found bool) {
	before, after := was.ofDomains(), p.ofDomains()
	if len(before) != len(after) {
		return t, nil, true
	}
	for i := range after {
		for _, caller := range append(before[i].examples(), after[i].examples()...) {
			named := before[i].named(caller.in(first.Domain), first.Trust)
			for _, m := range moments {
				if who = caller.in(m.Domain); after[i].named(who, m.Trust) != named {
					return after[i], who, true
				}
			}
		}
	}
	return t, nil, false
}

// ofDomains are the terms that a trust domain may decide, in the order of the policy.
func (p *Policy) ofDomains() (out []Term) {
	for _, r := range p.Rules {
		for _, t := range r.terms {
			switch t.Name {
			case "principals", "notPrincipals", "source.principal", "trustDomains", "notTrustDomains", "source.trustDomain":
				out = append(out, t)
			}
		}
	}
	return out
}

// stranger stands for a name that no value spells out.
const stranger = "~"

// examples are callers of every kind that the values tell apart, but for their trust domain: a stranger,
// and for each value one whom it names, if anybody, and as few others as can be.
func (t Term) examples() []*Identity {
	out := []*Identity{NewIdentity("", stranger, stranger)}
	if strings.HasSuffix(strings.ToLower(t.Name), "principals") || t.Name == "source.principal" {
		for _, v := range t.Values {
			out = append(out, example(v))
		}
	}
	return out
}

// example is a caller whom a principal names, apart from the trust domain.
func example(v string) *Identity {
	suffix, behind := strings.CutPrefix(v, "*")
	if !behind {
		_, suffix, _ = strings.Cut(v, "/")
	}
	prefix, before := strings.CutSuffix(suffix, "*")
	if before {
		suffix = prefix + stranger
	}
	parts := strings.Split(strings.TrimPrefix(suffix, "/"), "/")
	who := NewIdentity("", stranger, stranger)
	switch n := len(parts); {
	case parts[0] == "ns" && n >= 4:
		who = NewIdentity("", parts[1], strings.Join(parts[3:], "/"))
	case parts[0] == "ns" && n >= 2:
		who = NewIdentity("", parts[1], stranger)
	case behind && n >= 5 && parts[n-4] == "ns": // behind the end of a trust domain
		who = NewIdentity("", parts[n-3], parts[n-1])
	case behind && n >= 3 && parts[n-2] == "sa":
		who = NewIdentity("", parts[n-3], parts[n-1])
	case behind && suffix != "":
		who = NewIdentity("", stranger, parts[n-1])
	}
	return who
}

// in is the same service account in another trust domain.
func (i *Identity) in(domain string) *Identity { return NewIdentity(domain, i.Namespace, i.Account) }
