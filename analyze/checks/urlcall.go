package checks

import (
	"iter"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// urlCalls are the declared calls of clients with a sidecar by a URL, to others than
// themselves: its scheme says what the application speaks.
func urlCalls(p *analyze.Pass) iter.Seq2[*outbound.ClientClass, *declared.Call] {
	return func(yield func(*outbound.ClientClass, *declared.Call) bool) {
		for _, w := range p.Workloads() {
			if w.Membership.Dataplane != resolve.DataplaneSidecar {
				continue
			}
			for _, d := range p.DependenciesOf(w) {
				if d.Way == declared.ByName && !d.Routed && !d.Handed && d.Away.IsZero() && d.Scheme != "" && !yield(p.ClassOf(w), d) {
					return
				}
			}
		}
	}
}

// firstOn is the connection of a client's declared call that its sidecar decides, to others
// than the client itself; ok is false where there is none.
func firstOn(p *analyze.Pass, class *outbound.ClientClass, d *declared.Call) (first outbound.Connection, ok bool) {
	if class == nil || d.Port == 0 {
		return first, false
	}
	for c := range p.Mesh().Calls(class, d.Host) {
		if d.Makes(&c) && c.Known() && !ofItself(d, c) && !c.Sends.Why.Cause.PastProxy() {
			return c, true
		}
	}
	return first, false
}

// speaksTLS and speaksPlain are what the URL of a call says of its application.
func speaksTLS(d *declared.Call) bool   { return reference.SpeaksTLS(d.Scheme) }
func speaksPlain(d *declared.Call) bool { return reference.SpeaksPlainHTTP(d.Scheme) }

// originating reports TLS that a DestinationRule adds: SIMPLE, or MUTUAL with certificates of
// its own.
func originating(c *outbound.Connection) bool {
	return (c.Sends.TLS == resolve.SendsSimple || c.Sends.TLS == resolve.SendsMutual) && c.Sends.By.Kind == resolve.KindDestinationRule
}
