package outbound

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// to is what is sent to one endpoint (3.4.4, 3.4.5).
func (c *Call) to(e *Endpoint) resolve.Sending {
	if c.special {
		if s, settled := c.Class.sender().each(c, e); settled {
			return s
		}
	}
	switch {
	case c.EveryEndpoint != nil:
		return *c.EveryEndpoint
	case c.Gate != nil:
		return *c.Gate
	}
	if !e.Known {
		return resolve.Sending{TLS: resolve.SendsUnknown, Auto: true, Why: resolve.Because(resolve.CauseAutoUnknown, resolve.Details{Name: e.String()})}
	}
	if e.Label != "istio" {
		return resolve.Sending{TLS: resolve.SendsPlaintext, Auto: true, Why: on(resolve.CauseAutoIncapable, e.capability())}
	}
	if mode, ok := c.Rule.looseMode(c.Subset, c.Port.Number); ok {
		return c.loosely(mode)
	}
	mode := c.endpointMode(e)
	if mode == resolve.Unknown {
		return resolve.Sending{TLS: resolve.SendsUnknown, Auto: true, Why: resolve.Reason{Cause: resolve.CauseAutoPoliciesUnread}}
	}
	if mode == resolve.Disable {
		return resolve.Sending{TLS: resolve.SendsPlaintext, Auto: true, Why: resolve.Reason{Cause: resolve.CauseAutoDisabled}}
	}
	return resolve.Sending{TLS: resolve.SendsIstioMutual, Auto: true, Why: on(resolve.CauseAutoMutual, e.capability()).OfMode(mode)}
}

// on is a reason that goes on from what an endpoint is taken for; the usual sidecar needs no
// details.
func on(c resolve.Cause, capable capability) resolve.Reason {
	if capable.why.Cause == resolve.CauseHasSidecar {
		return resolve.Reason{Cause: c}
	}
	return resolve.Because(c, resolve.Details{Base: capable.why})
}

// Captured reports an endpoint whose connections ztunnel takes: the pod itself, or its address.
func (e *Endpoint) Captured() bool {
	if e == nil || e.Workload == nil || e.Workload.Membership.Dataplane != resolve.DataplaneAmbient {
		return false
	}
	_, err := netip.ParseAddr(e.Address)
	return e.Address == "" || err == nil
}

// loosely is the quirk of rule 3.4.5.
func (c *Call) loosely(mode networkingapi.ClientTLSSettings_TLSmode) resolve.Sending {
	s := resolve.Sending{TLS: resolve.SendsPlaintext, By: c.Setting.Rule.Ref, Field: c.Setting.field, Origin: c.Setting.Rule.Origin}
	s.Why = resolve.Because(resolve.CauseLoosePlaintext, resolve.Details{By: s.By, Text: mode.String()})
	if mode == networkingapi.ClientTLSSettings_ISTIO_MUTUAL {
		s.TLS, s.Why = resolve.SendsIstioMutual, resolve.Because(resolve.CauseLooseMutual, resolve.Details{By: s.By})
	}
	return s
}

// endpointMode is the mode that the policies set for an endpoint as the client's
// own control plane reads them, whether or not the bytes reach the endpoint's
// proxy: istiod does not know that (2.11).
func (c *Call) endpointMode(e *Endpoint) resolve.Mode {
	side, revision := c.Side, c.Class.Revision
	switch w := e.Workload; {
	case e.Policy != resolve.Unset && revision == resolve.DefaultRevision:
		return e.Policy
	case e.Policy != resolve.Unset:
		in := side.In.Policies.Chain(c.Host.Namespace, revision, e.Labels)
		return in.ModeOf(e.Port)
	case e.Address != "":
		return resolve.Permissive
	case w != nil && w.Cluster == side.In.Cluster && w.Membership.Dataplane != resolve.DataplaneAmbient && cmp.Or(w.Membership.Revision, resolve.DefaultRevision) == revision:
		return w.In.ModeOf(e.Port)
	case w != nil:
		in := side.In.Policies.Chain(w.Ref.Namespace, revision, w.Labels)
		return in.ModeOf(e.Port)
	}
	return resolve.Permissive
}

// Written is the address and port that istiod has of an endpoint which was written as an
// address, "" for others and for one that the application chose.
func (e *Endpoint) Written() string {
	if e.Address == "" || e.chosen {
		return ""
	}
	if _, err := netip.ParseAddr(e.Address); err != nil && strings.ContainsAny(e.Address, "/:") { // a socket
		return e.Address
	}
	return fmt.Sprintf("%s:%d", e.Address, cmp.Or(e.dialed, e.Port))
}

// String names the endpoint in a sentence.
func (e *Endpoint) String() string {
	if e.Workload == nil {
		return e.Address
	}
	name := e.Workload.Short()
	if e.Workload.Variant > 0 {
		name += fmt.Sprintf(" (%d of %d pods)", e.Workload.Pods, e.Workload.PodsOf)
	}
	if e.Workload.Cluster != "" {
		name += " in " + e.Workload.Cluster
	}
	return name
}
