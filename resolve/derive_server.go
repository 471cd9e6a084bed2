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
		d.say(place{p.Origin, p.Field}, p.Rule, "%s %s", some(names[p.Text]), p.Text)
	}
}

// some names the first endpoints and counts the others.
func some(who []string) string {
	text := strings.Join(who[:min(len(who), listed)], ", ")
	if len(who) > listed {
		text += fmt.Sprintf(" and %d more", len(who)-listed)
	}
	return text
}

func endpointName(e *Endpoint) string {
	if e == nil {
		return "no endpoint"
	}
	if e.Workload == nil {
		return fmt.Sprintf("%s:%d", e, e.Port)
	}
	return fmt.Sprintf("%s.%s port %d", e, e.Workload.Ref.Namespace, e.Port)
}

// endpoints argues what is sent to each.
func (d *deriver) endpoints() {
	d.step("sends")
	s := &d.Connections[0].Sends
	d.networks()
	switch {
	case d.Connections[0].Server == nil:
		d.toNobody(s)
	case (d.whole != nil || d.gate != nil) && d.sameForAll():
		if s.TLS == SendsNothing {
			d.say(nowhere, s.Rule, "nothing is sent: the proxy refuses the call")
			return
		}
		if s.TLS == SendsUnknown {
			d.say(nowhere, s.Rule, "%s", s.Because)
			return
		}
		d.say(nowhere, s.Rule, "%s to every endpoint%s", s.TLS, s.across())
	case d.whole != nil || d.gate != nil:
		d.alike(func(c *Connection) DerivationPoint {
			return DerivationPoint{Text: c.Sends.TLS.String() + ": " + c.Sends.Because, Rule: c.Sends.Rule}
		})
	default:
		d.alike(d.sent)
	}
}

// toNobody argues a call to a port without endpoints.
func (d *deriver) toNobody(s *Sending) {
	switch {
	case s.TLS == SendsNothing:
		d.say(nowhere, s.Rule, "nothing is sent: the proxy refuses the call")
	case d.host.Passthrough && !d.host.kubernetes:
		d.say(nowhere, s.Rule, "%s, to the address that the application chose", s.TLS)
	case d.whole != nil || d.gate != nil:
		d.say(nowhere, s.Rule, "%s, if there were an endpoint", s.TLS)
	default:
		d.say(nowhere, "3.4.4", "depends on the endpoint, and there is none")
	}
}

// sent is what is sent to one endpoint, by what a client's control plane knows of
// it: that it understands mTLS, and what the policies say.
func (d *deriver) sent(c *Connection) DerivationPoint {
	p := c.Server.capability()
	if p.Rule == "" {
		p.Rule = c.Sends.Rule
	}
	if c.Server.known && c.Server.mode == "istio" {
		p.Text += ", its port policy is " + d.mesh.endpointMode(c.Server, d.class.Revision).String()
	}
	p.Text += ": " + c.Sends.TLS.String()
	if c.Sends.Rule == "3.4.4" {
		p.Text += c.Sends.across()
	} else {
		p.Text, p.Rule, p.Origin, p.Field = p.Text+" ("+c.Sends.Because+")", c.Sends.Rule, c.Sends.Origin, c.Sends.Field
	}
	return p
}
