package resolve

import (
	networkingapi "istio.io/api/networking/v1alpha3"
)

// tls argues which level of the rule sets TLS, the strongest first (3.3).
func (d *deriver) tls() {
	d.step("tls")
	m := d.call.rule
	if m == nil {
		because, rule := "so no TLS setting: auto mTLS decides", "3.4"
		if d.whole != nil { // proxyless
			because, rule = d.whole.Because, d.whole.Rule
		}
		d.say(nowhere, rule, "no DestinationRule, %s", because)
		return
	}
	if s := m.subset(d.Subset); s != nil {
		at := Path("spec", "subsets").Index(s.index).Child("trafficPolicy")
		d.level("subset "+d.Subset, s.rule, s.subset.GetTrafficPolicy(), at)
	} else if d.Subset != "" {
		d.say(place{m.first.Origin, "spec.subsets"}, "3.3.1", "the rule defines no subset %s: the client's proxy has no such cluster", d.Subset)
	}
	switch {
	case m.policy == nil && m.backend == nil:
		d.say(place{m.first.Origin, ""}, "3.3.1", "%s has no trafficPolicy", m.first.Ref)
	case m.policy != nil:
		d.level(m.policy.Ref.String(), m.policy, m.policy.spec.GetTrafficPolicy(), "spec.trafficPolicy")
	}
	if m.backend != nil && m.backend != m.policy {
		d.level(m.backend.Ref.String(), m.backend, m.backend.spec.GetTrafficPolicy(), "spec.validation")
	}
	d.setting()
}

// level argues one traffic policy: the entry of the port, then its own tls.
func (d *deriver) level(name string, r *DestinationRule, policy *networkingapi.TrafficPolicy, at Field) {
	if policy == nil {
		d.say(place{r.Origin, at}, "3.3.1", "%s has no trafficPolicy: it inherits", name)
		return
	}
	entry := false
	for i, e := range policy.GetPortLevelSettings() {
		number, field := int32(e.GetPort().GetNumber()), at.Child("portLevelSettings").Index(i)
		switch {
		case number != d.port.Number && d.isTarget(number):
			d.say(place{r.Origin, field}, "3.3.1", "%s, port entry %d: the number of the workload's port; entries go by the service's, %d, so this one never matches", name, number, d.port.Number)
		case number == d.port.Number && !entry:
			entry = true
			d.say(place{r.Origin, field.Child("tls").Child("mode")}, "3.3.1", "%s, port entry %d: %s; it replaces the policy wholesale", name, number, tlsText(r, field, e.GetTls()))
		}
	}
	if !entry {
		d.say(place{r.Origin, at.Child("tls").Child("mode")}, "3.3.1", "%s: no entry for port %d; %s", name, d.port.Number, tlsText(r, at, policy.GetTls()))
	}
}

func (d *deriver) isTarget(number int32) bool {
	for i := range d.port.Endpoints {
		if d.port.Endpoints[i].Port == number {
			return true
		}
	}
	return false
}

func tlsText(r *DestinationRule, at Field, tls *networkingapi.ClientTLSSettings) string {
	if tls == nil {
		return "no tls"
	}
	text := "tls.mode " + tls.GetMode().String()
	if !modeWritten(tlsSetting{tls: tls, rule: r, field: at.Child("tls")}) {
		text = "tls without mode, which is DISABLE"
	}
	if tls.GetCredentialName() != "" {
		text += ", credentialName " + tls.GetCredentialName()
	}
	return text
}

// setting argues what the levels come to.
func (d *deriver) setting() {
	s := d.call.setting
	switch {
	case d.whole != nil && d.whole.By.IsZero():
		d.say(nowhere, d.whole.Rule, "%s", d.whole.Because)
	case d.whole != nil && d.whole.Rule == "3.3.3":
		d.say(place{s.rule.Origin, s.field.Child("mode")}, "3.3.3", "%s decides, for every endpoint: policies, labels and MESH_EXTERNAL do not matter", s.field)
	case d.whole != nil:
		d.say(place{s.rule.Origin, modeOf(s.field)}, d.whole.Rule, "%s", d.whole.Because)
	case s.emptied:
		d.say(place{s.rule.Origin, s.field}, "3.3.1", "the entry of the port has no tls, so what stands above it is out of force: auto mTLS decides")
	default:
		d.say(nowhere, "3.4", "no level sets tls: auto mTLS decides")
	}
}
