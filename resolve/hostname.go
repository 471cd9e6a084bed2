package resolve

import (
	"cmp"
	"net/netip"
	"strings"
	"time"
)

// FQDN expands a host without a dot in the way of Istio (3.2.1): name, namespace
// of the rule, svc, domain. A host with a dot is taken as it is, so that
// "reviews.prod" matches no Kubernetes Service.
func FQDN(host, namespace, domain string) string {
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

// Overlaps reports whether two hosts have a name in common.
func Overlaps(a, b string) bool { return SubsetOf(a, b) || SubsetOf(b, a) }

// HostMap finds values by host: an exact one first, else the longest wildcard
// (3.2.2).
type HostMap[V any] struct {
	Exact, Wild map[string]V
	// suffixes are the lengths of the wildcards, so that a look-up need not try
	// them all.
	suffixes map[int]bool
}

// NewHostMap is empty.
func NewHostMap[V any]() *HostMap[V] {
	return &HostMap[V]{map[string]V{}, map[string]V{}, map[int]bool{}}
}

// Get is what is filed under the very host, the zero value where nothing is.
func (m *HostMap[V]) Get(host string) V {
	if IsWildcard(host) {
		return m.Wild[host]
	}
	return m.Exact[host]
}

// Set files v under a host, which may be a wildcard.
func (m *HostMap[V]) Set(host string, v V) {
	if IsWildcard(host) {
		m.Wild[host] = v
		m.suffixes[len(host)-1] = true
		return
	}
	m.Exact[host] = v
}

// Match finds the most specific entry for a host.
func (m *HostMap[V]) Match(host string) (key string, v V, ok bool) {
	if m == nil {
		return "", v, false
	}
	if !IsWildcard(host) {
		if v, ok = m.Exact[host]; ok {
			return host, v, true
		}
	} else if v, ok = m.Wild[host]; ok {
		return host, v, true
	}
	if len(m.Wild) == 0 {
		return "", v, false
	}
	needle := strings.TrimPrefix(host, "*")
	for n := len(needle); n >= 0; n-- {
		if !m.suffixes[n] {
			continue
		}
		key = "*" + needle[len(needle)-n:]
		if v, ok = m.Wild[key]; ok {
			return key, v, true
		}
	}
	return "", v, false
}

// CompareAge orders objects as Istio does: older first, then by name, then by
// namespace.
func CompareAge(a, b Aged) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Ref.Name, b.Ref.Name), cmp.Compare(a.Ref.Namespace, b.Ref.Namespace))
}

// Precedence is why one of two objects comes first in compareAge's order. Files seldom hold
// timestamps, and a cluster always does.
func Precedence(first, other Aged) Reason {
	cause := CauseFirstByNameOfTheSame
	switch {
	case !first.Created.Equal(other.Created):
		cause = CauseOlder
	case first.Created.IsZero():
		cause = CauseFirstByName
	}
	return Because(cause, Details{By: first.Ref})
}

// DefaultTrustDomain is that of certificates where the mesh configuration names none.
const DefaultTrustDomain = "cluster.local"

// ClusterDomain is the DNS domain of Kubernetes Services.
const ClusterDomain = "cluster.local"

// Aged is a name with an age, for Istio's orders.
type Aged struct {
	Created time.Time
	Ref     Ref
}
