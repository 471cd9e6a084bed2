package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

func (v Connections) pairHead() wire.ConnectionPairList {
	totals := v.Calls.Totals()
	list := wire.ConnectionPairList{
		APIVersion: wire.APIVersion2, Kind: "ConnectionPairList", Whole: true, Scope: filled(v.Scope), Filtered: v.Filtered,
		Totals: newTotals(totals, totals.Items), Evidence: v.record(), Derivation: []wire.DerivationStep{}, Failures: v.wireFailures(), Notes: v.notes(), Besides: v.besides(), Items: []wire.ConnectionPair{},
	}
	list.Totals.Besides = besidesTotals(list.Besides)
	return list
}

func (v Connections) pairList() wire.ConnectionPairList {
	list, routes := v.pairHead(), &routes{v.Calls.Mesh, map[route][]wire.Ref{}}
	for from, c := range v.Calls.Each {
		call := newCall(c, routes.of(c))
		for w := range from.Each {
			known := v.Calls.KnownOf(w, c.Host, c.Port.Number, c.Server)
			list.Items = append(list.Items, wire.ConnectionPair{Client: clientOf(w), Proxy: sentBy(v.Running, only(w), c.Host.Name, c.Port.Number, c.Subset), Evidence: v.evidenceOf(known), Declared: declaredOf(known.Declared), Admitted: v.admitted(c, w), ConnectionCall: call})
		}
	}
	return list
}

// encodedPairs yields the items of that list. What is equal for all clients of a call is
// encoded once, and each client before it.
func (v Connections) encodedPairs(yield func(compact []byte) bool) error {
	encoded, routes := map[*inbound.Workload][]byte{}, &routes{v.Calls.Mesh, map[route][]wire.Ref{}}
	var item []byte
	for from, c := range v.Calls.Each {
		call := newCall(c, routes.of(c))
		rest, err := format.Compact(&call)
		if err != nil {
			return err
		}
		for w := range from.Each {
			if encoded[w] == nil {
				if encoded[w], err = format.Compact(clientOf(w)); err != nil {
					return err
				}
			}
			evidence, declared, err := v.encodedKnown(v.Calls.KnownOf(w, c.Host, c.Port.Number, c.Server))
			if err != nil {
				return err
			}
			item = append(append(item[:0], `{"client":`...), encoded[w]...)
			if sent := sentBy(v.Running, only(w), c.Host.Name, c.Port.Number, c.Subset); sent != "" {
				item = append(append(append(item, `,"proxy":"`...), sent...), '"') // words of our own
			}
			item = append(append(append(append(item, `,"evidence":`...), evidence...), `,"declared":`...), declared...)
			admitted, err := format.Compact(v.admitted(c, w))
			if err != nil {
				return err
			}
			item = append(append(item, ','), admitted[1:len(admitted)-1]...)
			item = append(append(item, ','), rest[1:]...)
			if !yield(item) {
				return nil
			}
		}
	}
	return nil
}

// admitted is what policies make of one client's call.
func (v Connections) admitted(c *outbound.Connection, w *inbound.Workload) wire.Admitted {
	a := authz.In(v.Calls.Mesh).Admit(c, authz.Of(w))
	return admittedOf(&a, c.Outcome.Verdict)
}

// encodedKnown is what is known of calls as compact JSON; most is nothing.
func (v Connections) encodedKnown(known calls.Known) (evidence, declared []byte, err error) {
	evidence, declared = []byte("null"), []byte("[]")
	if v.Calls.Evidence != nil {
		if evidence, err = format.Compact(v.evidenceOf(known)); err != nil {
			return nil, nil, err
		}
	}
	if len(known.Declared) > 0 {
		declared, err = format.Compact(declaredOf(known.Declared))
	}
	return evidence, declared, err
}

func newCall(c *outbound.Connection, routedBy []wire.Ref) wire.ConnectionCall {
	brief, _ := calls.Because(c)
	call := wire.ConnectionCall{
		ClientDataplane: c.Client.Dataplane.String(), Host: c.Host.Name, Service: serviceOrNull(c.Host), Port: c.Port.Number, Subset: c.Subset, RoutedBy: routedBy, Server: serverOf(c.Server),
		Sends: c.Sends.TLS.String(), Accepts: resolve.Unknown.String(), Verdict: c.Outcome.Verdict.String(),
		Brief: brief, Because: words.Because(c.Sends.Reason()), Cause: string(c.Sends.Why.Cause), Rule: refOrNull(c.Sends.By), Field: string(c.Sends.Field), Position: positionOf(c.Sends.Position()),
		VerdictBecause: words.Because(c.Outcome.Why), VerdictCause: string(c.Outcome.Why.Cause), Lost: c.Lost, Legs: legsOf(c), Symptom: words.Symptom(c.Outcome.Symptom), Fix: remedy.Fix(c),
	}
	if c.Rule != nil {
		call.DestinationRule = refOrNull(c.Rule.Ref)
	}
	if c.Server != nil {
		call.Accepts, call.AcceptsIfMeshed, call.AcceptsBecause, call.AcceptsCause = c.Serves.Mode.String(), modeIfMeshed(&c.Serves), words.Because(c.Serves.Why), string(c.Serves.Why.Cause)
		call.AcceptsScope, call.AcceptsBy, call.AcceptsPosition = c.Serves.Scope.String(), refOrNull(c.Serves.By), positionOf(c.Serves.Position())
	}
	return call
}
