package outbound

import "slices"

// Displaced is a rule for a host that clients do not use because their own namespace has
// one that is looked at first (3.2.3, 3.2.4, 3.2.8).
type Displaced struct {
	Host *Host
	// Rule is what would count without the other.
	Rule *DestinationRule
	// Masked is true where the other does not count either: it selects other clients.
	Masked  bool
	Clients []*ClientClass
	// Ports are those of the host at which it makes a difference to TLS.
	Ports []DisplacedPort
}

// DisplacedPort is what the two rules say about one port: a mode, or "no tls".
type DisplacedPort struct {
	Number     int32
	Says, Lost string
}

// Displaces lists what a rule takes the place of for clients of its own namespace, host by
// host, where that is of another namespace and changes what TLS is sent.
func (side *Side) Displaces(r *DestinationRule) []Displaced {
	side.linkClients()
	var out []Displaced
	var own []*ClientClass
	for _, class := range side.clients {
		if class.Namespace == r.Ref.Namespace && class.Proxied() && class.Namespace != side.In.Control.RootOf(class.Revision) {
			own = append(own, class)
		}
	}
	for _, h := range side.hostsSurveyed(r, side.surveyOf(r)) {
		if h.Namespace == r.Ref.Namespace || h.Alias != "" || !h.VisibleTo(r.Ref.Namespace) {
			continue
		}
		first := len(out)
		for _, class := range own {
			d, ok := side.displaced(r, class, h)
			if !ok {
				continue
			}
			if i := slices.IndexFunc(out[first:], func(x Displaced) bool { return x.Rule == d.Rule && x.Masked == d.Masked }); i >= 0 {
				out[first+i].Clients = append(out[first+i].Clients, class)
				continue
			}
			out = append(out, d)
		}
	}
	return out
}

// displaced is what a rule keeps one class from using for a host.
func (side *Side) displaced(r *DestinationRule, class *ClientClass, h *Host) (d Displaced, ok bool) {
	_, entries, found := side.RuleIndexes[class.Revision].Local[class.Namespace].Match(h.Name)
	if !found || !slices.ContainsFunc(entries, func(e *MergedRule) bool { return e.first == r }) {
		return d, false
	}
	is, would := side.RuleFor(class, h), side.RuleIndexes[class.Revision].elsewhere(class.Namespace, h)
	if would == nil || is != nil && is.first != r {
		return d, false
	}
	d = Displaced{Host: h, Rule: would.first, Masked: is == nil, Clients: []*ClientClass{class}}
	for i := range h.Ports {
		p := DisplacedPort{h.Ports[i].Number, is.says(h.Ports[i].Number), would.says(h.Ports[i].Number)}
		if p.Says != p.Lost {
			d.Ports = append(d.Ports, p)
		}
	}
	return d, len(d.Ports) > 0
}

// elsewhere is the rule that counts for clients of a namespace which has none for the host.
func (x *RuleIndex) elsewhere(client string, h *Host) *MergedRule {
	without := x.Places(client, h.Namespace)
	without.Local = nil
	var found *MergedRule
	for _, e := range without.Find(h.Name, nil) {
		if !e.first.HasSelector {
			found = e
		}
	}
	return found
}

// says is the mode that a merged rule sets for a port of the host as it is.
func (m *MergedRule) says(port int32) string {
	if s := m.tlsFor("", port); s.TLS != nil {
		return s.TLS.GetMode().String()
	}
	return "no tls"
}
