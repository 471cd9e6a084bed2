package advise

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// obstacles are what keeps a port from STRICT today: the server, then who calls it.
func (a *Adviser) obstacles(v *Advice) []Obstacle {
	w, p := v.Workload, v.Port
	var out []Obstacle
	if e := a.exception(w, p.Number); e != nil {
		out = append(out, Obstacle{Kind: Exempt, Joins: No, Special: e.Mode == resolve.Permissive, Reason: Reason{
			Text: fmt.Sprintf("%s keeps it %s: %s", e.Owner, e.Mode, e.Reason), Position: e.At, Fix: "none until the exception ends",
		}})
	}
	if o := a.server(w, p); o != nil {
		out = append(out, *o)
	}
	for _, c := range v.Callers {
		if o := a.client(v, c); o != nil {
			out = append(out, *o)
		}
	}
	if w.Membership.Dataplane != resolve.DataplaneNone {
		out = append(out, a.hidden(v)...)
	}
	key := portKey{w, p.Number}
	if w.Membership.Dataplane != resolve.DataplaneNone {
		out = append(out, a.special[key]...)
	}
	return append(out, a.breaks[key]...)
}

// server is what is wrong with the server itself, nil for nothing.
func (a *Adviser) server(w *inbound.Workload, p *inbound.Port) *Obstacle {
	switch {
	case w.Membership.Dataplane == resolve.DataplaneNone:
		if why := remedy.NeverInjected(w); why != "" {
			return &Obstacle{Kind: NoSidecarEver, Joins: No, Reason: Reason{
				Text: "the server has no sidecar and cannot have one: " + why, By: w.Ref, Position: w.Membership.Position(), Fix: "none: keep it as an exception in .mtlsctl.yaml",
			}}
		}
		return &Obstacle{Kind: NoSidecar, Joins: Yes, Reason: Reason{
			Text: "the server has no sidecar: " + words.Because(w.Membership.Why), By: w.Ref, Position: w.Membership.Position(), Fix: "give " + w.Ref.Typed() + " a sidecar, and restart it",
		}}
	case w.OtherMesh != "":
		return &Obstacle{Kind: TwoProxies, Joins: No, Reason: Reason{
			Text: fmt.Sprintf("its pods get the proxy of %s beside Istio's, and both take the same traffic", w.OtherMesh), By: w.Ref, Position: w.Origin.At(""), Fix: "let one of the two meshes inject it",
		}}
	case p.Decision.Mode == resolve.None:
		return &Obstacle{Kind: Excluded, Joins: Yes, Reason: Reason{
			Text: "the port passes the sidecar by: " + words.Because(p.Decision.Why), By: w.Ref, Position: p.Decision.Position(), Fix: "let the sidecar capture port " + fmt.Sprint(p.Number),
		}}
	}
	return nil
}

// client is what one caller stands in the way with, nil where it does not.
func (a *Adviser) client(v *Advice, c Caller) *Obstacle {
	if !a.stands(v, c) {
		return nil
	}
	o := &Obstacle{Kind: NakedClient, Reason: c.reason(), Client: c.Workload, Joins: Yes, Guessed: c.guessed()}
	switch {
	case c.Path != nil:
		o.Kind, o.Joins, o.Fix = Bypass, No, around(c.Path)
		if c.Path.Call.Routed {
			o.Kind = Ingress
		}
	case c.Unidentified:
		o.Kind, o.Joins, o.Fix = Unidentified, Unknown, "find out who it is: the access log of the server has its address"
	case c.Place == Outside && c.Workload == nil:
		o.Kind, o.Joins, o.Fix = Unidentified, Unknown, "find the workload: the input has none of this name"
	case c.Place == Outside:
		o.Fix = "give " + c.Name + " a sidecar"
		if why := remedy.NeverInjected(c.Workload); why != "" {
			o.Joins, o.Text, o.Fix = No, o.Text+"; it cannot have a sidecar: "+why, "none: let it come in by a gateway, or keep the port as an exception"
		}
		if d := c.Dependency; d != nil && d.Routed {
			o.Kind = Ingress
		}
	default:
		o.Kind, o.Fix = Plaintext, "see why: mtlsctl connections --from "+c.Name+" --to "+v.Workload.Ref.Typed()
	}
	return o
}

// stands reports a caller that keeps a port from STRICT: one without a certificate. Where
// it is written is not looked up for the others, which are most.
func (a *Adviser) stands(v *Advice, c Caller) bool {
	switch {
	case v.Workload.Membership.Dataplane == resolve.DataplaneNone:
		return false // it has to have a proxy first: then the question is asked again
	case c.Path != nil && c.Place == Outside:
		return resolve.Judge(c.Path.Sends.TLS, resolve.Strict, v.Port.Protocol).Verdict == resolve.VerdictBroken
	case c.Unidentified:
		return c.Plain
	case c.Place == Uncertain:
		return false
	case c.Place == Outside:
		return true
	}
	return c.Plain && !a.past(c.Observed.Plaintext)
}

// past reports plaintext that is so long ago that it may be history.
func (a *Adviser) past(s evidence.Sight) bool {
	return !s.Last.IsZero() && a.evidence.Traffic().To.Sub(s.Last) >= a.Quiet
}
