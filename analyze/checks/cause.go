package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// cause is one field of one object that breaks calls, with what it breaks: many
// broken pairs are one finding.
type cause struct {
	clients map[*outbound.ClientClass]bool
	last    []*outbound.ClientClass // that were added, most often the next ones too
	// workloads and gateways are the two kinds of servers: a gateway's listeners have
	// TLS of their own, so that what breaks there is rarely what was meant.
	workloads, gateways broken
	record              callsMade
	// some are the connections, as many as a repair is tried on.
	some []analyze.Call
	all  int
}

// broken is the calls to one kind of server.
type broken struct {
	first    outbound.Connection
	ports    map[string]bool
	symptoms map[string]string // to the first port that has it
	examples []string
}

// causeKey tells causes apart.
type causeKey struct {
	by    resolve.Ref
	field resolve.Field
}

// causesOf groups the connections that match by the field that decided what is
// sent, in the order in which they come.
func causesOf(p *analyze.Pass, match func(outbound.Connection) bool) []*cause {
	index := map[causeKey]*cause{}
	var list []*cause
	for call := range p.Calls() {
		classes, c := call.Clients, call.Connection
		if c.Sends.By.IsZero() || proxysOwn(c) || nowhere(c) || !match(c) {
			continue
		}
		key := causeKey{c.Sends.By, c.Sends.Field}
		if index[key] == nil {
			index[key] = &cause{clients: map[*outbound.ClientClass]bool{}}
			list = append(list, index[key])
		}
		index[key].add(classes, c)
		index[key].record.add(p, classes, c)
	}
	return list
}

// proxysOwn reports a call to a port of the server's proxy itself: health and
// metrics, which no rule was written for (2.11).
func proxysOwn(c outbound.Connection) bool {
	return c.Server != nil && c.Server.Workload != nil && c.Server.Workload.ProxyPort(c.Server.Port)
}

// nowhere reports a call to a port that no server of a gateway listens on: it fails whatever is
// sent, and no rule is to blame.
func nowhere(c outbound.Connection) bool { return c.Serves.Why.Cause == resolve.CauseNoServer }

// maxExamples is how many calls a finding names.
const maxExamples = 3

// maxRepaired is up to how many connections a repair of all is looked for.
const maxRepaired = 100

func (c *cause) add(classes []*outbound.ClientClass, con outbound.Connection) {
	if c.all++; c.all <= maxRepaired {
		c.some = append(c.some, analyze.Call{Clients: classes, Connection: con})
	}
	if atGateway(con) {
		c.gateways.add(classes[0], con)
	} else {
		c.workloads.add(classes[0], con)
	}
	if len(c.last) == len(classes) && &c.last[0] == &classes[0] {
		return
	}
	c.last = classes
	for _, class := range classes {
		c.clients[class] = true
	}
}

// callers is how many workloads call.
func (c *cause) callers() int {
	n := 0
	for class := range c.clients {
		n += len(class.Workloads)
	}
	return n
}

func atGateway(c outbound.Connection) bool {
	return c.Server != nil && c.Server.Workload != nil && c.Server.Workload.Membership.Dataplane == resolve.DataplaneGateway
}

func (b *broken) add(class *outbound.ClientClass, con outbound.Connection) {
	if b.ports == nil {
		b.first, b.ports, b.symptoms = con, map[string]bool{}, map[string]string{}
	}
	if b.first.Sends.TLS == resolve.SendsUnknown && con.Sends.TLS != resolve.SendsUnknown {
		b.first = con // a client that is known says it better
	}
	to := fmt.Sprintf("%s:%d", shortHost(con.Host), con.Port.Number)
	if con.Subset != "" {
		to += " subset " + con.Subset
	}
	if !b.ports[to] && len(b.examples) < maxExamples {
		b.examples = append(b.examples, fmt.Sprintf("%s -> %s", caller(class, con.Sends.By.Namespace), to))
	}
	b.ports[to] = true
	if s := symptom(con); b.symptoms[s] == "" {
		b.symptoms[s] = to
	}
}

// caller names a client in a section of a namespace, with its own where it differs.
func caller(class *outbound.ClientClass, section string) string {
	name := class.Workloads[0].Short()
	if class.Namespace != section {
		name += " of " + class.Namespace
	}
	return name
}

// symptom is what a user sees. Where nobody knows whether there is a sidecar it is
// what happens without one.
func symptom(c outbound.Connection) string {
	if !c.Outcome.Symptom.IsZero() || c.Outcome.Verdict == resolve.VerdictBroken {
		return words.Symptom(c.Outcome.Symptom)
	}
	return words.Symptom(resolve.Judge(c.Sends.TLS, resolve.None, c.Port.Protocol).Symptom)
}

// shortHost is a host as people say it: pay.shop for a Kubernetes Service.
func shortHost(h *outbound.Host) string {
	return strings.TrimSuffix(h.Name, ".svc."+resolve.ClusterDomain)
}

// finding makes one finding of a cause: what is sent, what meets it, how much of it.
// Calls to workloads come first.
func (c *cause) finding(sends string) analyze.Finding {
	sides := []*broken{&c.workloads, &c.gateways}
	if len(c.workloads.ports) == 0 {
		sides = sides[1:]
	}
	f, ports := sides[0].first, len(c.workloads.ports)+len(c.gateways.ports)
	message := fmt.Sprintf("%s to %s:%d%s, %s", sends, shortHost(f.Host), f.Port.Number, subsetOf(f), serverSide(f))
	if ports > 1 {
		message += fmt.Sprintf(" (and %d more such calls)", ports-1)
	}
	message += fmt.Sprintf(": every call to it from %s fails", workloads(c.callers()))
	if ports > 1 {
		examples := slices.Concat(c.workloads.examples, c.gateways.examples)
		message += ", such as " + strings.Join(examples[:min(len(examples), maxExamples)], ", ")
	}
	message += " (" + symptoms(sides) + ")" + c.record.text()
	involved := []resolve.Ref{f.Host.Ref}
	if !f.Serves.By.IsZero() {
		involved = append(involved, f.Serves.By)
	}
	return analyze.Finding{
		Object: f.Sends.By, Origin: f.Sends.Origin, Field: f.Sends.Field, Message: message, Fix: fix(f, ports), Involved: involved,
		Mild: !c.known(f), Affected: c.affected(), Cause: c.shared(),
	}
}

// repair is a change of rules that makes all of the calls work, proved on the mesh; nil
// where no one change does.
func (c *cause) repair(p *analyze.Pass) []analyze.Edit {
	surely := func(g analyze.Call) bool { return g.Outcome.Verdict == resolve.VerdictBroken }
	if c.all > maxRepaired || slices.ContainsFunc(c.some, func(g analyze.Call) bool { return !surely(g) }) {
		return nil // whether one that only fails one way or the other works then, nobody can tell
	}
	if r, ok := remedy.ForAll(c.some); ok {
		return remedyEdits(rulesNow(p), r.Changes)
	}
	return nil
}

// known reports that somebody is known to make the calls: by what is declared, by what was
// seen, or by a rule that somebody wrote for just this host, unless the only known clients of
// it have no proxy, and the rule is nothing to them.
func (c *cause) known(first outbound.Connection) bool {
	return c.record.known() || !c.record.onlyNaked() && first.Sends.By.Kind == resolve.KindDestinationRule && first.Rule != nil && first.Rule.FQDN == first.Host.Name && routed(first)
}

// routed reports a call to a host as it is, or to a subset to which some route leads.
func routed(c outbound.Connection) bool {
	return c.Subset == "" || len(c.Call.Side.RoutedBy(c.Host.Name, c.Subset)) > 0
}

// subsetOf names the subset of a call, for a sentence; "" for the host as it is.
func subsetOf(c outbound.Connection) string {
	switch {
	case c.Subset == "":
		return ""
	case !routed(c):
		return " subset " + c.Subset + " (to which no route leads)"
	}
	return " subset " + c.Subset
}

// fix is what repairs the first call, proved on the mesh; others of the same cause
// may need the like of it.
func fix(first outbound.Connection, ports int) string {
	if ports == 1 {
		return remedy.Fix(&first)
	}
	one := remedy.Fix(&first)
	if one == "" {
		return "" // the check's
	}
	return fmt.Sprintf("%s (for %s:%d; mtlsctl connections lists the other calls)", one, shortHost(first.Host), first.Port.Number)
}

// sent is what the clients of the calls send.
func (c *cause) sent() resolve.ClientTLS {
	if len(c.workloads.ports) > 0 {
		return c.workloads.first.Sends.TLS
	}
	return c.gateways.first.Sends.TLS
}

// symptoms tells what is seen at the first port, and where something else is.
func symptoms(sides []*broken) string {
	told := symptom(sides[0].first)
	text := told
	for _, b := range sides {
		for _, s := range sortedKeys(b.symptoms) {
			if s != told && s != "" {
				text += "; at " + b.symptoms[s] + ": " + s
			}
		}
	}
	return text
}

// serverSide says what the port behind a Service port is.
func serverSide(c outbound.Connection) string {
	if c.Sends.Through != "" {
		return "which has endpoints in network " + c.Sends.Through + ", behind a gateway that accepts only mTLS"
	}
	if c.Server == nil || c.Server.Workload == nil {
		return "which is outside the mesh"
	}
	switch {
	case c.Serves.Mode == resolve.Unknown:
		return fmt.Sprintf("whose port %d of %s is %s with a sidecar and does not accept mTLS without one", c.Server.Port, c.Server, c.Serves.IfMeshed)
	case c.Serves.Mode == resolve.None:
		return fmt.Sprintf("but no proxy handles port %d of %s (%s)", c.Server.Port, c.Server, words.Because(c.Serves.Why))
	}
	return fmt.Sprintf("whose port %d of %s is %s", c.Server.Port, c.Server, c.Serves.Mode)
}
