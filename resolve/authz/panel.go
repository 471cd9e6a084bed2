package authz

import (
	"strings"
	"sync"
)

// Panel is the policies that act on the calls to a workload, which others may share.
type Panel struct {
	policies []*Policy
	names    func() *names
}

func newPanel(policies []*Policy) *Panel {
	return &Panel{policies, sync.OnceValue(func() *names { return namesIn(policies) })}
}

// names are whom policies name: everybody else they treat alike, or, where all is true, nobody
// can be sure of that.
type names struct {
	all        bool
	accounts   map[string]bool // ns/<namespace>/sa/<account>
	namespaces map[string]bool
}

// Named are the callers that the policies may not treat as they treat others of their trust
// domain: by "ns/<namespace>/sa/<account>", and by namespace. ok is false where anybody may be one.
func (p *Panel) Named() (accounts, namespaces map[string]bool, ok bool) {
	n := p.names()
	return n.accounts, n.namespaces, !n.all
}

// Key is the identity as Named has it.
func (i *Identity) Key() string { return i.uri[len(scheme)+len(i.Domain)+1:] }

// As is equal for callers that the policies treat alike. With others, policies of somebody else
// count too.
func (p *Panel) As(who *Identity, others bool) Identity {
	if who == nil {
		return Identity{}
	}
	n := p.names()
	if others || n.all || n.accounts[who.Key()] {
		return *who
	}
	as := Identity{Domain: who.Domain}
	if len(n.namespaces) > 0 && n.namespaces[who.Namespace] {
		as.Namespace = who.Namespace
	}
	return as
}

// namesIn looks at all that policies say of callers.
func namesIn(policies []*Policy) *names {
	n := &names{accounts: map[string]bool{}, namespaces: map[string]bool{}}
	for _, p := range policies {
		for _, r := range p.Rules {
			for _, t := range r.terms {
				if t.About == Peer {
					n.add(t)
				}
			}
		}
	}
	return n
}

func (n *names) add(t Term) {
	for _, v := range t.Values {
		switch kind := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(t.Name, "not"), "source.")); {
		case v == "*", strings.HasPrefix(kind, "trustdomain"): // the trust domain always counts
		case strings.Contains(v, "*"):
			n.all = true
		case strings.HasPrefix(kind, "namespace"):
			n.namespaces[v] = true
		case strings.HasPrefix(kind, "serviceaccount"):
			namespace, account, qualified := strings.Cut(v, "/")
			if !qualified {
				namespace, account = t.namespace, v
			}
			n.accounts["ns/"+namespace+"/sa/"+account] = true
		default:
			if parts := strings.Split(v, "/"); len(parts) == 5 {
				n.accounts[strings.Join(parts[1:], "/")] = true
			} else if strings.Contains(v, "/ns/") { // a trust domain with a slash
				n.all = true
			}
		}
	}
}
