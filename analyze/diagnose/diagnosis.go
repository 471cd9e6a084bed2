package diagnose

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Options are what a diagnosis rests on beyond the mesh. The zero Options are nothing.
type Options struct {
	// Checks are those that suspects may ask.
	Checks []*analyze.Check
	// Evidence is who was seen calling whom, nil for no record.
	Evidence *evidence.Evidence
	// Proxies are what verify found, and Fleet is true where dumps were read.
	Proxies []verify.Item
	Fleet   bool
	// Try allows trials of fixes: the mesh has to be resolve.Options.Editable.
	Try bool

	// mesh is the one that is diagnosed, found what checks found in it, and trials how many fixes
	// were tried.
	mesh   *mesh.Mesh
	found  map[string]*analyze.Report
	trials int
}

// mostTrials is how many fixes are tried in one run: each is a mesh of its own. Further ones are told
// as they are, without a trial.
const mostTrials = 100

// Diagnosis is a symptom with its causes in one mesh.
type Diagnosis struct {
	*Case
	Line *Line
	// Causes are the likely ones, then those that are possible, then those that the
	// configuration does not lead to; each in the order of the catalogue.
	Causes []Cause
}

// Best is the cause to look at first, nil for none.
func (d *Diagnosis) Best() *Cause {
	if len(d.Causes) == 0 || d.Causes[0].State == Unlikely {
		return nil
	}
	return &d.Causes[0]
}

// Settled reports that a cause is likely: the mesh explains the symptom.
func (d *Diagnosis) Settled() bool { return len(d.Causes) > 0 && d.Causes[0].State == Likely }

// MTLS reports whether mTLS has to do with the symptom here, as far as that is known: by the
// symptom itself, else by the likely cause.
func (d *Diagnosis) MTLS() Bearing {
	if d.Symptom.Bearing != Depends || !d.Settled() {
		return d.Symptom.Bearing
	}
	if d.Causes[0].Suspect.plain {
		return NotMTLS
	}
	return OfMTLS
}

// mostCauses is how many likely causes are shown of one suspect.
const mostCauses = 20

// diagnose asks every suspect of the symptom about the case.
func diagnose(c *Case, line *Line) *Diagnosis {
	d := &Diagnosis{Case: c, Line: line}
	for _, s := range c.Symptom.Suspects {
		if s.find == nil {
			d.Causes = append(d.Causes, Cause{Suspect: s, State: Possible, Text: s.Text, Fixes: []Fix{{Text: s.Fix}}})
			continue
		}
		found := s.find(c)
		for _, cause := range found[:min(len(found), mostCauses)] {
			c.complete(&cause)
			d.Causes = append(d.Causes, cause)
		}
	}
	if c.contradicted(d.Causes) {
		for _, cause := range staleProxy.find(c) {
			c.complete(&cause)
			d.Causes = append(d.Causes, cause)
		}
	}
	slices.SortStableFunc(d.Causes, func(a, b Cause) int { return int(a.State) - int(b.State) })
	if other := c.otherwise(); other != nil && !d.Settled() {
		c.complete(other)
		d.Causes = slices.Insert(d.Causes, 0, *other)
	}
	return d
}

// contradicted reports a symptom to which nothing in the configuration of a known call leads: then the
// proxies may run something else.
func (c *Case) contradicted(causes []Cause) bool {
	return c.Known() && c.Symptom.Bearing != NotMTLS && !slices.ContainsFunc(causes, func(o Cause) bool { return o.State == Likely || o.Suspect == staleProxy })
}

// Seen is what the record of traffic has of the call, zero where its ends are not known, or nobody
// recorded.
func (d *Diagnosis) Seen() (seen evidence.Sightings) {
	if d.options.Evidence == nil || d.Host == nil || d.Port == nil {
		return seen
	}
	for _, w := range d.Clients {
		seen.Add(d.options.Evidence.OfPort(w.Peer(), d.Host, d.Port.Number))
	}
	return seen
}

// failsOtherwise is for a call that fails by the configuration, while the line shows another symptom.
var failsOtherwise = ofCalls(&Suspect{
	Name: "fails-otherwise", Text: "by the configuration this call fails, although with another symptom than the line has",
	Fix: "repair what the configuration does to the call first",
}, func(c *Call) bool { return c.Outcome.Verdict == resolve.VerdictBroken || c.Denied() })

// otherwise is the cause of a call that is known to fail, nil for one that does not, and where the ends
// of the call are not known.
func (c *Case) otherwise() *Cause {
	if !c.Known() {
		return nil
	}
	for _, cause := range failsOtherwise.find(c) {
		if cause.State == Likely {
			if s := words.Symptom(cause.Calls[0].Outcome.Symptom); s != "" {
				cause.Facts = append(cause.Facts, Fact{Topic: "expected", Text: s})
			}
			return &cause
		}
	}
	return nil
}

// Result is what becomes of the call by the configuration: the worst of its endpoints, with the
// reason; ok is false where the ends are not known.
func (d *Diagnosis) Result() (verdict resolve.Verdict, why string, ok bool) {
	if !d.Known() || len(d.Calls()) == 0 {
		return verdict, "", false
	}
	worst := &d.Calls()[0]
	for i := range d.Calls() {
		if c := &d.Calls()[i]; c.Outcome.Verdict.Compare(worst.Outcome.Verdict) < 0 || c.Denied() && !worst.Denied() {
			worst = c
		}
	}
	why = words.Plain(worst.Outcome.Why)
	if worst.Denied() && len(worst.By) > 0 {
		why += ", denied by " + worst.By[0].Ref.String()
	}
	return worst.Outcome.Verdict, why, true
}

// complete adds the fixes to a cause: those of calls, or of findings, that help where they were
// tried.
func (c *Case) complete(cause *Cause) {
	switch {
	case cause.State == Unlikely:
		cause.Fixes = nil
	case cause.State == Likely && len(cause.Calls) > 0 && len(cause.Fixes) == 0:
		cause.Fixes = c.repaired(&cause.Calls[0], cause.Suspect)
	case len(cause.Fixes) > 0:
		cause.Fixes = c.proved(cause)
	case cause.Suspect.Fix != "":
		cause.Fixes = []Fix{{Text: cause.Suspect.Fix}}
	}
}

// proved are the fixes of a cause, tried where they are changes: one that does not help is not
// kept as a change.
func (c *Case) proved(cause *Cause) (out []Fix) {
	var call *Call
	if len(cause.Calls) > 0 {
		call = &cause.Calls[0]
	}
	for _, f := range cause.Fixes {
		if len(f.Edits) == 0 {
			out = append(out, f)
			continue
		}
		if tried, helps := c.try(f, call, cause.Suspect, cause.Key); helps {
			out = append(out, tried)
		} else if _, able := changed(c.tried(), f.Edits); !able {
			out = append(out, Fix{Text: f.Text})
		}
	}
	if len(out) == 0 && cause.Suspect.Fix != "" {
		out = []Fix{{Text: cause.Suspect.Fix}}
	}
	return out
}

// tried is the mesh that fixes are tried on, nil where no more may be tried, and for several clusters.
func (c *Case) tried() *mesh.Mesh {
	if !c.options.Try || c.options.trials >= mostTrials || len(c.Mesh.Parts()) > 0 {
		return nil
	}
	return c.Mesh
}

// in is the same case in another mesh: its ends are looked up by their names.
func (c *Case) in(m *mesh.Mesh) *Case {
	next := &Case{Ask: Ask{Subset: c.Subset, ServerPort: c.ServerPort, Lost: c.Lost}, Symptom: c.Symptom, Incident: c.Incident, Text: c.Text, Stranger: c.Stranger, Mesh: m, options: c.options}
	for _, w := range m.Workloads() {
		for _, was := range c.Clients {
			if was.Ref == w.Ref {
				next.Clients = append(next.Clients, w)
			}
		}
		if c.Server != nil && c.Server.Ref == w.Ref {
			next.Server = w
		}
	}
	if c.Host == nil {
		return next
	}
	for _, h := range m.Hosts() {
		if h.Ref == c.Host.Ref && h.Name == c.Host.Name {
			next.Host = h
			if c.Port != nil {
				next.Port = h.Port(c.Port.Number)
			}
		}
	}
	return next
}

// noEndpoint reports an outcome that is one for want of an endpoint.
func noEndpoint(c resolve.Cause) bool {
	switch c {
	case resolve.CauseNoEndpoint, resolve.CauseSubsetEmpty, resolve.CauseNoSelector, resolve.CauseSelectsNothing, resolve.CauseNoSuchPortName:
		return true
	}
	return false
}
