package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

func newTotals(t calls.Totals) wire.ConnectionTotals {
	return wire.ConnectionTotals{
		Items: t.Items, ServicePorts: t.ServicePorts, ClientClasses: t.Groups, MTLS: t.ByItem[resolve.VerdictMTLS], Plaintext: t.ByItem[resolve.VerdictPlaintext], Broken: t.ByItem[resolve.VerdictBroken],
		Passthrough: t.ByItem[resolve.VerdictPassthroughTLS], Unknown: t.ByItem[resolve.VerdictUnknown],
	}
}

func clientOf(w *resolve.Workload) wire.ConnectionClient {
	return wire.ConnectionClient{Namespace: w.Ref.Namespace, Name: w.Ref.Name, Kind: string(w.Ref.Kind), Variant: w.Variant, Cluster: w.Cluster}
}

func newCall(c *resolve.Connection, routedBy []wire.Ref) wire.ConnectionCall {
	call := wire.ConnectionCall{
		Host: c.Host.Name, Port: c.Port.Number, Subset: c.Subset, RoutedBy: routedBy, Server: serverOf(c.Server),
		Sends: c.Sends.TLS.String(), Accepts: resolve.Unknown.String(), Verdict: c.Outcome.Verdict.String(),
		Because: words.Because(c.Sends.Reason()), Cause: string(c.Sends.Why.Cause), Rule: refOrNull(c.Sends.By), Field: string(c.Sends.Field), Position: positionOf(c.Sends.Position()),
		VerdictBecause: words.Because(c.Outcome.Why), VerdictCause: string(c.Outcome.Why.Cause), Symptom: words.Symptom(c.Outcome.Symptom), Fix: c.Fix(),
	}
	if c.Rule != nil {
		call.DestinationRule = refOrNull(c.Rule.Ref)
	}
	if c.Server != nil {
		call.Accepts, call.AcceptsBecause, call.AcceptsCause = c.Serves.Mode.String(), words.Because(c.Serves.Why), string(c.Serves.Why.Cause)
		call.AcceptsBy, call.AcceptsPosition = refOrNull(c.Serves.By), positionOf(c.Serves.Position())
	}
	return call
}

func serverOf(e *resolve.Endpoint) wire.ConnectionServer {
	switch {
	case e == nil:
		return wire.ConnectionServer{}
	case e.Workload == nil:
		return wire.ConnectionServer{Name: e.Address, Port: e.Port}
	}
	r := e.Workload.Ref
	return wire.ConnectionServer{Namespace: r.Namespace, Name: r.Name, Kind: string(r.Kind), Variant: e.Workload.Variant, Port: e.Port, Cluster: e.Workload.Cluster}
}
