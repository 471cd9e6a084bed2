package expect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Expectation is one demand: exactly one of Workload, From and NoPlaintextInto is set.
type Expectation struct {
	// Name is what people call it, "" for nothing.
	Name string
	At   resolve.Position
	// Workload is TYPE/NAME[.NAMESPACE], a namespace (ns/NAME) or a Service; Port one of
	// its ports, 0 for all of them. Modes are those that the ports may have.
	Workload string
	Port     int32
	Modes    []resolve.Mode
	// From and To are clients and what they call, as --from and --to of mtlsctl
	// connections take them; Verdicts are those with which the calls may end.
	From, To string
	Verdicts []resolve.Verdict
	// NoPlaintextInto is a namespace of which no port takes plaintext.
	NoPlaintextInto string
}

// String is the demand as a sentence: "deploy/pay.shop:8080 is STRICT".
func (e *Expectation) String() string {
	switch {
	case e.NoPlaintextInto != "":
		return "no plaintext into namespace " + e.NoPlaintextInto
	case e.From != "":
		return fmt.Sprintf("%s -> %s is %s", e.From, e.To, oneOf(e.Verdicts))
	case e.Port != 0:
		return fmt.Sprintf("%s:%d is %s", e.Workload, e.Port, oneOf(e.Modes))
	}
	return fmt.Sprintf("every port of %s is %s", e.Workload, oneOf(e.Modes))
}

func oneOf[T fmt.Stringer](list []T) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = v.String()
	}
	return strings.Join(words, " or ")
}

// Result is whether an expectation holds.
type Result struct {
	*Expectation
	Held bool
	// Says is what is so instead, "" where it holds.
	Says string
	// By is the object that makes it so, and Culprit where it says that: zero for none.
	By      resolve.Ref
	Culprit resolve.Position
}

// Missing is the result of an expectation about something that is not there.
func (e *Expectation) Missing(why string) Result { return Result{Expectation: e, Says: why} }

// Mode says whether all ports that the expectation is about have one of its modes.
func (e *Expectation) Mode(workloads []*inbound.Workload) Result {
	r := Result{Expectation: e, Held: true}
	failed, asked := 0, 0
	for _, w := range workloads {
		if number := e.portBehind(w); number != 0 {
			return e.Missing(fmt.Sprintf("%d is a port of its Service, but policies use container ports: write %d", e.Port, number))
		}
		for _, p := range e.ports(w) {
			asked++
			if slices.Contains(e.Modes, p.decision.Mode) {
				continue
			}
			if failed++; failed == 1 {
				r.Held, r.By, r.Culprit = false, p.decision.By, p.decision.Position()
				r.Says = p.says(w)
			}
		}
	}
	switch {
	case asked == 0:
		return e.Missing("it has no port")
	case failed > 1:
		r.Says += fmt.Sprintf("; and %d more of %d", failed-1, asked)
	}
	return r
}

// answer is the decision of a port, 0 for all that nothing names.
type answer struct {
	port     int32
	decision *resolve.Decision
}

// ports are those that an expectation about a mode is about. A port that nothing names
// serves what the workload's others do.
func (e *Expectation) ports(w *inbound.Workload) []answer {
	var out []answer
	for i := range w.Ports {
		if p := &w.Ports[i]; e.Port == 0 || p.Number == e.Port {
			out = append(out, answer{p.Number, &p.Decision})
		}
	}
	if len(out) == 0 {
		out = append(out, answer{e.Port, w.Decision(e.Port)})
	}
	return out
}

// portBehind is the port of a workload that a Service leads its own port to, where the
// expectation is about that number and the workload has no port of it; 0 otherwise.
func (e *Expectation) portBehind(w *inbound.Workload) (number int32) {
	for i := range w.Ports {
		p := &w.Ports[i]
		if p.Number == e.Port {
			return 0
		}
		for _, s := range p.Services {
			if s.Port == e.Port {
				number = p.Number
			}
		}
	}
	return number
}

// says is what a port is, and who says so.
func (a answer) says(w *inbound.Workload) string {
	port := "any port"
	if a.port != 0 {
		port = fmt.Sprintf("port %d", a.port)
	}
	text := fmt.Sprintf("%s of %s is %s", port, w.Short(), a.decision.Mode)
	switch {
	case a.decision.Mode == resolve.Unknown && a.decision.By.IsZero():
		return text + ": " + words.Because(w.Membership.Why)
	case a.decision.By.IsZero():
		return text + ": " + words.Because(a.decision.Why)
	}
	text += " by " + a.decision.By.String()
	if a.decision.Field != "" {
		text += ", " + strings.TrimPrefix(string(a.decision.Field), "spec.")
	}
	return text
}
