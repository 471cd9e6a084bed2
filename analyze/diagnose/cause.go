package diagnose

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// State is how a suspect stands in one mesh.
type State uint8

const (
	// Likely: the configuration leads to exactly this symptom.
	Likely State = iota
	// Possible: configuration does not decide it, or the input does not show it.
	Possible
	// Unlikely: the configuration leads to something else.
	Unlikely
)

var stateWords = [...]string{"likely", "possible", "unlikely"}

// String is the word that users read and scripts compare.
func (s State) String() string { return stateWords[s] }

// Suspect is one cause that a symptom may have.
type Suspect struct {
	// Name is a stable word; Text is the cause in one clause, Fix what to do about it in general,
	// Check how to find out where configuration does not decide.
	Name, Text, Fix, Check string
	// find is what the configuration makes of it; nil where configuration never decides.
	find func(*Case) []Cause
	// plain marks a cause that has nothing to do with mTLS.
	plain bool
	// mildLater marks a suspect of which a mild finding is about later: what fails once a port is STRICT.
	mildLater bool
}

// Cause is a suspect in one mesh, with what speaks for or against it.
type Cause struct {
	*Suspect
	State State
	// Text is the cause in this mesh, the suspect's own where there is nothing to add.
	Text string
	// Facts are the evidence, in the order in which Istio decides.
	Facts []Fact
	// Calls are those that suffer from it.
	Calls []Call
	// Fixes repair it, the safe ones first.
	Fixes []Fix
	// Key tells causes apart that have the same object and reason.
	Key string
}

// Fact is one piece of evidence.
type Fact struct {
	// Topic is who it is about: client, server, identity, check.
	Topic string
	Text  string
	// Rule is the number of a rule of the rule book, or a check's code; "" for neither.
	Rule     string
	By       resolve.Ref
	Field    resolve.Field
	Position resolve.Position
}

// Fix is one way to repair a cause.
type Fix struct {
	Text string
	// Edits are it as changes of YAML, none where it is no change of configuration.
	Edits []analyze.Edit
	// Tried is true where the edits were applied to the Mesh, the cause was gone, and no other call
	// got worse; After is then
	// the verdict of the call, VerdictUnknown where the cause is about no call.
	Tried bool
	After resolve.Verdict
	// expected is true where the call itself loses what the symptom shows to fail: TLS that the
	// application does not expect.
	expected bool
}

// factsOf are what decides a call: what the client sends, what the server accepts, and what
// becomes of it.
func factsOf(c *Call) []Fact {
	s, d := &c.Sends, &c.Serves
	client := "sends " + s.TLS.String()
	if s.TLS == resolve.SendsUnknown {
		client = "unknown what it sends"
	}
	facts := []Fact{
		{Topic: "client", Text: client + because(s.Why), Rule: words.Rule(s.Why), By: s.By, Field: s.Field, Position: s.Origin.At(s.Field)},
		{Topic: "server", Text: serverText(c) + because(d.Why), Rule: words.Rule(d.Why), By: d.By, Field: d.Field, Position: d.Origin.At(d.Field)},
	}
	if !c.Outcome.Why.IsZero() {
		facts = append(facts, Fact{Topic: "result", Text: c.Outcome.Verdict.String() + because(c.Outcome.Why), Rule: words.Rule(c.Outcome.Why)})
	}
	return facts
}

func because(r resolve.Reason) string {
	if text := words.Plain(r); text != "" {
		return ": " + text
	}
	return ""
}

func serverText(c *Call) string {
	switch {
	case c.Server == nil:
		return "no endpoint"
	case c.Server.Workload == nil:
		return c.Server.String()
	}
	return portText(c.Server.Port) + " of " + c.Server.String() + " is " + c.Serves.Mode.String()
}

// Clients are the workloads whose calls suffer, each once.
func (c *Cause) Clients() (out []*inbound.Workload) {
	for i := range c.Calls {
		for _, w := range c.Calls[i].Clients {
			if !slices.ContainsFunc(out, func(o *inbound.Workload) bool { return o.Ref == w.Ref }) {
				out = append(out, w)
			}
		}
	}
	return out
}
