package outbound

import (
	"cmp"
	"net/netip"
	"strconv"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// tunnelled is what an Envoy sends to an endpoint that accepts HBONE: that goes before rules and
// gates (3.5.3, 3.6.6). ok is false where it does not: the endpoint understands Istio mTLS, the
// client keeps the address that the application chose, or does not send HBONE at all.
func (c *Call) tunnelled(e *Endpoint) (s resolve.Sending, ok bool) {
	plane := c.plane()
	switch {
	case c.Past, c.Class.untunnelled, e.Label == "istio" && e.Known && !plane.Flag("PILOT_PREFER_SENDING_HBONE"), !plane.Tunnels(), c.keepsAddress():
		return s, false
	}
	whole := c.EveryEndpoint
	if whole == nil {
		whole = c.Gate
	}
	return c.inTunnel(e, whole), true
}

// inTunnel is HBONE to an endpoint, with the TLS inside that a rule means for it.
func (c *Call) inTunnel(e *Endpoint, whole *resolve.Sending) resolve.Sending {
	s := resolve.Sending{TLS: resolve.SendsHBONE, Why: resolve.Because(resolve.CauseTunnel, resolve.Details{Base: e.tunnelWhy()})}
	switch {
	case whole == nil:
	case whole.Why.Cause == resolve.CausePatched, whole.Why.Cause == resolve.CausePatchesUnread:
		return *whole
	case whole.TLS == resolve.SendsSimple || whole.TLS == resolve.SendsMutual: // the endpoint is to get it
		s.Inside, s.By, s.Field, s.Origin = whole.TLS, whole.By, whole.Field, whole.Origin
		s.Why = resolve.Because(resolve.CauseTunnelWithTLS, resolve.Details{TLS: whole.TLS, Base: e.tunnelWhy(), Beside: whole.Why})
	}
	return s
}

// takesHBONE reports an endpoint that an Envoy tunnels to: by its labels, or by its address,
// which is that of a workload whose tunnel istiod knows (2B.11).
func (e *Endpoint) takesHBONE() bool {
	switch {
	case e.Workload != nil && e.Address == "":
		return e.Workload.Tunnel != inbound.NoTunnel
	case inbound.Tunnels(e.Labels):
		return true
	case e.Workload == nil && !e.entryTunnel:
		return false
	}
	_, err := netip.ParseAddr(e.Address) // a name says no more than it is resolved to
	return err == nil && (e.entryTunnel || e.Workload.Tunnel != inbound.NoTunnel)
}

// tunnelWhy is why an endpoint is taken to accept HBONE.
func (e *Endpoint) tunnelWhy() resolve.Reason {
	if e.Workload == nil || e.Address != "" && (e.entryTunnel || inbound.Tunnels(e.Labels)) {
		return resolve.Reason{Cause: resolve.CauseTunnelLabel}
	}
	switch e.Workload.Tunnel {
	case inbound.TunnelOfZtunnel:
		return resolve.Reason{Cause: resolve.CauseTunnelZtunnel}
	case inbound.TunnelInjected:
		return resolve.Reason{Cause: resolve.CauseTunnelInjected}
	}
	return resolve.Reason{Cause: resolve.CauseTunnelLabel}
}

// untunnelled reports proxies that are told not to send HBONE: by the pod's annotation, else by
// the mesh configuration (3.6.6).
func (side *Side) untunnelled(w *inbound.Workload) bool {
	metadata := side.In.Control.Of(cmp.Or(w.Membership.Revision, resolve.DefaultRevision)).Config.GetDefaultConfig().GetProxyMetadata()[public.DisableHBONESend]
	off, _ := strconv.ParseBool(cmp.Or(public.ProxySwitch(w.Annotations[resolve.ProxyConfigAnnotation], public.DisableHBONESend), metadata))
	return off
}

// specialOutcome is what becomes of a call in which ambient has a part; ok is false for one that
// ends as any other does.
func (c *Call) specialOutcome(s *resolve.Sending, e *Endpoint, serves *resolve.Decision, protocol resolve.Protocol) (o resolve.Outcome, ok bool) {
	switch {
	case s.Why.Cause == resolve.CauseZtunnelNetwork:
		return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: s.Why, Symptom: c.symptom(resolve.SymptomLeftOut, e, c.Port.Protocol)}, true
	case s.TLS == resolve.SendsUnknown && (s.Why.Cause == resolve.CauseZtunnelUnknown || s.Why.Cause == resolve.CauseZtunnelTie):
		return resolve.Outcome{Why: s.Why}, true
	case s.TLS == resolve.SendsHBONE && (s.Through == "" || s.Why.Cause == resolve.CauseZtunnelThrough):
		return c.tunnelOutcome(s, e), true
	case s.Through == "" && serves.Mode != resolve.None && e.Captured() && s.TLS != resolve.SendsUnknown && s.TLS != resolve.SendsNothing:
		return c.AtZtunnel(s.TLS, e, serves.Mode, protocol), true
	}
	return o, false
}

// tunnelOutcome is what becomes of HBONE: the tunnel is mTLS, in every mode, and ends where
// something listens for it.
func (c *Call) tunnelOutcome(s *resolve.Sending, e *Endpoint) resolve.Outcome {
	if e.Workload != nil && e.Workload.Tunnel == inbound.TunnelDeaf {
		return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: resolve.Because(resolve.CauseTunnelUnheard, resolve.Details{Name: e.String()}), Symptom: c.symptom(resolve.SymptomRefused, e, c.Port.Protocol)}
	}
	o := resolve.Judge(resolve.SendsHBONE, resolve.Strict, c.Port.Protocol)
	if s.Inside != resolve.SendsUnknown {
		o.Why = resolve.Because(resolve.CauseTunnelledTLS, resolve.Details{TLS: s.Inside})
	}
	return o
}
