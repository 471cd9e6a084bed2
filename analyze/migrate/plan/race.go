package plan

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// races looks at the moments while proxies follow: istiod tells clients and servers at
// the same time, and not all hear at once (istio#48290). Only a port that leaves DISABLE
// changes what its clients send by auto mTLS at the same time as what it takes (3.4.4).
func (r *run) races(w *Wave, next *state) {
	leaving := map[Target]bool{}
	next.eachBut(r.state, func(u *unit) bool {
		was := r.state.unit(u.ref)
		if was == nil || was.dataplane() == resolve.DataplaneNone {
			return true
		}
		for _, x := range u.variants {
			for i := range x.Ports {
				if n := x.Ports[i].Number; was.mode(n) == resolve.Disable && x.Ports[i].Decision.Mode != resolve.Disable {
					if t := (Target{u.ref, n}); !leaving[t] {
						leaving[t] = true
						w.Opens = append(w.Opens, t)
					}
				}
			}
		}
		return true
	})
	if len(leaving) == 0 {
		return
	}
	before := r.state.calling()
	hosts := func(h *outbound.Host) bool {
		for i := range h.Ports {
			for _, e := range h.Ports[i].Endpoints {
				if e.Workload != nil && leaving[Target{e.Workload.Ref, e.Port}] {
					return true
				}
			}
		}
		return false
	}
	type way struct {
		Target
		host string
		port int32
	}
	said := map[way]bool{}
	for classes, con := range next.mesh.Shared(outbound.Filter{Host: hosts}) {
		if con.Server == nil || con.Server.Workload == nil || con.Sends.TLS != resolve.SendsIstioMutual {
			continue
		}
		t := Target{con.Server.Workload.Ref, con.Server.Port}
		at := way{t, con.Host.Name, con.Port.Number}
		if !leaving[t] || said[at] || !r.sentPlain(before, classes, &con) {
			continue
		}
		said[at] = true
		r.violate(Violation{
			Text:   fmt.Sprintf("%s: clients of %s would send mTLS before all of its proxies accept it", w.Kind, con.Host.Name),
			Status: migrate.Blocked, Servers: []Target{t}, Race: true, Call: &con,
			Why: advise.Reason{
				Text: fmt.Sprintf("it is DISABLE, and clients of %s would change at the same moment: while only one of the two proxies has the change, calls fail (istio#48290)", con.Host.Name),
				By:   decisionOf(con.Server.Workload, t.Port).By,
				Fix:  "add a DestinationRule with tls DISABLE for the host first, and remove it once the port is PERMISSIVE; or make the change while there are no calls",
			},
		})
	}
}

// sentPlain reports whether any of the classes sent plaintext to a server before.
func (r *run) sentPlain(before *calling, classes []*outbound.ClientClass, con *outbound.Connection) bool {
	for _, class := range classes {
		u := r.state.unit(class.Workloads[0].Ref)
		if u == nil {
			continue
		}
		was := before.classes[u.variants[0]]
		if was == nil || !was.Proxied() {
			continue
		}
		for _, h := range before.hosts[con.Host.Name] {
			for x := range before.mesh.Calls(was, h) {
				if x.Port.Number == con.Port.Number && x.Subset == con.Subset && x.Server != nil && x.Server.Workload != nil && x.Server.Workload.Ref == con.Server.Workload.Ref && x.Sends.TLS == resolve.SendsPlaintext {
					return true
				}
			}
		}
	}
	return false
}
