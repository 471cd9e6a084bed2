package resolve

import "strings"

// gates argues the part of auto mTLS that looks at the whole cluster (3.4.1-3.4.3);
// it says nothing where a DestinationRule has decided.
func (d *deriver) gates() {
	if d.whole != nil {
		return
	}
	d.step("gates")
	balancer, cluster := d.call.rule.passesThrough(d.Subset, d.port.Number)
	headless := d.host.Passthrough || balancer
	enabled := d.plane().config.GetEnableAutoMtls()
	for _, g := range []struct {
		shut       bool
		pass, rule string
	}{
		{enabled != nil && !enabled.GetValue(), "enableAutoMtls is on", "3.4.1"},
		{d.host.External, d.host.Ref.String() + " is part of the mesh, not MESH_EXTERNAL", "3.4.1"},
		{headless && d.passthroughGate() != nil, d.passthroughText(balancer, cluster), "3.4.3"},
		{d.mesh.namespaceMode(d.host.Namespace, d.class.Revision) != nil, "no mesh or namespace policy makes namespace " + d.host.Namespace + " DISABLE", "3.4.1"},
		{d.gate != nil, "so each endpoint decides", "3.4.4"},
	} {
		if g.shut {
			d.say(place{d.gate.Origin, d.gate.Field}, d.gate.Rule, "%s", gateText(d.gate))
			return
		}
		d.say(nowhere, g.rule, "%s", g.pass)
	}
}

func (d *deriver) passthroughText(balancer, cluster bool) string {
	switch {
	case d.host.Passthrough && d.edsForHeadless(cluster):
		if d.class.Dataplane == DataplaneGateway {
			return d.passthroughWord() + ", but a gateway uses EDS: it tells endpoints apart"
		}
		return d.passthroughWord() + ", but PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES tells endpoints apart"
	case d.host.Passthrough:
		return d.passthroughWord() + ", and no endpoint is without a sidecar"
	case balancer:
		return "load balancer PASSTHROUGH, and no endpoint is without a sidecar"
	case cluster && d.Subset != "":
		return "the gate reads only the subset's own load balancer, which is not PASSTHROUGH: it does not apply"
	case cluster:
		return "the gate reads only the load balancer above the entry of the port, which is not PASSTHROUGH: it does not apply"
	}
	return "not headless: endpoints can be told apart"
}

// gateText is the reason of a gate, and what it means where that is not said yet.
func gateText(s *Sending) string {
	text, shut := strings.CutPrefix(s.Because, "gate: ")
	if shut && !strings.Contains(text, "plaintext") {
		text += ": plaintext for every endpoint"
	}
	return text
}
