package advise

import (
	"fmt"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// doubts are what keeps anybody from knowing whether a port may be STRICT: what is open,
// and what only time will tell. Without a record of traffic there always is one.
func (a *Adviser) doubts(v *Advice) {
	w, p := v.Workload, v.Port
	if w.Membership.Dataplane == resolve.DataplaneUnknown || p.Decision.Mode == resolve.Unknown {
		open := Reason{Text: "its mode is unknown: " + words.Because(p.Decision.Why), Position: p.Decision.Position(), Fix: "follow that reason, then run the command again"}
		if w.Membership.Dataplane == resolve.DataplaneUnknown {
			open = Reason{Text: "the input does not show whether the server has a sidecar: " + words.Because(w.Membership.Why), Position: w.Membership.Position(), Fix: "add the Namespace objects and the pods to the input"}
		}
		v.Open = append(v.Open, open)
	}
	for _, c := range v.Callers {
		if c.Unidentified && !c.Plain && c.Place != Inside {
			v.Open = append(v.Open, Reason{Text: c.Name + " was observed calling the port, without information on mTLS", Fix: "check the access log of the server: a dash for the requested server name is plaintext"})
		}
		if c.Place == Uncertain {
			if c.Path != nil {
				r := c.reason()
				r.Text, r.Fix = r.Text+"; the input does not show whether the proxy is a native sidecar, which runs first", settlesNative
				v.Open = append(v.Open, r)
				continue
			}
			r := c.reason()
			r.Text, r.Fix = r.Text+"; the input does not show whether it has a sidecar", "add "+c.Name+" and its Namespace to the input"
			v.Open = append(v.Open, r)
		}
		if c.Place == Inside && c.Plain && a.past(c.Observed.Plaintext) {
			v.Wait = append(v.Wait, Reason{Text: fmt.Sprintf("%s sent plaintext until %s, and has a sidecar now", c.Name, moment(c.Observed.Plaintext.Last)), Fix: "wait until the recorded window has no plaintext from it"})
		}
	}
	v.Open = append(v.Open, a.unseen...)
	a.record(v)
}

// settlesNative is what tells whether an init container runs behind the proxy of its pod.
const settlesNative = "add the running pods or istiod's Deployment with ENABLE_NATIVE_SIDECARS to the input, or set the annotation sidecar.istio.io/nativeSidecar on the pod"

// record are the doubts about the record itself.
func (a *Adviser) record(v *Advice) {
	if a.evidence == nil {
		v.Open = append(v.Open, Reason{Text: "no traffic data", Fix: "pass --prometheus URL, --traffic FILE or --access-log FILE", OfRecord: true})
		return
	}
	t := a.evidence.Traffic()
	for _, m := range t.Missing {
		v.Open = append(v.Open, Reason{Text: "the traffic data is incomplete: " + m, Fix: "let Prometheus scrape the missing proxies, and record again", OfRecord: true})
	}
	if a.evidence.Complete() && !a.evidence.Covers(v.Workload) {
		v.Open = append(v.Open, Reason{Text: "the access logs of some of its pods are missing", Fix: "pass the access log of every pod of " + v.Workload.Ref.Typed(), OfRecord: true})
	}
	if length := t.To.Sub(t.From); length < a.MinWindow {
		v.Wait = append(v.Wait, Reason{Text: fmt.Sprintf("the traffic data covers only %s", span(length)), Fix: "wait until it covers " + span(a.MinWindow), OfRecord: true})
	}
}

// Refused are the calls to a port that failed for want of the right TLS, as reasons.
func (a *Advice) Refused() []Reason {
	var out []Reason
	for _, f := range a.Failures {
		who := f.Client.String()
		if f.Client == (resolve.Peer{}) {
			who = "a client without a name"
		}
		text := fmt.Sprintf("%s: %s, %s", who, f.Kind, times(f.Count))
		if !f.LastSeen.IsZero() {
			text += ", last " + moment(f.LastSeen)
		}
		out = append(out, Reason{Text: text, Fix: "see why: mtlsctl connections --from CLIENT --to " + shell.Word(a.Workload.Ref.Typed())})
	}
	return out
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// span is a length of time as people say it.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%.0f hours", d.Hours())
	}
	return fmt.Sprintf("%.0f minutes", d.Minutes())
}

// reason is how the caller is known.
func (c *Caller) reason() Reason {
	if d := c.Dependency; d != nil {
		r := Reason{Text: fmt.Sprintf("%s calls the port (%s)", c.Name, d.Says), By: d.By, Position: d.Position()}
		if c.Path != nil {
			r.Text = fmt.Sprintf("%s calls the port (%s of %s); it %s, and sends %s", c.Name, d.Says, d.By, d.Way.Does(), c.Path.Sends.TLS)
			return r
		}
		if c.Place == Outside {
			r.Text = fmt.Sprintf("%s has no sidecar and calls the port (%s)", c.Name, d.Says)
		}
		return r
	}
	text := c.Name + " was observed calling the port"
	switch {
	case c.Plain:
		text += fmt.Sprintf(" in plaintext, %s, last %s", times(c.Observed.Plaintext.Count), moment(c.Observed.Plaintext.Last))
	case !c.Observed.MTLS.IsZero():
		text += ", with mTLS only, " + times(c.Observed.MTLS.Count)
	}
	return Reason{Text: text}
}

func times(count float64) string {
	if count < 1.5 {
		return "once"
	}
	return fmt.Sprintf("%.0f times", count)
}
