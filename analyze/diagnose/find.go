package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// ofCalls is for suspects that are calls of some kind: those of the case are looked through.
func ofCalls(s *Suspect, match func(*Call) bool) *Suspect {
	s.find = func(c *Case) (out []Cause) {
		open := len(c.Calls()) == 0 || !c.Known() // a caller that nobody names may be any
		for i := range c.Calls() {
			call := &c.calls[i]
			open = open || call.Outcome.Verdict == resolve.VerdictUnknown
			if !match(call) || c.Symptom.Ambient && !call.Server.Captured() {
				continue
			}
			key := callKey(call)
			if at := slices.IndexFunc(out, func(o Cause) bool { return o.Key == key }); at >= 0 {
				out[at].Calls = append(out[at].Calls, *call)
				continue
			}
			out = append(out, Cause{Suspect: s, Text: s.Text, Key: key, Calls: []Call{*call}, Facts: factsOf(call)})
		}
		switch {
		case len(out) > 0:
			return out
		case open:
			return []Cause{{Suspect: s, State: Possible, Text: s.Text}}
		}
		return []Cause{{Suspect: s, State: Unlikely, Text: s.Text, Facts: factsOf(&c.calls[0])}}
	}
	return s
}

// callKey is equal for calls that fail for one reason.
func callKey(c *Call) string {
	deny := ""
	for _, p := range c.By {
		deny += p.Ref.String()
	}
	server := c.Serves.By.String()
	if c.Server != nil && c.Server.Workload != nil {
		server += c.Server.Workload.Ref.String()
	}
	return strings.Join([]string{c.Sends.By.String(), string(c.Sends.Why.Cause), server, string(c.Outcome.Why.Cause), deny}, "\x00")
}

// ofFindings is for suspects that checks find. A check that could not look leaves them open.
func ofFindings(s *Suspect, codes ...string) *Suspect {
	s.find = func(c *Case) (out []Cause) {
		found, looked := c.found(codes)
		for i := range found {
			f := &found[i]
			if !c.concerns(f) {
				continue
			}
			out = append(out, c.causeOf(s, f))
		}
		switch {
		case len(out) > 0:
			return out
		case !looked, c.Lost:
			return []Cause{{Suspect: s, State: Possible, Text: s.Text}}
		}
		return []Cause{{Suspect: s, State: Unlikely, Text: s.Text, Facts: []Fact{{Topic: "checks", Text: "no finding of " + strings.Join(codes, ", ") + " about this call", Rule: codes[0]}}}}
	}
	return s
}

// causeOf is what a finding comes to. Its repair was tried by the check, and is tried again here.
func (c *Case) causeOf(s *Suspect, f *analyze.Finding) Cause {
	cause := Cause{Suspect: s, Text: s.Text, Key: f.Fingerprint()}
	cause.Facts = []Fact{{Topic: "finding", Text: f.Object.String() + ": " + f.Message, Rule: f.Code, By: f.Object, Field: f.Field, Position: f.Position()}}
	if f.Confidence == analyze.Possible || f.Mild && s.mildLater {
		cause.State = Possible
	}
	cause.Fixes = []Fix{{Text: f.Fix, Edits: f.Repair}}
	return cause
}

// found are the findings of some checks, and whether all of them could look.
func (c *Case) found(codes []string) (out []analyze.Finding, looked bool) {
	var checks []*analyze.Check
	for _, check := range c.options.Checks {
		if slices.Contains(codes, check.Code) && check.Run != nil {
			checks = append(checks, check)
		}
	}
	key := strings.Join(codes, ",")
	if known, done := c.options.found[key]; done && c.Mesh == c.options.mesh {
		return known.Findings, len(known.Skipped) == 0
	}
	r := analyze.RunWith(c.Mesh, checks, analyze.Options{Evidence: c.options.Evidence})
	if c.Mesh == c.options.mesh {
		c.options.found[key] = r
	}
	return r.Findings, len(r.Skipped) == 0
}

// concerns reports a finding about an end of the call; any finding where nobody knows the ends.
func (c *Case) concerns(f *analyze.Finding) bool {
	refs := c.refs()
	ambient := func(w *inbound.Workload) bool { return w.Membership.Dataplane == resolve.DataplaneAmbient }
	if c.Lost && len(refs) == 0 || c.Symptom.Ambient && !slices.ContainsFunc(c.Mesh.Workloads(), ambient) {
		return false
	}
	if len(refs) == 0 {
		return true
	}
	if slices.Contains(refs, f.Object) || slices.ContainsFunc(f.Involved, func(r resolve.Ref) bool { return slices.Contains(refs, r) }) {
		return true
	}
	return slices.ContainsFunc(f.Affected, func(a analyze.Affected) bool {
		return slices.ContainsFunc(refs, func(r resolve.Ref) bool { return strings.Contains(a.Name, r.String()) })
	})
}

// refs are the objects at both ends.
func (c *Case) refs() (out []resolve.Ref) {
	for _, w := range c.ends() {
		out = append(out, w.Ref)
	}
	if c.Host != nil {
		out = append(out, c.Host.Ref)
	}
	return out
}

// ends are the workloads at both ends.
func (c *Case) ends() (out []*inbound.Workload) {
	out = append(out, c.Clients...)
	return append(out, c.servers()...)
}

// servers are those that may have been called.
func (c *Case) servers() (out []*inbound.Workload) {
	if c.Server != nil {
		return []*inbound.Workload{c.Server}
	}
	if c.Host == nil {
		return nil
	}
	for i := range c.Host.Ports {
		if c.Port != nil && &c.Host.Ports[i] != c.Port {
			continue
		}
		for _, e := range c.Host.Ports[i].Endpoints {
			if e.Workload != nil && !slices.Contains(out, e.Workload) {
				out = append(out, e.Workload)
			}
		}
	}
	return out
}

// ofProxies is for suspects that only the proxies show: configuration never does.
func ofProxies(s *Suspect, codes ...string) *Suspect {
	s.find = func(c *Case) (out []Cause) {
		for _, i := range c.options.Proxies {
			if i.Check == nil || !slices.Contains(codes, i.Check.Code) {
				continue
			}
			if refs := c.refs(); (len(refs) > 0 || c.Lost) && !slices.Contains(refs, i.Workload) {
				continue
			}
			fact := Fact{Topic: "proxy", Text: "pod " + i.Pod.String() + ": " + i.Message, Rule: i.Check.Code, By: i.By, Position: i.At}
			out = append(out, Cause{Suspect: s, Text: s.Text, Key: i.Check.Code + i.Pod.String(), Facts: []Fact{fact}, Fixes: []Fix{{Text: i.Fix}}})
		}
		if len(out) == 0 && !c.options.Fleet {
			return []Cause{{Suspect: s, State: Possible, Text: s.Text}}
		}
		if len(out) == 0 {
			return []Cause{{Suspect: s, State: Unlikely, Text: s.Text, Facts: []Fact{{Topic: "proxy", Text: "the proxies of --proxies do not show it"}}}}
		}
		return out
	}
	return s
}

// ofFact is for suspects that one question about the mesh settles: look returns what speaks for it.
func ofFact(s *Suspect, look func(*Case) []Cause) *Suspect {
	s.find = func(c *Case) []Cause {
		out := look(c)
		for i := range out {
			if out[i].Suspect = s; out[i].Text == "" {
				out[i].Text = s.Text
			}
		}
		if len(out) == 0 {
			return []Cause{{Suspect: s, State: Possible, Text: s.Text}}
		}
		return out
	}
	return s
}

func portText(n int32) string { return fmt.Sprintf("port %d", n) }
