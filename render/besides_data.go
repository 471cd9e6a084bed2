package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// besides are the declared calls that no item has; none in an argument about one call.
func (v Connections) besides() []wire.BesideCall {
	list := []wire.BesideCall{}
	if v.Derivation != nil {
		return list
	}
	for _, one := range v.Calls.DeclaredBesides() {
		list = append(list, v.beside(one))
	}
	for _, p := range v.Calls.PeerCalls() {
		list = append(list, peerCall(&p))
	}
	return list
}

func (v Connections) beside(d *declared.Call) wire.BesideCall {
	call := wire.BesideCall{
		Caller: d.Caller, How: d.Way.String(), Host: d.Host.Name, Service: serviceOrNull(d.Host), Port: d.Port, Sends: resolve.SendsUnknown.String(), Accepts: resolve.Unknown.String(),
		Verdict: resolve.VerdictUnknown.String(), Declared: declaredOf([]*declared.Call{d}),
	}
	if d.Client != nil {
		call.Client, call.Caller = refOrNull(d.Client.Ref), clientText(d.Client)
	}
	if p := v.Calls.Path(d); p != nil {
		call.Sends, call.Accepts, call.Verdict = p.Sends.TLS.String(), p.Serves.Mode.String(), p.Outcome.Verdict.String()
		call.VerdictBecause, call.Symptom = words.Because(p.Outcome.Why), words.Symptom(p.Outcome.Symptom)
		a := authz.In(v.Calls.Mesh).Admit(&p.Connection, authz.Of(d.Client))
		call.Admitted = admittedOf(&a, p.Outcome.Verdict)
	}
	return call
}

// peerCall is a workload's pods calling each other by their addresses.
func peerCall(p *calls.PeerCall) wire.BesideCall {
	w, o := p.Workload, p.Outcome
	call := wire.BesideCall{
		Client: refOrNull(w.Ref), Caller: clientText(w), How: "dials pod IPs", Port: p.Port.Number, Sends: resolve.SendsPlaintext.String(), Accepts: p.Port.Decision.Mode.String(),
		Verdict: o.Verdict.String(), VerdictBecause: words.Because(o.Why), Symptom: words.Symptom(o.Symptom), Declared: []wire.Declared{},
	}
	if p.What != "" {
		call.Declared = append(call.Declared, wire.Declared{Says: p.What, By: refOf(w.Ref), Position: positionOf(w.Origin.At(""))})
	}
	return call
}

// besidesTotals counts them by verdict.
func besidesTotals(list []wire.BesideCall) wire.VerdictTotals {
	n := map[resolve.Verdict]int{}
	for i := range list {
		if v, err := resolve.ParseVerdict(list[i].Verdict); err == nil {
			n[v]++
		}
	}
	return verdictTotals(n)
}

// besidesText is what the last line of a table says of calls that no row has, "" for none.
func besidesText(t wire.VerdictTotals) string {
	var parts []string
	for _, one := range []struct {
		n    int
		word string
	}{{t.MTLS, "mTLS"}, {t.Plaintext, "plaintext"}, {t.Passthrough, "passthrough-tls"}, {t.Unknown, "unknown"}, {t.Broken, "broken"}} {
		if one.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", one.n, one.word))
		}
	}
	if parts == nil {
		return ""
	}
	return "; other declared calls: " + strings.Join(parts, ", ")
}
