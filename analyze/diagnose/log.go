package diagnose

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Log groups lines by symptom and call, however many there are.
type Log struct {
	groups map[string]*Group
	order  []*Group
	// Lines were read, Others of them have no symptom, Beyond are those of symptoms that came
	// after the limit of groups.
	Lines, Others, Beyond int
	// Unknown is the first line without a symptom, "" for none; Calls are the lines of access logs
	// among the others: those of calls that went well.
	Unknown string
	Calls   int
}

// AddFailures takes calls that a record of traffic has as failed, each as if it were a line.
func (l *Log) AddFailures(failures []evidence.Failure) {
	for _, f := range failures {
		text, n := strings.TrimSpace(failedAs[f.Kind]+" "+f.Detail), max(1, int(min(f.Count, math.MaxInt32)))
		l.Lines += n
		r, ok := Recognise(text)
		if !ok {
			l.Others += n
			continue
		}
		i := evidence.Incident{Client: f.Client, Server: f.Server, Service: f.Service, ServicePort: f.ServicePort, Port: f.Port, At: f.LastSeen, Text: text}
		l.add(r, i, text, n)
	}
}

// failedAs are the words of what failed, as a proxy's log has them.
var failedAs = map[evidence.FailureKind]string{
	evidence.FailureHandshake: "0 UF TLS error", evidence.FailurePlaintext: "0 NR filter_chain_not_found", evidence.FailureTLS: "0 NR filter_chain_not_found", evidence.FailureClosed: "0 UC connection_termination",
}

// Group is lines of one symptom and one call.
type Group struct {
	Recognised
	evidence.Incident
	// Text is the first of the lines, Count how many there are.
	Text  string
	Count int
}

// mostGroups is how many symptoms and calls of one log are told apart.
const mostGroups = 200

// Add takes a line: parsed is what an access log's shows, nil for another.
func (l *Log) Add(text string, parsed *evidence.Incident) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	l.Lines++
	words := text
	if parsed != nil {
		words = parsed.Text
	}
	r, ok := Recognise(words)
	if !ok {
		if l.Others++; parsed != nil {
			l.Calls++
		} else if l.Unknown == "" {
			l.Unknown = text[:min(len(text), longestText)]
		}
		return
	}
	if parsed != nil {
		l.add(r, *parsed, text, 1)
		return
	}
	l.add(r, Clue(text), text, 1)
}

// Recognised reports that the symptom of some line is known, or that all lines are of calls that
// went well.
func (l *Log) Recognised() bool { return len(l.order) > 0 || l.Lines > 0 && l.Calls == l.Lines }

func (l *Log) add(r Recognised, incident evidence.Incident, text string, n int) {
	key := fmt.Sprint(r.Name, incident.Client, incident.Server, incident.Service, incident.ServicePort, incident.Port, incident.Subset, incident.ByAddress)
	if g := l.groups[key]; g != nil {
		g.Count += n
		return
	}
	if len(l.order) == mostGroups {
		l.Beyond += n
		return
	}
	if l.groups == nil {
		l.groups = map[string]*Group{}
	}
	g := &Group{Recognised: r, Incident: incident, Text: text[:min(len(text), longestText)], Count: n}
	l.groups[key] = g
	l.order = append(l.order, g)
}

// Answer is a diagnosis of lines that have one symptom and one cause.
type Answer struct {
	*Diagnosis
	// Text is the first of the lines, Count how many there are.
	Text  string
	Count int
	// Calls are those that the lines are of, sorted; the same call once.
	Calls []Named
}

// Named is a call as the lines name it.
type Named struct {
	Client, Target string
	Count          int
}

// Answers are the diagnoses of a log, the most frequent first: lines of one symptom whose first cause
// is the same are one.
func (l *Log) Answers(m *mesh.Mesh, o *Options, known Ask) []Answer {
	o.mesh, o.found = m, map[string]*analyze.Report{}
	at := NewLocator(m)
	var out []Answer
	index := map[string]int{}
	for _, g := range l.order {
		ask, stranger := at.Locate(&g.Incident)
		d := run(m, g, known.Over(ask), stranger, o)
		call := Named{d.clientText(), d.targetText(), g.Count}
		key := g.Name
		if best := d.Best(); best != nil {
			key += best.Suspect.Name + best.Key
		}
		verdict, why, known := d.Result()
		key = fmt.Sprint(key, verdict, why, known, d.Lost)
		i, seen := index[key]
		if !seen {
			i = len(out)
			index[key] = i
			out = append(out, Answer{Diagnosis: d, Text: g.Text})
		}
		out[i].Count += g.Count
		out[i].Calls = counted(out[i].Calls, call)
	}
	slices.SortStableFunc(out, func(a, b Answer) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

func run(m *mesh.Mesh, g *Group, ask Ask, stranger string, o *Options) *Diagnosis {
	if len(ask.Clients) > 0 {
		stranger = ""
	}
	return diagnose(&Case{Ask: ask, Symptom: g.Symptom, Incident: g.Incident, Text: cmp.Or(g.Incident.Text, g.Text), Stranger: stranger, Mesh: m, options: o}, g.Line)
}

func counted(calls []Named, c Named) []Named {
	for i := range calls {
		if calls[i].Client == c.Client && calls[i].Target == c.Target {
			calls[i].Count += c.Count
			return calls
		}
	}
	calls = append(calls, c)
	slices.SortFunc(calls, func(a, b Named) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Client, b.Client), cmp.Compare(a.Target, b.Target))
	})
	return calls
}

// clientText names who called, "" where nobody knows.
func (c *Case) clientText() string {
	switch {
	case len(c.Clients) > 0:
		return c.Clients[0].Short() + "." + c.Clients[0].Ref.Namespace
	case c.Stranger != "":
		return c.Stranger
	case !c.Incident.IsZero() && c.Incident.Client.String() != "unknown":
		return c.Incident.Client.String()
	}
	return ""
}

// targetText names what was called, "" where nobody knows.
func (c *Case) targetText() string {
	switch {
	case c.Host != nil && c.Port != nil && c.Subset != "":
		return fmt.Sprintf("%s:%d/%s", c.Host.Name, c.Port.Number, c.Subset)
	case c.Host != nil && c.Port != nil:
		return fmt.Sprintf("%s:%d", c.Host.Name, c.Port.Number)
	case c.Host != nil:
		return c.Host.Name
	case c.Server != nil:
		return fmt.Sprintf("port %d of %s.%s", c.ServerPort, c.Server.Short(), c.Server.Ref.Namespace)
	case c.Incident.Service.String() != "unknown":
		return portOf(c.Incident.Service.String(), c.Incident.ServicePort)
	case c.Incident.Server.String() != "unknown":
		return portOf(c.Incident.Server.String(), c.Incident.Port)
	}
	return ""
}

func portOf(name string, port int32) string {
	if port == 0 {
		return name
	}
	return fmt.Sprintf("%s:%d", name, port)
}
