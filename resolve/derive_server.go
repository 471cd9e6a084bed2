package resolve

import (
	"fmt"
	"strings"
)

// listed is how many endpoints a sentence names.
const listed = 3

// alike groups connections about which the same sentence is true.
func (d *deriver) alike(sentence func(*Connection) DerivationPoint) {
	var order []DerivationPoint
	names := map[string][]string{}
	for i := range d.Connections {
		c := &d.Connections[i]
		p := sentence(c)
		if names[p.Text] == nil {
			order = append(order, p)
		}
		names[p.Text] = append(names[p.Text], endpointName(c.Server))
	}
	for _, p := range order {
		who := names[p.Text]
		text := strings.Join(who[:min(len(who), listed)], ", ")
		if len(who) > listed {
			text += fmt.Sprintf(" and %d more", len(who)-listed)
		}
		d.say(place{p.Origin, p.Field}, p.Rule, "%s %s", text, p.Text)
	}
}

func endpointName(e *Endpoint) string {
	if e.Workload == nil {
		return fmt.Sprintf("%s:%d", e, e.Port)
	}
	return fmt.Sprintf("%s.%s port %d", e, e.Workload.Ref.Namespace, e.Port)
}

// endpoints argues what is sent to each.
func (d *deriver) endpoints() {
	d.step("sends")
	if len(d.Connections) == 1 && d.Connections[0].Server == nil {
		s := &d.Connections[0].Sends
		d.say(nowhere, s.Rule, "%s, if there were an endpoint: the input has none", s.TLS)
		return
	}
	if d.whole != nil || d.gate != nil {
		s := &d.Connections[0].Sends
		d.say(nowhere, s.Rule, "%s to every endpoint", s.TLS)
		return
	}
	d.alike(func(c *Connection) DerivationPoint {
		text := d.labelText(c.Server) + ": " + c.Sends.TLS.String()
		if c.Sends.Rule != "3.4.4" {
			text += " (" + c.Sends.Because + ")"
		}
		return DerivationPoint{Text: text, Rule: c.Sends.Rule, Origin: c.Sends.Origin, Field: c.Sends.Field}
	})
}

// labelText is what a client's control plane knows of an endpoint.
func (d *deriver) labelText(e *Endpoint) string {
	switch {
	case !e.known:
		return "may have a sidecar or not"
	case e.mode != "istio":
		return "counts as without sidecar, " + e.without()
	}
	return "has a sidecar, its port policy is " + d.mesh.endpointMode(e, d.class.Revision).String()
}

// server argues which mode each endpoint serves.
func (d *deriver) server() {
	if d.Connections[0].Server == nil || d.Connections[0].Sends.TLS == SendsNothing {
		return
	}
	d.step("server")
	d.alike(func(c *Connection) DerivationPoint {
		text := "serves " + c.Serves.Mode.String()
		if c.Serves.Mode == Unknown && c.Serves.IfMeshed != Unset {
			text += " (" + c.Serves.IfMeshed.String() + " if it has a sidecar)"
		}
		return DerivationPoint{Text: text + ": " + c.Serves.Because, Origin: c.Serves.Origin, Field: c.Serves.Field}
	})
}

// result says what it comes to, what a user sees, and what helps.
func (d *deriver) result() {
	d.step("result")
	seen := map[Outcome]bool{}
	var broken []*Connection
	for i := range d.Connections {
		c := &d.Connections[i]
		if c.Outcome.Verdict == VerdictBroken {
			broken = append(broken, c)
		}
		if seen[c.Outcome] {
			continue
		}
		seen[c.Outcome] = true
		d.say(nowhere, c.Outcome.Rule, "%s: %s", c.Outcome.Verdict, c.Outcome.Because)
		if c.Outcome.Symptom != "" {
			d.say(nowhere, "4.3", "what is seen: %s", c.Outcome.Symptom)
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
		at := place{c.Sends.Origin, c.Sends.Field}
		if r := c.Remedies(); len(r) > 0 && r[0].Changes[0].Ref != c.Sends.By {
			at = nowhere // about another object than the one that decided
		}
		d.say(at, "", "%s", text)
	}
}
