package authz

import (
	"slices"
	"strings"
	"sync"
)

// Panel is policies that act on the same calls: those to a workload, which others may share.
type Panel struct {
	policies []*Policy
	names    func() *names
	// decided is what they made of calls, by judged.
	decided sync.Map
}

func newPanel(policies []*Policy) *Panel {
	return &Panel{policies: policies, names: sync.OnceValue(func() *names { return namesIn(policies) })}
}

// judged is equal for calls of which the policies make the same.
type judged struct {
	port       int32
	filter     Filter
	identified bool
	who        Identity
	trust      string
}

// decide is what the policies make of a call, remembered: most callers are nobody in particular.
func (p *Panel) decide(c Call) Admission {
	key := judged{c.Port, c.Filter, c.Identified, p.as(c.Who), strings.Join(c.Trust, " ")}
	if known, ok := p.decided.Load(key); ok {
		return *known.(*Admission)
	}
	a := decide(p.policies, c)
	p.decided.Store(key, &a)
	return a
}

// Policies are those of the panel, sorted; none of nil.
func (p *Panel) Policies() []*Policy {
	if p == nil {
		return nil
	}
	return p.policies
}

func (p *Panel) has(one *Policy) bool { return p != nil && slices.Contains(p.policies, one) }

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

// as is equal for callers that the policies treat alike.
func (p *Panel) as(who *Identity) Identity {
	if who == nil {
		return Identity{}
	}
	n := p.names()
	if n.all || n.accounts[who.Key()] {
		return *who
	}
	as := Identity{Domain: who.Domain}
	if n.namespaces[who.Namespace] {
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
