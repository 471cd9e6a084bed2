package authz

import (
	"slices"
	"strings"

	securityapi "istio.io/api/security/v1beta1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// About is what a term looks at.
type About uint8

const (
	// Other is what every filter knows and no rule of this package is about: addresses,
	// server names.
	Other About = iota
	// Peer is the identity of the caller's certificate, which needs mTLS (5.1).
	Peer
	// Port is the port on which the application listens.
	Port
	// HTTP is the request, or the token in it: nothing a TCP filter could know (5.4).
	HTTP
)

// Term is one field of a rule with its values: any of them, or none of them where Not.
type Term struct {
	// Name is the field as people write it: "principals", "notPorts", or the key of a
	// condition, such as "source.namespace".
	Name   string
	About  About
	Not    bool
	Values []string
	// Field is where the values are written.
	Field resolve.Field
	// Condition is true for one of `when`.
	Condition bool

	// namespace is that of the policy, which service accounts may leave out.
	namespace string
}

// Clause is terms that all have to hold. The empty Clause always holds.
type Clause []Term

type field struct {
	name   string
	about  About
	values []string
}

// clause makes terms of the fields that have values.
func clause(namespace string, at resolve.Field, fields []field) Clause {
	var out Clause
	for _, f := range fields {
		if len(f.values) > 0 {
			not := strings.HasPrefix(f.name, "not")
			out = append(out, Term{Name: f.name, About: f.about, Not: not, Values: f.values, Field: at.Child(f.name), namespace: namespace})
		}
	}
	return out
}

func sourceClause(namespace string, at resolve.Field, s *securityapi.Source) Clause {
	return clause(namespace, at, []field{
		{"principals", Peer, s.GetPrincipals()}, {"notPrincipals", Peer, s.GetNotPrincipals()},
		{"namespaces", Peer, s.GetNamespaces()}, {"notNamespaces", Peer, s.GetNotNamespaces()},
		{"serviceAccounts", Peer, s.GetServiceAccounts()}, {"notServiceAccounts", Peer, s.GetNotServiceAccounts()},
		{"trustDomains", Peer, s.GetTrustDomains()}, {"notTrustDomains", Peer, s.GetNotTrustDomains()},
		{"requestPrincipals", HTTP, s.GetRequestPrincipals()}, {"notRequestPrincipals", HTTP, s.GetNotRequestPrincipals()},
		{"ipBlocks", Other, s.GetIpBlocks()}, {"notIpBlocks", Other, s.GetNotIpBlocks()},
		{"remoteIpBlocks", Other, s.GetRemoteIpBlocks()}, {"notRemoteIpBlocks", Other, s.GetNotRemoteIpBlocks()},
	})
}

func operationClause(namespace string, at resolve.Field, o *securityapi.Operation) Clause {
	return clause(namespace, at, []field{
		{"ports", Port, o.GetPorts()}, {"notPorts", Port, o.GetNotPorts()},
		{"hosts", HTTP, o.GetHosts()}, {"notHosts", HTTP, o.GetNotHosts()},
		{"methods", HTTP, o.GetMethods()}, {"notMethods", HTTP, o.GetNotMethods()},
		{"paths", HTTP, o.GetPaths()}, {"notPaths", HTTP, o.GetNotPaths()},
	})
}

// conditionClause is the terms of one condition, which may have values and notValues.
func conditionClause(namespace string, at resolve.Field, c *securityapi.Condition) Clause {
	var out Clause
	for _, v := range []field{{"values", 0, c.GetValues()}, {"notValues", 0, c.GetNotValues()}} {
		if len(v.values) > 0 {
			out = append(out, Term{
				Name: c.GetKey(), About: aboutKey(c.GetKey()), Not: v.name == "notValues", Values: v.values, Field: at.Child(v.name), Condition: true, namespace: namespace,
			})
		}
	}
	return out
}

// peerKeys are the conditions that need mTLS (5.1).
var peerKeys = []string{"source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain"}

func aboutKey(key string) About {
	switch {
	case slices.Contains(peerKeys, key):
		return Peer
	case key == "destination.port":
		return Port
	case strings.HasPrefix(key, "request."):
		return HTTP
	}
	return Other
}

// Written is the term as people point at it: "principals", "when source.namespace".
func (t Term) Written() string {
	if t.Condition {
		return "when " + t.Name
	}
	return t.Name
}
