package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

func newTotals(t calls.Totals, items int) wire.ConnectionTotals {
	n := verdictTotals(t.ByItem)
	return wire.ConnectionTotals{
		Items: items, Connections: t.Items, ServicePorts: t.ServicePorts, ClientClasses: t.Groups,
		MTLS: n.MTLS, Plaintext: n.Plaintext, Broken: n.Broken, Passthrough: n.Passthrough, Unknown: n.Unknown, Calls: verdictTotals(t.ByCall), Denied: t.Denied,
	}
}

func verdictTotals(n map[resolve.Verdict]int) wire.VerdictTotals {
	return wire.VerdictTotals{
		MTLS: n[resolve.VerdictMTLS], Plaintext: n[resolve.VerdictPlaintext], Broken: n[resolve.VerdictBroken],
		Passthrough: n[resolve.VerdictPassthroughTLS], Unknown: n[resolve.VerdictUnknown],
	}
}

func clientOf(w *inbound.Workload) wire.ConnectionClient {
	return wire.ConnectionClient{Namespace: w.Ref.Namespace, Name: w.Ref.Name, Kind: string(w.Ref.Kind), Variant: w.Variant, Cluster: w.Cluster}
}

func serverOf(e *outbound.Endpoint) wire.ConnectionServer {
	switch {
	case e == nil:
		return wire.ConnectionServer{}
	case e.Workload == nil:
		return wire.ConnectionServer{Name: e.Address, Port: e.Port}
	}
	r := e.Workload.Ref
	return wire.ConnectionServer{Namespace: r.Namespace, Name: r.Name, Kind: string(r.Kind), Variant: e.Workload.Variant, Port: e.Port, Cluster: e.Workload.Cluster, Dataplane: e.Workload.Membership.Dataplane.String()}
}
