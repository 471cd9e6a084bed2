package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
)

// spokenOf finds the calls that configuration speaks of.
type spokenOf struct {
	base
	mesh *resolve.Mesh
	// members are the clients of rows, nil where only single workloads are asked about.
	members *members
}

func newDeclared(m *resolve.Mesh, from base) *spokenOf { return &spokenOf{base: from, mesh: m} }

// of are the dependencies of these clients on any of the ports of a host.
func (d *spokenOf) of(from *roster, h *resolve.Host, ports ...int32) []*declared.Call {
	var out []*declared.Call
	for _, one := range declared.In(d.mesh).On(h) {
		if d.members.in(from, one.Client) && slices.ContainsFunc(ports, one.On) {
			out = append(out, one)
		}
	}
	return out
}

// ofOne are the dependencies of one client on a port of a host.
func (d *spokenOf) ofOne(w *resolve.Workload, h *resolve.Host, port int32) []*declared.Call {
	var out []*declared.Call
	for _, one := range declared.In(d.mesh).Of(w) {
		if one.Host == h && one.On(port) {
			out = append(out, one)
		}
	}
	return out
}

// any reports whether a call of the rows is declared: without one there is no column.
func (d *spokenOf) any(answers []*answer) bool {
	return slices.ContainsFunc(answers, func(a *answer) bool { return len(d.of(a.clients, a.Host, a.ports...)) > 0 })
}

// text is "declared by web and 2 more: env PAY_URL (shop.yaml:12)", "" for nothing.
func (d *spokenOf) text(all []*declared.Call) string {
	if len(all) == 0 {
		return ""
	}
	var names []string
	for _, one := range all {
		if name := one.Client.Ref.Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	by := names[0]
	if len(names) > 1 {
		by += fmt.Sprintf(" and %d more", len(names)-1)
	}
	return "declared by " + by + ": " + d.at(shortly(all[0].Says), all[0].Position())
}

// shortly leaves out which container it is.
func shortly(says string) string {
	text, _, _ := strings.Cut(says, " of container ")
	return text
}

// mostBesides is how many clients that have no row are named.
const mostBesides = 10

// besides are callers that configuration names and that no row can have: those
// without a proxy, and those that are no workload of the input.
func (d *spokenOf) besides(answers []*answer) []string {
	var lines []string
	done := map[*resolve.Host]bool{}
	for _, a := range answers {
		if done[a.Host] {
			continue
		}
		done[a.Host] = true
		for _, one := range declared.In(d.mesh).On(a.Host) {
			if one.Client == nil && one.By.Kind == resolve.KindAuthorizationPolicy {
				continue // whole namespaces that a policy lets in: no call in particular
			}
			if one.Client != nil && (one.Client.Membership.Dataplane != resolve.DataplaneNone || d.members.in(a.clients, one.Client)) {
				continue
			}
			lines = append(lines, "declared besides: "+d.sentence(one))
		}
	}
	if more := len(lines) - mostBesides; more > 0 {
		lines = append(lines[:mostBesides], fmt.Sprintf("and %d more calls of clients without a proxy are declared", more))
	}
	return lines
}

// sentence is "deploy/report.batch (no proxy) -> pay.shop:80: env PAY_URL of container report (batch.yaml:4)".
func (d *spokenOf) sentence(one *declared.Call) string {
	who := one.Caller
	if one.Client != nil {
		who = clientText(one.Client)
		if one.Client.Membership.Dataplane == resolve.DataplaneNone {
			who += " (no proxy)"
		}
	}
	return who + " -> " + dependedText(one) + ": " + d.at(saysText(one), one.Position())
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
