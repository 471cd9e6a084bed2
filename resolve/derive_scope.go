package resolve

import "fmt"

// scope argues whether the client's proxy takes the call at all, and as what (3.1).
func (d *deriver) scope() {
	d.step("scope")
	w, class := d.Client, d.class
	at := place{w.Membership.Origin, w.Membership.Field}
	if class.Dataplane == DataplaneNone {
		d.say(at, "3.1.1", "%s has no proxy (%s): its own bytes leave as they are", w.Short(), w.Membership.Reason)
		return
	}
	d.say(at, "", "%s: %s, because %s", w.Short(), class.Dataplane, w.Membership.Reason)
	if class.Dataplane == DataplaneAmbient {
		d.say(nowhere, "3.5.4", "ambient clients are not resolved yet")
		return
	}
	if d.bypassed() {
		return
	}
	if s := d.unseenConfig(); s != nil {
		d.say(nowhere, s.Rule, "%s", s.Because)
		return
	}
	d.known()
}

// bypassed argues the outbound annotations; it says nothing where there are none.
func (d *deriver) bypassed() bool {
	if d.class.bypass == (outbound{}) {
		return false
	}
	at := place{d.Client.Origin, Path("spec", "template", "metadata", "annotations")}
	because, past, sure := d.class.bypass.past(d.host, d.port.Number)
	switch {
	case !sure:
		d.say(at, "3.1.1", "%s", because)
	case past:
		d.say(at, "3.1.1", "%s: the call leaves past it, as it is", because)
	default:
		d.say(at, "3.1.1", "its outbound annotations leave port %d to the proxy", d.port.Number)
	}
	return past || !sure
}

// known argues whether the proxy has a cluster for the host.
func (d *deriver) known() {
	k := d.mesh.knows(d.class, d.host, d.port.Number)
	because, known := k.because(), k.known
	at := nowhere
	if d.class.sidecar != nil {
		at = place{d.class.sidecar.Origin, "spec.egress"}
		if spec := &d.class.sidecar.value.Spec; known && len(spec.GetEgress()) == 0 {
			because = d.class.Sidecar.String() + " has no egress: it limits nothing"
		}
	}
	if !d.host.VisibleTo(d.class.Namespace) {
		at = place{d.host.Origin, ""}
	}
	if known {
		d.say(at, "3.1.2", "it knows the host: %s", because)
		return
	}
	d.say(at, "3.1.2", "it does not know the host: %s", because)
	if d.class.scope.registryOnly {
		d.say(d.policyPlace(), "3.1.3", "outboundTrafficPolicy is REGISTRY_ONLY: calls to unknown hosts are refused")
		return
	}
	d.say(d.policyPlace(), "3.1.3", "outboundTrafficPolicy is ALLOW_ANY: passed through as it is, and no DestinationRule is looked at")
}

// policyPlace is where a Sidecar resource sets outboundTrafficPolicy.
func (d *deriver) policyPlace() place {
	if s := d.class.sidecar; s != nil && s.value.Spec.GetOutboundTrafficPolicy() != nil {
		return place{s.Origin, "spec.outboundTrafficPolicy"}
	}
	return nowhere
}

// route argues a VirtualService that sends all calls elsewhere; the rest of the
// argument is about the host as it is.
func (d *deriver) route() {
	if d.Subset != "" {
		return
	}
	r := d.mesh.routedWhole(d.class, d.host, d.port)
	if r == nil {
		return
	}
	d.Routed = r
	d.step("route")
	d.say(place{r.Origin, r.Field}, "", "%s sends all of it to %s: the steps below are about the host as it is, to which nothing goes", r.By, r.Target(d.host, d.port))
	if len(r.Connections) == 0 {
		d.say(nowhere, "3.3.1", "no DestinationRule that counts for this client defines subset %s there: the client's proxy has no such cluster, calls end with 503 NC", r.Subset)
	}
}

// Target names where the calls go, shortly where it is a subset of the host itself.
func (r *Routed) Target(h *Host, port *HostPort) string {
	text := fmt.Sprintf("%s:%d", r.Host.Name, r.Port.Number)
	switch {
	case r.Host == h && r.Port == port:
		return "subset " + r.Subset
	case r.Subset != "":
		return text + "/" + r.Subset
	}
	return text
}
