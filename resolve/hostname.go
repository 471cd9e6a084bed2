package resolve

import (
	"cmp"
	"net/netip"
	"strings"
	"time"
)

// fqdn expands a host without a dot in the way of Istio (3.2.1): name, namespace
// of the rule, svc, domain. A host with a dot is taken as it is, so that
// "reviews.prod" matches no Kubernetes Service.
func fqdn(host, namespace, domain string) string {
	if host == "" || host == "*" || strings.Contains(host, ".") {
		return host
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	return host + "." + namespace + ".svc." + domain
}

// IsWildcard reports a host that stands for others: "*" or "*.example.com".
func IsWildcard(host string) bool { return strings.HasPrefix(host, "*") }

// SubsetOf reports whether every name that host stands for is also one of other:
// Istio's matching of hosts, by plain suffix.
func SubsetOf(host, other string) bool {
	switch {
	case IsWildcard(host) && IsWildcard(other):
		return len(host) >= len(other) && strings.HasSuffix(host[1:], other[1:])
	case IsWildcard(host):
		return false
	case IsWildcard(other):
		return strings.HasSuffix(host, other[1:])
	}
	return host == other
}

// overlaps reports whether two hosts have a name in common.
func overlaps(a, b string) bool { return SubsetOf(a, b) || SubsetOf(b, a) }

// hostMap finds values by host: an exact one first, else the longest wildcard
// (3.2.2).
type hostMap[V any] struct {
	exact, wild map[string]V
	// suffixes are the lengths of the wildcards, so that a look-up need not try
	// them all.
	suffixes map[int]bool
}

func newHostMap[V any]() *hostMap[V] {
	return &hostMap[V]{map[string]V{}, map[string]V{}, map[int]bool{}}
}

func (m *hostMap[V]) get(host string) V {
	if IsWildcard(host) {
		return m.wild[host]
	}
	return m.exact[host]
}

func (m *hostMap[V]) set(host string, v V) {
	if IsWildcard(host) {
		m.wild[host] = v
		m.suffixes[len(host)-1] = true
		return
	}
	m.exact[host] = v
}

// match finds the most specific entry for a host.
func (m *hostMap[V]) match(host string) (key string, v V, ok bool) {
	if m == nil {
		return "", v, false
	}
	if !IsWildcard(host) {
		if v, ok = m.exact[host]; ok {
			return host, v, true
		}
	} else if v, ok = m.wild[host]; ok {
		return host, v, true
	}
	if len(m.wild) == 0 {
		return "", v, false
	}
	needle := strings.TrimPrefix(host, "*")
	for n := len(needle); n >= 0; n-- {
		if !m.suffixes[n] {
			continue
		}
		key = "*" + needle[len(needle)-n:]
		if v, ok = m.wild[key]; ok {
			return key, v, true
		}
	}
	return "", v, false
}

// compareAge orders objects as Istio does: older first, then by name, then by
// namespace.
func compareAge(a, b aged) int {
	return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.ref.Name, b.ref.Name), cmp.Compare(a.ref.Namespace, b.ref.Namespace))
}

// precedence is why one of two objects comes first in compareAge's order. Files seldom hold
// timestamps, and a cluster always does.
func precedence(first, other aged) Reason {
	cause := CauseFirstByNameOfTheSame
	switch {
	case !first.created.Equal(other.created):
		cause = CauseOlder
	case first.created.IsZero():
		cause = CauseFirstByName
	}
	return Because(cause, Details{By: first.ref})
}

// ClusterDomain is the DNS domain of Kubernetes Services.
const ClusterDomain = "cluster.local"

// aged is a name with an age, for Istio's orders.
type aged struct {
	created time.Time
	ref     Ref
}
