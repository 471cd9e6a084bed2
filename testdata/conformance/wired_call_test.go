package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/testdata/conformance/dataplane"
)

// realCall is one call, and what was seen of it.
type realCall struct {
	outbound.Connection
	client, server *running
	bytes          dataplane.Bytes
	// address is where the client dials.
	address, token string

	failed             error
	arrived            []dataplane.Arrival
	seen               dataplane.Seen
	atClient, atServer []string // lines of the proxies
}

// addressOf is where the client dials. One without a proxy dials the pod, as kube-proxy would have it.
func (r *wired) addressOf(c *realCall) string {
	if !c.client.proxy {
		return fmt.Sprintf("%s:%d", c.server.Address, c.Server.Port)
	}
	for _, s := range r.cluster.services {
		if s.Name == c.Host.Ref.Name && s.Namespace == c.Host.Ref.Namespace {
			return fmt.Sprintf("%s:%d", s.Spec.ClusterIP, c.Port.Number)
		}
	}
	return ""
}

// patience is how long a client waits for an answer: one that comes takes a few milliseconds.
const patience = 2 * time.Second

// make makes the call.
func (c *realCall) make(ctx context.Context) {
	port := int(c.Server.Port)
	c.server.application.Take(port)
	c.server.wire.Take(port)
	atClient, atServer := c.client.Log.Mark(), c.server.Log.Mark()
	limit, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c.failed = c.client.Call(limit, c.bytes, c.address, fmt.Sprintf("%s:%d", c.Host.Name, c.Port.Number), c.token)
	time.Sleep(30 * time.Millisecond) // three times as long as the proxies keep lines back
	c.arrived, c.seen = c.server.application.Take(port), c.server.wire.Take(port)
	for _, line := range c.client.Log.Since(atClient) {
		if strings.Contains(line, "|"+string(c.Host.Name)) || strings.Contains(line, c.token) { // others call beside it
			c.atClient = append(c.atClient, line)
		}
	}
	c.atServer = c.server.Log.Since(atServer)
}

// String says what was seen.
func (c *realCall) String() string {
	s := fmt.Sprintf("%s -> %s:%d %s (%s into %s): mtlsctl %s; %s", c.client.name, c.Host.Name, c.Port.Number, c.bytes, c.Sends.TLS, c.Serves.Mode, c.Outcome.Verdict, c.was())
	if c.failed != nil {
		s += ", " + c.failed.Error()
	}
	for _, line := range c.atClient {
		s += "\n\tclient: " + line
	}
	for _, line := range c.atServer {
		s += "\n\tserver: " + line
	}
	return s
}

// fate is what became of a call.
type fate string

// The fates. One that hung was not refused: nobody answered.
const (
	inMTLS      fate = "delivered in mTLS"
	inPlaintext fate = "delivered in plaintext"
	inOwnTLS    fate = "delivered in the client's own TLS"
	asTLS       fate = "delivered as TLS that no proxy opened"
	helloOnly   fate = "refused, after a ClientHello came to the application"
	refused     fate = "refused"
	hung        fate = "hung"
)

// was is what became of the call, by what the application got and what went over the wire.
func (c *realCall) was() fate {
	at := slices.IndexFunc(c.arrived, func(a dataplane.Arrival) bool { return a.Token == c.token })
	hello := slices.ContainsFunc(c.arrived, func(a dataplane.Arrival) bool { return a.Hello })
	switch {
	case at < 0 && hello:
		return helloOnly
	case at < 0 && c.failed != nil && strings.Contains(c.failed.Error(), "timeout"):
		return hung
	case at < 0:
		return refused
	}
	own, layers := 0, c.arrived[at].Layers
	if c.bytes == dataplane.OwnTLS {
		own = 1
	}
	mesh := c.seen.Hello != nil && slices.Contains(c.seen.Hello.SupportedProtos, "istio")
	encrypted := c.seen.Bytes > 0 && c.seen.TLS == c.seen.Bytes && !c.seen.Has(c.token)
	switch {
	case layers > own && encrypted:
		return asTLS
	case layers == own && mesh && encrypted:
		return inMTLS
	case layers == own && own == 1 && encrypted:
		return inOwnTLS
	case layers == own && own == 0 && c.seen.TLS == 0 && c.seen.Has(c.token):
		return inPlaintext
	}
	return fate(fmt.Sprintf("neither: %d bytes, %d in TLS, token readable: %t, in TLS at the application: %d", c.seen.Bytes, c.seen.TLS, c.seen.Has(c.token), layers))
}

// fates are those that a verdict promises.
var fates = map[resolve.Verdict][]fate{
	resolve.VerdictMTLS:           {inMTLS},
	resolve.VerdictPlaintext:      {inPlaintext, inOwnTLS},
	resolve.VerdictBroken:         {refused, helloOnly, hung},
	resolve.VerdictPassthroughTLS: {asTLS, inOwnTLS, helloOnly},
}

// contradiction says how what was seen differs from what mtlsctl says, "" for not at all. Verdicts
// know nothing of servers that speak first: MTLS0305 does, which warned is about.
func (c *realCall) contradiction(warned bool) string {
	was, is := c.was(), c.Outcome.Verdict
	switch {
	case is == resolve.VerdictUnknown:
	case c.bytes == dataplane.ServerFirst && is != resolve.VerdictBroken && warned != (was == hung):
		return fmt.Sprintf("MTLS0305 warns: %t, and it %s", warned, was)
	case c.bytes == dataplane.ServerFirst && is != resolve.VerdictBroken && warned:
	case !slices.Contains(fates[is], was):
		return fmt.Sprintf("mtlsctl answers %s, and it was %s", is, was)
	case was == inMTLS && !c.identified():
		return "the application was not shown the client's identity"
	}
	return ""
}

// identified reports that the server's proxy named the client by its certificate, where it tells
// applications: of HTTP.
func (c *realCall) identified() bool {
	if c.Port.Protocol.Class() != resolve.ClassHTTP {
		return true
	}
	return slices.ContainsFunc(c.arrived, func(a dataplane.Arrival) bool {
		return strings.Contains(a.Peer, "URI=spiffe://cluster.local/ns/"+c.client.namespace+"/sa/")
	})
}

// hangsBy reports that a finding of MTLS0305 is about the call: where the port is PERMISSIVE, calls in
// plaintext only, and where the server has no proxy, those of clients with one.
func (c *realCall) hangsBy(f analyze.Finding) bool {
	index := slices.IndexFunc(c.Host.Ports, func(p outbound.HostPort) bool { return p.Number == c.Port.Number })
	if f.Object != c.Host.Ref || !strings.HasPrefix(string(f.Field), string(resolve.Path("spec", "ports").Index(index))+".") {
		return false
	}
	switch f.Subject {
	case "permissive":
		return c.Sends.TLS == resolve.SendsPlaintext
	case "sidecars":
		return c.client.proxy
	}
	return true
}
