package advise

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// Basis is what tells of a caller, the stronger first.
type Basis uint8

// The kinds of evidence.
const (
	// Seen is traffic.
	Seen Basis = iota
	// Declared is what configuration says.
	Declared
)

// Place is where a caller stands.
type Place uint8

// The places.
const (
	// Inside is a workload with a proxy.
	Inside Place = iota
	// Outside is one without, or nobody that a mesh could know.
	Outside
	// Uncertain is a workload of which the input cannot tell.
	Uncertain
)

// Caller is who calls a port, and how that is known.
type Caller struct {
	// Workload is nil for a caller that is no workload of the input; Name names either.
	Workload *inbound.Workload
	Name     string
	Place    Place
	Basis    Basis
	// Unidentified is a caller that telemetry could not name.
	Unidentified bool
	// Observed is what was seen of its calls; Plain is true where some of it was plaintext.
	Observed evidence.Sightings
	Plain    bool
	// Dependency is what declares the call. Path is what becomes of it, where the caller's own
	// proxy has no say in that; nil otherwise.
	Dependency *declared.Call
	Path       *path.Path
}

// Port is a port of a workload that a service leads to, or that stands alone.
type portKey struct {
	workload *inbound.Workload
	number   int32
}

// lead is a host's port that leads to a workload's.
type lead struct {
	host *outbound.Host
	port int32
}

// leadsOf are the hosts that lead to each port of a mesh.
func leadsOf(m *mesh.Mesh) map[portKey][]lead {
	leads := make(map[portKey][]lead, len(m.Hosts()))
	for _, h := range m.Hosts() {
		for i := range h.Ports {
			for _, e := range h.Ports[i].Endpoints {
				if e.Workload == nil {
					continue
				}
				k, l := portKey{e.Workload, e.Port}, lead{h, h.Ports[i].Number}
				if !slices.Contains(leads[k], l) {
					leads[k] = append(leads[k], l)
				}
			}
		}
	}
	hosts := map[[2]string]*outbound.Host{}
	for _, h := range m.Hosts() {
		if s := h.Service(); s != nil {
			hosts[[2]string{s.Ref.Namespace, s.Ref.Name}] = h
		}
	}
	for _, w := range m.Workloads() { // a Service that is exported to nobody leads there too: whoever it is hidden from
		for i := range w.Ports {
			for _, s := range w.Ports[i].Services {
				k, l := portKey{w, w.Ports[i].Number}, lead{hosts[[2]string{s.Namespace, s.Name}], s.Port}
				if l.host != nil && !slices.Contains(leads[k], l) {
					leads[k] = append(leads[k], l)
				}
			}
		}
	}
	return leads
}

// callers are who calls a port: what was seen first, then who is only declared.
func (a *Adviser) callers(w *inbound.Workload, p *inbound.Port) []Caller {
	var out []Caller
	known := map[*inbound.Workload]bool{}
	for _, arrival := range a.evidence.At(w) {
		if !a.mayArrive(w, p, arrival) {
			continue
		}
		c := a.observed(arrival)
		if c.Workload != nil {
			known[c.Workload] = true
		}
		out = append(out, c)
	}
	for _, l := range a.leads[portKey{w, p.Number}] {
		for _, d := range declared.In(a.mesh).On(l.host) {
			around := a.around(d, w, p)
			if d.Client == w || d.Client != nil && known[d.Client] && around == nil || !d.On(l.port) || !d.Away.IsZero() {
				continue
			}
			if d.Client != nil {
				known[d.Client] = true
			}
			c := declaredCaller(d)
			if c.Path = around; around != nil {
				if c.Place = Outside; d.Way == declared.PerhapsBeforeProxy {
					c.Place = Uncertain
				}
			}
			out = append(out, c)
		}
	}
	return out
}

// around is the path of a call to a port in which the caller's own proxy has no say, nil where
// it decides.
func (a *Adviser) around(d *declared.Call, w *inbound.Workload, p *inbound.Port) *path.Path {
	if d.Way == declared.ByName && d.Brings == resolve.SendsUnknown {
		return nil
	}
	for _, one := range path.In(a.mesh).Of(d) {
		if !one.Own() && one.Server.Workload == w && one.Server.Port == p.Number {
			return &one
		}
	}
	return nil
}

func (a *Adviser) leadingTo() map[*inbound.Workload]map[resolve.Peer]bool {
	leading := map[*inbound.Workload]map[resolve.Peer]bool{}
	for key, leads := range a.leads {
		for _, l := range leads {
			if leading[key.workload] == nil {
				leading[key.workload] = map[resolve.Peer]bool{}
			}
			leading[key.workload][l.host.Peer()] = true
		}
	}
	return leading
}

func (a *Adviser) workloadsByPeer() map[resolve.Peer][]*inbound.Workload {
	all := map[resolve.Peer][]*inbound.Workload{}
	for _, w := range a.mesh.Workloads() {
		all[w.Peer()] = append(all[w.Peer()], w)
	}
	return all
}

// mayArrive reports whether calls may have come to the port: access logs know it, the
// metrics know the service at most, so that calls to an address count for all.
func (a *Adviser) mayArrive(w *inbound.Workload, p *inbound.Port, arrival evidence.Arrival) bool {
	service := arrival.Service
	switch {
	case arrival.Port != 0:
		return arrival.Port == p.Number
	case service == resolve.Peer{}:
		return true
	}
	leads := a.leads[portKey{w, p.Number}]
	if slices.ContainsFunc(leads, func(l lead) bool { return l.host.Peer() == service }) {
		return true
	}
	return !a.leading()[w][service] // a service of which the input knows no more
}

func (a *Adviser) observed(arrival evidence.Arrival) Caller {
	c := Caller{Name: arrival.Client.String(), Basis: Seen, Observed: arrival.Sightings, Plain: !arrival.Plaintext.IsZero()}
	workloads := a.byPeer()[arrival.Client]
	switch {
	case arrival.Client == resolve.Peer{}:
		c.Name, c.Unidentified, c.Place = "a client without a name in telemetry", true, Outside
	case !arrival.Client.Identified():
		c.Unidentified, c.Place = true, Outside
	case len(workloads) == 0:
		c.Place = Uncertain
		if c.Plain {
			c.Place = Outside
		}
	default:
		c.Workload = workloads[0]
		c.Name, c.Place = c.Workload.Ref.Typed(), placeOf(c.Workload)
	}
	if s := arrival.Sightings; !s.MTLS.IsZero() && s.Plaintext.IsZero() && s.Unknown.IsZero() {
		c.Place = Inside // whoever it is, it has a certificate of the mesh
	}
	return c
}

func declaredCaller(d *declared.Call) Caller {
	c := Caller{Workload: d.Client, Name: d.Caller, Basis: Declared, Dependency: d, Place: Uncertain}
	switch {
	case d.Client == nil && d.By.Kind == resolve.KindAuthorizationPolicy:
		c.Place = Inside // a policy lets a namespace in by the certificates of its workloads (5.1)
	case d.Client != nil:
		c.Name, c.Place = d.Client.Ref.Typed(), placeOf(d.Client)
	}
	return c
}

func placeOf(w *inbound.Workload) Place {
	switch w.Membership.Dataplane {
	case resolve.DataplaneNone:
		return Outside
	case resolve.DataplaneUnknown:
		return Uncertain
	}
	return Inside
}
