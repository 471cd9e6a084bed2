package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// hostText is a host as people type it: a Service without its domain.
func hostText(h *resolve.Host) string {
	if h.Ref.Kind == resolve.KindService {
		return h.Ref.Name + "." + h.Ref.Namespace
	}
	return h.Name
}

// targetText is what --to takes: "pay.shop:80/v2".
func targetText(c *resolve.Connection) string {
	text := hostText(c.Host) + ":" + strconv.Itoa(int(c.Port.Number))
	if c.Subset != "" {
		text += "/" + c.Subset
	}
	return text
}

// toText names the ports and the subsets: "pay.shop:80[/v1,v2]" is the port as it is
// and both subsets.
func toText(r *calls.Row) string {
	text := hostText(r.Host) + ":"
	for i, p := range r.Ports {
		if i > 0 {
			text += ","
		}
		text += strconv.Itoa(int(p))
	}
	switch {
	case r.Subsets[0] != "":
		return text + "/" + strings.Join(r.Subsets, ",")
	case len(r.Subsets) > 1:
		return text + "[/" + strings.Join(r.Subsets[1:], ",") + "]"
	}
	return text
}

func fromText(r *calls.Row) string { return clientsText(r.Clients) }

// clientsText names one client, or counts them.
func clientsText(from *calls.Roster) string {
	noun := "workload"
	if from.Gateways == from.Names {
		noun = "gateway"
	}
	switch {
	case from.Names == 1:
		return clientText(from.First())
	case len(from.Namespaces) == 1:
		return count(from.Names, noun) + " of " + from.Namespaces[0]
	}
	return fmt.Sprintf("%s of %d namespaces", count(from.Names, noun), len(from.Namespaces))
}

func clientText(w *resolve.Workload) string {
	text := w.Short() + "." + w.Ref.Namespace
	if w.Membership.Dataplane == resolve.DataplaneGateway {
		text += " (gateway)"
	}
	return text
}

func serverText(e *resolve.Endpoint) string {
	switch {
	case e == nil:
		return dash
	case e.Workload == nil:
		return e.Address + ":" + strconv.Itoa(int(e.Port))
	}
	return e.Workload.Short() + "." + e.Workload.Ref.Namespace + ":" + strconv.Itoa(int(e.Port))
}

func serversText(r *calls.Row) string {
	switch len(r.Servers) {
	case 0:
		return dash
	case 1:
		return serverText(r.Servers[0])
	}
	return count(len(r.Servers), "endpoint")
}

// acceptsCell is the mode of the server's port, a dash where there is no server.
func acceptsCell(c *resolve.Connection) format.Cell {
	switch d := &c.Serves; {
	case c.Server == nil:
		return format.Cell{Text: dash}
	case d.Mode == resolve.Unknown && d.IfMeshed != resolve.Unset:
		return format.Cell{Text: d.IfMeshed.String() + "?", Tone: format.Attention}
	}
	return format.Cell{Text: c.Serves.Mode.String()}
}

func verdictCell(c *resolve.Connection) format.Cell {
	tone := format.Plain
	switch c.Outcome.Verdict {
	case resolve.VerdictBroken:
		tone = format.Warning
	case resolve.VerdictPlaintext, resolve.VerdictUnknown:
		tone = format.Attention
	case resolve.VerdictMTLS:
		tone = format.Good
	}
	return format.Cell{Text: c.Outcome.Verdict.String(), Tone: tone}
}

// sendsBecause is the short reason.
func sendsBecause(c *resolve.Connection) format.Cell {
	text, sentence := calls.Because(c)
	return format.Cell{Text: text, Prose: sentence}
}

// totalText is the last line of a table: how many calls of a class of clients to a
// service port end in which way.
func totalText(t calls.Totals) string {
	classes := "1 client class"
	if t.Groups != 1 {
		classes = fmt.Sprintf("%d client classes", t.Groups)
	}
	return fmt.Sprintf("%s, %s: %s", count(t.ServicePorts, "service port"), classes, verdictsText(t.ByCall))
}

// expandedText counts what the expanded table shows: a client workload and an endpoint
// each.
func expandedText(t calls.Totals) string {
	return fmt.Sprintf("%s, %s: %s", count(t.ServicePorts, "service port"), count(t.Items, "connection"), verdictsText(t.ByItem))
}

// verdictsText counts by verdict; the three that matter are always there.
func verdictsText(counts map[resolve.Verdict]int) string {
	var parts []string
	for _, v := range []resolve.Verdict{resolve.VerdictMTLS, resolve.VerdictPlaintext, resolve.VerdictPassthroughTLS, resolve.VerdictUnknown, resolve.VerdictBroken} {
		always := v == resolve.VerdictMTLS || v == resolve.VerdictPlaintext || v == resolve.VerdictBroken
		if n := counts[v]; n > 0 || always {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(parts, ", ")
}
