package resolve

import (
	"slices"
)

// server argues which mode each endpoint serves, what lost, and what the port is
// taken for.
func (d *deriver) server() {
	if d.Connections[0].Server == nil || d.Connections[0].Sends.TLS == SendsNothing && d.Connections[0].Sends.Rule != "3.4.7" {
		return
	}
	d.step("server")
	d.alike(func(c *Connection) DerivationPoint {
		text := "serves " + c.Serves.Mode.String()
		if c.Serves.Mode == Disable && c.Serves.Scope == ScopeListener {
			text = "serves plaintext" // DISABLE is a word of PeerAuthentication
		}
		if c.Serves.Mode == Unknown && c.Serves.IfMeshed != Unset {
			text += " (" + c.Serves.IfMeshed.String() + " if it has a sidecar)"
		}
		return DerivationPoint{Text: text + ": " + c.Serves.Because, Origin: c.Serves.Origin, Field: c.Serves.Field}
	})
	d.ignored()
	d.protocol()
}

// ignored names the policies that a reader may take for the deciding one: those
// that lost a tie, or are for another revision.
func (d *deriver) ignored() {
	seen := map[Ref]bool{}
	for i := range d.Connections {
		for _, s := range d.Connections[i].Serves.Shadowed {
			if (s.Rule == "2.3" || s.Rule == "1.14" || s.Rule == "2.2") && !seen[s.By] {
				seen[s.By] = true
				d.say(place{s.Origin, s.Field}, s.Rule, "%s, %s, is %s", s.By, s.Mode, s.Because)
			}
		}
	}
}

// protocol argues what the port is taken for, where the answer hangs on it (2.12).
func (d *deriver) protocol() {
	matters := func(c Connection) bool {
		return c.Sends.TLS != SendsUnknown && (c.Serves.Mode == Disable || c.Serves.Mode == Permissive || c.Serves.Mode == None || c.Serves.Mode == TLS)
	}
	if d.port.says == "" || !slices.ContainsFunc(d.Connections, matters) {
		return
	}
	d.say(place{d.host.Origin, d.port.at}, "2.12", "port %d is taken for %s: %s", d.port.Number, d.port.Protocol, d.port.says)
	for i := range d.Connections {
		c := &d.Connections[i]
		if c.Server.Workload == nil {
			continue
		}
		if _, p := c.Server.Workload.serves(c.Server.Port); p != "" && p != d.port.Protocol {
			d.say(nowhere, "2.7", "%s takes it for %s: an older Service leads there, or a Sidecar listener", endpointName(c.Server), p)
			return
		}
	}
}

// result says what it comes to, what a user sees, and what helps.
func (d *deriver) result() {
	d.step("result")
	var order []Outcome
	names := map[Outcome][]string{}
	var broken []*Connection
	for i := range d.Connections {
		c := &d.Connections[i]
		if c.Outcome.Verdict == VerdictBroken {
			broken = append(broken, c)
		}
		if names[c.Outcome] == nil {
			order = append(order, c.Outcome)
		}
		names[c.Outcome] = append(names[c.Outcome], endpointName(c.Server))
	}
	for _, o := range order {
		text := o.Verdict.String() + ": " + o.Because
		if len(order) > 1 {
			text = some(names[o]) + ": " + text
		}
		d.say(nowhere, o.Rule, "%s", text)
		if o.Symptom != "" {
			d.say(nowhere, "4.3", "what is seen: %s", o.Symptom)
		}
	}
	if len(broken) > 0 {
		d.fix(broken)
	}
}

// fix says what helps, once where it helps several endpoints.
func (d *deriver) fix(broken []*Connection) {
	d.step("fix")
	said := map[string]bool{}
	for _, c := range broken {
		text := c.Fix()
		if said[text] {
			continue
		}
		said[text] = true
		at := nowhere
		if r := c.Remedies(); len(r) > 0 && r[0].Changes[0].Ref == c.Sends.By {
			at = place{c.Sends.Origin, modeOf(c.Sends.Field)} // the first thing to do is there
		}
		d.say(at, "", "%s", text)
	}
}
