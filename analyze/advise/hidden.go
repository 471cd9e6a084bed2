package advise

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// hidden are callers with a proxy to which the host is hidden: what the application
// sends is passed on as it is, and breaks at a STRICT port (3.1.3). Calls that nobody is
// known to make are no obstacle.
func (a *Adviser) hidden(v *Advice) []Obstacle {
	var out []Obstacle
	own := Caller{Workload: v.Workload, Name: v.Workload.Ref.Typed(), Place: placeOf(v.Workload), Basis: Declared}
	for _, l := range a.leads[portKey{v.Workload, v.Port.Number}] {
		for _, c := range v.Callers {
			if o := a.hiddenTo(v, c, l); o != nil {
				out = append(out, *o)
			}
		}
		for _, d := range declared.In(a.mesh).On(l.host) {
			if own.Dependency = d; d.Client == v.Workload && d.On(l.port) { // it calls itself, out of its pod
				if o := a.hiddenTo(v, own, l); o != nil {
					out = append(out, *o)
				}
			}
		}
	}
	return out
}

// hiddenTo is what one caller stands in the way with that does not know a host.
func (a *Adviser) hiddenTo(v *Advice, c Caller, l lead) *Obstacle {
	if c.Place != Inside || c.Workload == nil || c.Dependency != nil && c.Dependency.Host != l.host {
		return nil
	}
	class := a.classes()[c.Workload]
	if class == nil || !class.Proxied() {
		return nil // its calls were seen to have a certificate; the input has no proxy of it
	}
	if a.mesh.Knows(class, l.host, l.port) {
		return nil
	}
	for con := range a.mesh.Calls(class, l.host) {
		if con.Port.Number != l.port || con.Subset != "" || con.Server != nil && con.Server.Workload != v.Workload {
			continue
		}
		if con.Outcome.Verdict == resolve.VerdictBroken || resolve.Judge(con.Arrives().TLS, resolve.Strict, v.Port.Protocol).Verdict != resolve.VerdictBroken {
			return nil // it does not work today either, or goes on working
		}
		r := c.reason()
		r.Text += fmt.Sprintf("; %s is not visible to its proxy, which passes plaintext through: %s", l.host.Name, words.Because(con.Sends.Reason()))
		r.By, r.Position, r.Fix = con.Sends.By, con.Sends.Position(), remedy.HostScope(&con)
		return &Obstacle{Kind: Hidden, Joins: Yes, Reason: r, Client: c.Workload, Host: l.host, Guessed: c.guessed()}
	}
	return nil
}

// guessed reports a call that only a name in a shared ConfigMap speaks of.
func (c *Caller) guessed() bool {
	return c.Basis == Declared && c.Dependency != nil && c.Dependency.Handed
}

// classes finds the class of clients that a workload is one of.
func (a *Adviser) classes() map[*inbound.Workload]*outbound.ClientClass {
	a.once.Do(func() {
		a.classOf = make(map[*inbound.Workload]*outbound.ClientClass, len(a.mesh.Workloads()))
		for _, class := range a.mesh.Clients() {
			for _, w := range class.Workloads {
				a.classOf[w] = class
			}
		}
	})
	return a.classOf
}
