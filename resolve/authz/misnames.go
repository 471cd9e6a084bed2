package authz

import "github.com/mtlsctl/mtlsctl/resolve/inbound"

// Moment is how callers and servers are named at one moment of a change of trust domains.
type Moment struct {
	// Domain is the trust domain in the certificates of callers.
	Domain string
	// Trust are the trust domain of the server and its aliases.
	Trust []string
}

// Misnames finds a term by which the policy, at one of the moments, names a caller whom the policy
// as it was does not name at the first, or the other way round. It looks at terms one by one: what
// the rest of a rule makes of the call does not matter. ztunnel is not asked about.
func (p *Policy) Misnames(was *Policy, callers []*Identity, first Moment, moments []Moment) (t Term, who *Identity, found bool) {
	before, after := was.peers(), p.peers()
	if len(before) != len(after) {
		return t, nil, true
	}
	panel, seen := newPanel([]*Policy{was, p}), map[Identity]bool{}
	for _, caller := range callers {
		as := panel.as(caller)
		if seen[as] {
			continue
		}
		seen[as] = true
		for i := range after {
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

// peers are the terms that want an identity, in the order of the policy.
func (p *Policy) peers() (out []Term) {
	for _, r := range p.Rules {
		for _, t := range r.terms {
			if t.About == Peer {
				out = append(out, t)
			}
		}
	}
	return out
}

// in is the same service account in another trust domain.
func (i *Identity) in(domain string) *Identity { return NewIdentity(domain, i.Namespace, i.Account) }

// Callers are the identities of workloads, each once.
func Callers(all []*inbound.Workload) (out []*Identity) {
	seen := map[string]bool{}
	for _, w := range all {
		if who := Of(w); !seen[who.Key()] {
			seen[who.Key()] = true
			out = append(out, who)
		}
	}
	return out
}
