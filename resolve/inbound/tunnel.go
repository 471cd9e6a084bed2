package inbound

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// Tunnel is whether a workload accepts HBONE, as clients are told (2B.11). The zero Tunnel is
// NoTunnel.
type Tunnel uint8

// The tunnels.
const (
	NoTunnel Tunnel = iota
	// TunnelOfZtunnel is that of a pod which ztunnel captures.
	TunnelOfZtunnel
	// TunnelLabelled is promised by the label of a workload.
	TunnelLabelled
	// TunnelInjected is promised by a label that injection adds (2B.12).
	TunnelInjected
	// TunnelDeaf is promised by a label, and nothing in the pod listens for it.
	TunnelDeaf
)

// tunnelOf is the tunnel of a pod or template: what captures it, its label, and what injection
// makes of its proxy's metadata.
func (r *Resolver) tunnelOf(p *pod.Pod, m *resolve.Membership) Tunnel {
	if m.Dataplane == resolve.DataplaneAmbient {
		return TunnelOfZtunnel
	}
	_, labelled := p.Labels[resolve.TunnelLabel]
	sidecar := m.Dataplane == resolve.DataplaneSidecar
	if !labelled && (!sidecar || m.Observed) {
		return NoTunnel
	}
	listens := sidecar && r.listens(p, m.Revision)
	switch {
	case labelled && !Tunnels(p.Labels):
		return NoTunnel
	case labelled && (m.Dataplane == resolve.DataplaneNone || sidecar && !listens && r.knowsMetadata(m)):
		return TunnelDeaf
	case labelled:
		return TunnelLabelled
	case listens:
		return TunnelInjected
	}
	return NoTunnel
}

// listens reports a sidecar that is configured to accept HBONE: by its own annotation, else by
// the mesh configuration.
func (r *Resolver) listens(p *pod.Pod, revision string) bool {
	metadata := r.world.Control.Of(revision).Config.GetDefaultConfig().GetProxyMetadata()[public.EnableHBONE]
	on, _ := strconv.ParseBool(cmp.Or(public.ProxySwitch(p.Annotations[resolve.ProxyConfigAnnotation], public.EnableHBONE), metadata))
	return on
}

// Tunnels reports labels that promise HBONE (2B.11).
func Tunnels(labels map[string]string) bool {
	tunnels, labelled := labels[resolve.TunnelLabel]
	return labelled && slices.Contains(strings.Split(tunnels, ","), "http")
}

// knowsMetadata reports a pod whose proxy metadata the input has all of: not that of a running
// one, which may be older than the mesh configuration.
func (r *Resolver) knowsMetadata(m *resolve.Membership) bool {
	return !m.Observed && !r.world.Control.Of(m.Revision).Source.IsZero()
}

// bypassed reports a pod whose inbound connections pass ztunnel by (2B.8).
func (d *decider) bypassed() bool {
	value, set := d.pod.Annotations[resolve.BypassInboundAnnotation]
	if !set {
		return false
	}
	on, _ := strconv.ParseBool(value)
	return on
}
