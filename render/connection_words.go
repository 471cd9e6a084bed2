package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
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

// to names the ports and the subsets: "pay.shop:80[/v1,v2]" is the port as it is
// and both subsets.
func (a *answer) to() string {
	text := hostText(a.Host) + ":"
	for i, p := range a.ports {
		if i > 0 {
			text += ","
		}
		text += strconv.Itoa(int(p))
	}
	switch {
	case a.subsets[0] != "":
		return text + "/" + strings.Join(a.subsets, ",")
	case len(a.subsets) > 1:
		return text + "[/" + strings.Join(a.subsets[1:], ",") + "]"
	}
	return text
}

// from names the clients, or counts them.
func (a *answer) from() string { return a.clients.text }

func clientsText(list []*clients) string {
	names, namespaces, gateways, last := 0, 0, 0, ""
	for _, c := range list {
		names += c.names
		if c.class.Dataplane == resolve.DataplaneGateway {
			gateways += c.names
		}
		if c.class.Namespace != last {
			namespaces, last = namespaces+1, c.class.Namespace
		}
	}
	noun := "workload"
	if gateways == names {
		noun = "gateway"
	}
	switch {
	case names == 1:
		return clientText(list[0].workloads[0])
	case namespaces == 1:
		return count(names, noun) + " of " + last
	}
	return fmt.Sprintf("%s of %d namespaces", count(names, noun), namespaces)
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

func (a *answer) serversText() string {
	if len(a.servers) < 2 {
		if len(a.servers) == 0 {
			return dash
		}
		return serverText(a.servers[0])
	}
	return count(len(a.servers), "endpoint")
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

// sendsBecause is the short reason: the object that decided, or the sentence
// without the words that the other columns say.
func sendsBecause(c *resolve.Connection) format.Cell {
	s, unknown := &c.Sends, c.Outcome.Verdict == resolve.VerdictUnknown
	auto := s.Why.Cause == resolve.CauseAutoMutual && s.TLS == resolve.SendsIstioMutual
	switch {
	case c.Server == nil && unknown:
		return format.Cell{Text: words.Brief(c.Outcome.Why), Prose: true} // the trace says why there is none
	case unknown && c.Server.Workload == nil && c.Serves.Mode == resolve.Unknown:
		return format.Cell{Text: words.Because(c.Outcome.Why), Prose: true}
	case unknown && c.Server.Workload != nil && c.Server.Workload.Membership.Dataplane != resolve.DataplaneUnknown && c.Client.Dataplane != resolve.DataplaneUnknown && c.Serves.Mode == resolve.Unknown:
		return format.Cell{Text: words.Because(c.Serves.Why), Prose: true}
	case unknown && unsettledEnds(c):
		return format.Cell{Text: "the input cannot tell who has a sidecar", Prose: true}
	case s.Why.Cause == resolve.CauseRuleMode && !s.By.IsZero():
		return format.Cell{Text: s.By.String()}
	case auto && c.Outcome.Verdict == resolve.VerdictBroken:
		return format.Cell{Text: "auto mTLS: " + words.Because(c.Outcome.Why), Prose: true}
	case auto:
		return format.Cell{Text: "auto mTLS"}
	}
	return format.Cell{Text: words.Brief(s.Reason()), Prose: true}
}

// unsettledEnds reports a call that is unknown for want of a Namespace object, or
// of whatever else would tell who is in the mesh.
func unsettledEnds(c *resolve.Connection) bool {
	return c.Client.Dataplane == resolve.DataplaneUnknown || c.Serves.Mode == resolve.Unknown
}
