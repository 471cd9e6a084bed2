package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// declaredText is "declared by web and 2 more: env PAY_URL (shop.yaml:12)": by the clients
// of these names, where the first of them says it.
func declaredText(from base, clients []string, says string, at resolve.Position) string {
	var names []string
	for _, name := range clients {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	by := names[0]
	if len(names) > 1 {
		by += fmt.Sprintf(" and %d more", len(names)-1)
	}
	return "declared by " + by + ": " + from.at(shortly(says), at)
}

// shortly leaves out which container it is.
func shortly(says string) string {
	text, _, _ := strings.Cut(says, " of container ")
	return text
}

// mostBesides is how many clients that have no row are named.
const mostBesides = 10

// declaredBesides tells of callers that configuration names and that no row can have, and what
// becomes of their calls.
func declaredBesides(from base, c *calls.Calls) []string {
	var lines []string
	for _, one := range c.DeclaredBesides() {
		lines = append(lines, "also declared: "+dependencyText(from, one, c))
	}
	if more := len(lines) - mostBesides; more > 0 {
		lines = append(lines[:mostBesides], fmt.Sprintf("and %d more declared calls that the table does not have", more))
	}
	return append(lines, peersBesides(c)...)
}

// peersBesides tells of pods that call each other by their addresses, which no host has.
func peersBesides(c *calls.Calls) []string {
	if !slices.ContainsFunc(c.Mesh.Workloads(), func(w *inbound.Workload) bool { return len(declared.PeersOf(w)) > 0 }) {
		return nil
	}
	var lines []string
	for _, w := range c.Servers() {
		for _, p := range declared.PeersOf(w) {
			o := resolve.Judge(resolve.SendsPlaintext, p.Port.Decision.Mode, resolve.ProtocolAuto)
			text := fmt.Sprintf("by pod IP: %s -> its own pods, port %d: %s, %s into %s", clientText(w), p.Port.Number, o.Verdict, resolve.SendsPlaintext, p.Port.Decision.Mode)
			if p.What != "" {
				text += "; " + p.What
			}
			lines = append(lines, text)
		}
	}
	if more := len(lines) - mostBesides; more > 0 {
		lines = append(lines[:mostBesides], fmt.Sprintf("and %d more ports are called by pod IP", more))
	}
	return lines
}

// dependencyText is "deploy/report.batch (no proxy) -> pay.shop:80: broken, PLAINTEXT into STRICT;
// env PAY_URL of container report (batch.yaml:4)".
func dependencyText(from base, one *declared.Call, c *calls.Calls) string {
	who := one.Caller
	if one.Client != nil {
		who = clientText(one.Client)
	}
	switch {
	case one.Client != nil && one.Client.OtherMesh != "" && one.Client.Membership.Dataplane == resolve.DataplaneNone:
		who += " (proxy of " + one.Client.OtherMesh + ")"
	case one.Client != nil && one.Client.Membership.Dataplane == resolve.DataplaneNone:
		who += " (no proxy)"
	case one.Way != declared.ByName:
		who += " (" + one.Way.String() + ")"
	}
	text := who + " -> " + dependedText(one) + ": "
	if p := c.Path(one); p != nil {
		a := authz.In(c.Mesh).Admit(&p.Connection, authz.Of(one.Client))
		text += pathText(p) + deniedText(deniedBy(&a)) + "; "
	}
	return text + from.at(saysText(one), one.Position())
}

// pathText is "broken, PLAINTEXT into STRICT".
func pathText(p *path.Path) string {
	if p.Outcome.Verdict == resolve.VerdictUnknown {
		return "unknown, " + words.Because(p.Outcome.Why)
	}
	return fmt.Sprintf("%s, %s into %s", p.Outcome.Verdict, p.Sends.TLS, p.Serves.Mode)
}

// dependedText is the host, with the port where one is meant.
func dependedText(d *declared.Call) string {
	if d.Port == 0 {
		return hostText(d.Host)
	}
	return fmt.Sprintf("%s:%d", hostText(d.Host), d.Port)
}

// saysText is what speaks of the call, and the object where that is not the client.
func saysText(d *declared.Call) string {
	if d.Client != nil && d.By == d.Client.Ref || d.By.Kind == resolve.KindConfigMap {
		return d.Says
	}
	return d.Says + " of " + d.By.String()
}
