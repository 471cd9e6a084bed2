package proxy

import (
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Ztunnel is what one ztunnel holds: workloads of all nodes, and of its own node which it
// captures.
type Ztunnel struct {
	File string
	// Taken is when the file was written, zero where that is unknown.
	Taken time.Time
	// Pod is its own, Node where it runs; zero where the dump does not show them.
	Pod       Pod
	Node      string
	Workloads []TunnelWorkload
	Policies  map[string]TunnelPolicy // by "namespace/name"
	// Local are the pods that it captures, with their state; nil where the dump has none.
	Local        map[Pod]string
	Certificates []TunnelCertificate
}

// TunnelWorkload is what ztunnel is told of a pod.
type TunnelWorkload struct {
	Pod Pod
	// Workload is the name of what the pod belongs to.
	Workload       string
	Node           string
	ServiceAccount string
	TrustDomain    string
	// HBONE is true where ztunnel sends to it through a tunnel.
	HBONE bool
	// Policies are what it refers to, "namespace/name".
	Policies []string
}

// TunnelPolicy is an authorization policy of ztunnel.
type TunnelPolicy struct {
	Deny bool
	// Rules are alternatives; all parts of one have to match, by one of their matches each.
	Rules [][][]TunnelMatch
}

// TunnelMatch is what a policy says of a connection, as far as plaintext and ports go.
type TunnelMatch struct {
	Ports, NotPorts []int32
	// Narrow is true where anything else than ports or the lack of an identity is asked for.
	Narrow bool
}

// TunnelCertificate is one of the certificates that ztunnel holds for its node's pods.
type TunnelCertificate struct {
	Identity, State string
	Chain, Roots    []Certificate
}

// Policies that istiod makes of PeerAuthentications: the one that denies all plaintext, and how
// the others begin.
const (
	staticStrict    = "istio_converted_static_strict"
	convertedStrict = "converted_peer_authentication_"
)

// converted reports a policy that stands for a PeerAuthentication.
func converted(ref string) bool {
	_, name, _ := strings.Cut(ref, "/")
	return name == staticStrict || strings.HasPrefix(name, convertedStrict)
}

// Workload finds what ztunnel is told of a pod, nil for nothing.
func (z *Ztunnel) Workload(p Pod) *TunnelWorkload {
	i := slices.IndexFunc(z.Workloads, func(w TunnelWorkload) bool { return w.Pod == p })
	if i < 0 {
		return nil
	}
	return &z.Workloads[i]
}

// Mode is what ztunnel enforces on a port of a workload, 0 for one that no policy names.
func (z *Ztunnel) Mode(w *TunnelWorkload, port int32) resolve.Mode {
	for _, ref := range w.Policies {
		if converted(ref) && z.Policies[ref].deniesPlaintext(port) {
			return resolve.Strict
		}
	}
	return resolve.Permissive
}

// Dangling are the policies for mTLS that a workload refers to and ztunnel does not have: they
// deny nothing.
func (z *Ztunnel) Dangling(w *TunnelWorkload) (list []string) {
	for _, ref := range w.Policies {
		if _, there := z.Policies[ref]; converted(ref) && !there {
			list = append(list, ref)
		}
	}
	return list
}

// deniesPlaintext reports a policy that denies every connection without identity on a port.
func (p TunnelPolicy) deniesPlaintext(port int32) bool {
	return p.Deny && slices.ContainsFunc(p.Rules, func(parts [][]TunnelMatch) bool {
		return !slices.ContainsFunc(parts, func(matches []TunnelMatch) bool {
			return !slices.ContainsFunc(matches, func(m TunnelMatch) bool { return m.matches(port) })
		})
	})
}

func (m *TunnelMatch) matches(port int32) bool {
	return !m.Narrow && (len(m.Ports) == 0 || slices.Contains(m.Ports, port)) && !slices.Contains(m.NotPorts, port)
}
