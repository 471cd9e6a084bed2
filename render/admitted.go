package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// admittedOf is what policies make of calls that end with a verdict.
func admittedOf(a *authz.Admission, verdict resolve.Verdict) wire.Admitted {
	out, allowed := wire.Admitted{DeniedBy: deniedBy(a)}, !a.Denied()
	if a.Denied() || !a.Judged && verdict != resolve.VerdictUnknown && verdict != resolve.VerdictBroken || a.Judged && a.Verdict == authz.Admitted {
		out.Allowed = &allowed
	}
	return out
}

// admittedRow is what policies make of all calls of a row.
func admittedRow(r *calls.Row) wire.Admitted {
	out := admittedOf(&r.Admission, r.Outcome.Verdict)
	if slices.ContainsFunc(r.Parts, func(p *calls.Part) bool { return admittedOf(&p.Admission, p.Outcome.Verdict).Allowed == nil }) {
		out.Allowed = nil
	}
	return out
}

func deniedBy(a *authz.Admission) []wire.Ref {
	refs := []wire.Ref{}
	for _, p := range a.By {
		refs = append(refs, refOf(p.Ref))
	}
	return refs
}

// admittedCell is what becomes of a call: its verdict, and who refuses it when it arrives.
func admittedCell(verdict string, denied []wire.Ref) format.Cell {
	cell := verdictNamed(verdict)
	if len(denied) > 0 {
		cell.Text, cell.Tone = verdict+deniedText(denied), format.Attention
	}
	return cell
}

// deniedText is ", denied by shop/pay", "" where nobody denies.
func deniedText(denied []wire.Ref) string {
	switch n := len(denied); n {
	case 0:
		return ""
	case 1:
		return ", denied by " + denied[0].Namespace + "/" + denied[0].Name
	default:
		return ", denied by " + denied[0].Namespace + "/" + denied[0].Name + " and " + count(n-1, "other")
	}
}

// admissionSteps are the part of an argument about one call that comes last: whether the server's
// policies let it in, for each endpoint that is told something else.
func (v Connections) admissionSteps() []wire.DerivationStep {
	d := v.Derivation
	list := arriving(d)
	step := wire.DerivationStep{Topic: "allow"}
	for i := range list {
		for _, s := range authz.In(v.Calls.Mesh).Why(&list[i], authz.Of(d.Client)) {
			point := wire.DerivationPoint{Text: words.Plain(s.Why), Cause: string(s.Why.Cause), Rule: words.Rule(s.Why), Position: positionOf(s.Origin.At(s.Field))}
			if !slices.Contains(step.Points, point) {
				step.Points = append(step.Points, point)
			}
		}
	}
	if step.Points == nil {
		return nil
	}
	return []wire.DerivationStep{step}
}

// arriving are the connections of a call that is argued about, those that its routes lead to where there
// are some.
func arriving(d *outbound.Trace) []outbound.Connection {
	if d.Routed != nil {
		return d.Routed.Connections
	}
	return d.Connections
}

// refused is who refuses a call of a client at some endpoint, "" for nobody.
func (v Connections) refused(list []outbound.Connection, client *inbound.Workload) string {
	for i := range list {
		if a := authz.In(v.Calls.Mesh).Admit(&list[i], authz.Of(client)); a.Denied() {
			return deniedText(deniedBy(&a))
		}
	}
	return ""
}
