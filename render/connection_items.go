package render

import (
	"iter"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Data implements View: a ConnectionList.
func (v Connections) Data() any {
	list := v.head()
	for from, call := range v.calls() {
		for w := range from.Each {
			known := v.Calls.KnownOf(w, call.host, call.Port)
			list.Items = append(list.Items, wire.ConnectionItem{Client: clientOf(w), Evidence: v.evidenceOf(known), Declared: declaredOf(known.Declared), ConnectionCall: call.ConnectionCall})
		}
	}
	return list
}

// Head implements Streamed.
func (v Connections) Head() any { return v.head() }

// Items implements Streamed. What is equal for all clients of a call is encoded
// once, and each client before it.
func (v Connections) Items(yield func(compact []byte) bool) error {
	encoded := map[*resolve.Workload][]byte{}
	var item []byte
	for from, call := range v.calls() {
		rest, err := format.Compact(&call.ConnectionCall)
		if err != nil {
			return err
		}
		for w := range from.Each {
			if encoded[w] == nil {
				if encoded[w], err = format.Compact(clientOf(w)); err != nil {
					return err
				}
			}
			known := v.Calls.KnownOf(w, call.host, call.Port)
			evidence, err := v.encodedEvidence(known)
			if err != nil {
				return err
			}
			declared, err := encodedDeclared(known.Declared)
			if err != nil {
				return err
			}
			item = append(append(item[:0], `{"client":`...), encoded[w]...)
			item = append(append(append(append(item, `,"evidence":`...), evidence...), `,"declared":`...), declared...)
			item = append(append(item, ','), rest[1:]...)
			if !yield(item) {
				return nil
			}
		}
	}
	return nil
}

func (v Connections) head() wire.ConnectionList {
	return wire.ConnectionList{
		APIVersion: wire.APIVersion, Kind: "ConnectionList", Scope: filled(v.Scope), Totals: newTotals(v.Calls.Totals()),
		Derivation: newSteps(v.Derivation), Failures: v.wireFailures(), Items: []wire.ConnectionItem{},
	}
}

// hostCall is a call in its wire form, and the host that it is made to.
type hostCall struct {
	wire.ConnectionCall
	host *resolve.Host
}

// calls yields every connection in its wire form, with its clients.
func (v Connections) calls() iter.Seq2[*calls.Roster, *hostCall] {
	type route struct{ host, subset string }
	routes := map[route][]wire.Ref{}
	return func(yield func(*calls.Roster, *hostCall) bool) {
		for from, c := range v.Calls.Each {
			key := route{c.Host.Name, c.Subset}
			if routes[key] == nil {
				routes[key] = refsOf(v.Calls.Mesh.RoutedBy(c.Host.Name, c.Subset))
			}
			call := hostCall{newCall(c, routes[key]), c.Host}
			if !yield(from, &call) {
				return
			}
		}
	}
}
