package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// hostText is a host as people type it: a Service without its domain.
func hostText(h *outbound.Host) string {
	if h.Ref.Kind == resolve.KindService {
		return h.Ref.Name + "." + h.Ref.Namespace
	}
	return h.Name
}

// targetText is what --to takes: "pay.shop:80/v2".
func targetText(c *outbound.Connection) string {
	text := hostText(c.Host) + ":" + strconv.Itoa(int(c.Port.Number))
	if c.Subset != "" {
		text += "/" + c.Subset
	}
	return text
}

// toText names the ports and the subsets: "pay.shop:80[/v1,v2]" is the port as it is
// and both subsets.
func toText(r *calls.Row) string { return calledText(hostText(r.Host), r.Ports, r.Subsets) }

func calledText(host string, ports []int32, subsets []string) string {
	text := host + ":" + numbersText(ports)
	switch {
	case subsets[0] != "":
		return text + "/" + strings.Join(subsets, ",")
	case len(subsets) > 1:
		return text + "[/" + strings.Join(subsets[1:], ",") + "]"
	}
	return text
}

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

func clientText(w *inbound.Workload) string {
	text := w.Short() + "." + w.Ref.Namespace
	if w.Membership.Dataplane == resolve.DataplaneGateway {
		text += " (gateway)"
	}
	return text + clusterText(w)
}

// clusterText is behind the name of a workload where several clusters were read.
func clusterText(w *inbound.Workload) string {
	if w.Cluster == "" {
		return ""
	}
	return " in " + w.Cluster
}

func serverText(e *outbound.Endpoint) string {
	switch {
	case e == nil:
		return dash
	case e.Workload == nil:
		return e.Address + ":" + strconv.Itoa(int(e.Port))
	}
	return e.Workload.Short() + "." + e.Workload.Ref.Namespace + ":" + strconv.Itoa(int(e.Port)) + clusterText(e.Workload)
}

func serversText(servers []*outbound.Endpoint) string {
	switch len(servers) {
	case 0:
		return dash
	case 1:
		return serverText(servers[0])
	}
	return count(len(servers), "endpoint")
}

// acceptsCell is the mode of the server's port, a dash where there is no server.
func acceptsCell(c *outbound.Connection) format.Cell {
	return servesCell(c.Serves.Mode.String(), modeIfMeshed(&c.Serves), c.Server != nil)
}

func servesCell(mode, ifMeshed string, served bool) format.Cell {
	switch {
	case !served:
		return format.Cell{Text: dash}
	case mode == resolve.Unknown.String() && ifMeshed != "":
		return format.Cell{Text: ifMeshed + "?", Tone: format.Attention}
	}
	return format.Cell{Text: mode}
}

// verdictTones are those of the verdicts that are not plain.
var verdictTones = map[string]format.Tone{
	resolve.VerdictBroken.String(): format.Warning, resolve.VerdictPlaintext.String(): format.Attention,
	resolve.VerdictUnknown.String(): format.Attention, resolve.VerdictMTLS.String(): format.Good,
}

func verdictNamed(verdict string) format.Cell {
	return format.Cell{Text: verdict, Tone: verdictTones[verdict]}
}

// sendsBecause is the short reason.
func sendsBecause(c *outbound.Connection) format.Cell {
	text, sentence := calls.Because(c)
	return format.Cell{Text: text, Prose: sentence}
}

// totalText is the last line of a table: how many calls of a class of clients to a
// service port end in which way.
func totalText(t wire.ConnectionTotals, clients int) string {
	return fmt.Sprintf("%s, %s: %s", count(t.ServicePorts, "Service port"), count(clients, "client"), verdictsText(t.Calls)+refusedText(t.Denied)+besidesText(t.Besides))
}

// refusedText says how many of the calls AuthorizationPolicies refuse, "" for none.
func refusedText(denied int) string {
	if denied == 0 {
		return ""
	}
	return fmt.Sprintf("; AuthorizationPolicies deny %d", denied)
}

// expandedText counts what the expanded table shows: a client workload and an endpoint
// each.
func expandedText(t wire.ConnectionTotals) string {
	n := wire.VerdictTotals{MTLS: t.MTLS, Plaintext: t.Plaintext, Broken: t.Broken, Passthrough: t.Passthrough, Unknown: t.Unknown}
	return fmt.Sprintf("%s, %s: %s", count(t.ServicePorts, "Service port"), count(t.Connections, "connection"), verdictsText(n)+besidesText(t.Besides))
}

// verdictsText counts by verdict; the three that matter are always there.
func verdictsText(t wire.VerdictTotals) string {
	parts := []string{fmt.Sprintf("%d mTLS", t.MTLS), fmt.Sprintf("%d plaintext", t.Plaintext)}
	if t.Passthrough > 0 {
		parts = append(parts, fmt.Sprintf("%d passthrough-tls", t.Passthrough))
	}
	if t.Unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d unknown", t.Unknown))
	}
	return strings.Join(append(parts, fmt.Sprintf("%d broken", t.Broken)), ", ")
}
