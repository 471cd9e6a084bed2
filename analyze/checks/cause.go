package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// cause is one field of one object that breaks calls, with what it breaks: many
// broken pairs are one finding.
type cause struct {
	first    resolve.Connection
	clients  map[*resolve.Workload]bool
	ports    map[string]bool
	examples []string
}

// causeKey tells causes apart.
type causeKey struct {
	by    resolve.Ref
	field resolve.Field
}

// causesOf groups the connections that match by the field that decided what is
// sent, in the order in which they come.
func causesOf(p *analyze.Pass, match func(resolve.Connection) bool) []*cause {
	index := map[causeKey]*cause{}
	var list []*cause
	for classes, c := range p.Connections() {
		if c.Sends.By.IsZero() || !match(c) {
			continue
		}
		key := causeKey{c.Sends.By, c.Sends.Field}
		if index[key] == nil {
			index[key] = &cause{first: c, clients: map[*resolve.Workload]bool{}, ports: map[string]bool{}}
			list = append(list, index[key])
		}
		index[key].add(classes, c)
	}
	return list
}

// maxExamples is how many calls a finding names.
const maxExamples = 3

func (c *cause) add(classes []*resolve.ClientClass, con resolve.Connection) {
	to := fmt.Sprintf("%s:%d", shortHost(con.Host), con.Port.Number)
	if con.Subset != "" {
		to += " subset " + con.Subset
	}
	if !c.ports[to] && len(c.examples) < maxExamples {
		c.examples = append(c.examples, fmt.Sprintf("%s -> %s", classes[0].Workloads[0].Short(), to))
	}
	c.ports[to] = true
	for _, class := range classes {
		for _, w := range class.Workloads {
			c.clients[w] = true
		}
	}
}

// shortHost is a host as people say it: pay.shop for a Kubernetes Service.
func shortHost(h *resolve.Host) string {
	return strings.TrimSuffix(h.Name, ".svc."+resolve.ClusterDomain)
}

// report makes one finding of a cause: what is sent, what meets it, how much of
// it.
func (c *cause) report(p *analyze.Pass, sends string) {
	f := c.first
	message := fmt.Sprintf("%s to %s:%d, %s", sends, shortHost(f.Host), f.Port.Number, serverSide(f))
	if more := len(c.ports) - 1; more > 0 {
		message += fmt.Sprintf(" (and %d more like it)", more)
	}
	message += fmt.Sprintf(": every call from %s fails", workloads(len(c.clients)))
	if len(c.ports) > 1 {
		message += ", such as " + strings.Join(c.examples, ", ")
	}
	message += " (" + f.Outcome.Symptom + ")"
	involved := []resolve.Ref{f.Host.Ref}
	if !f.Serves.By.IsZero() {
		involved = append(involved, f.Serves.By)
	}
	p.Report(analyze.Finding{Object: f.Sends.By, Origin: f.Sends.Origin, Field: f.Sends.Field, Message: message, Fix: c.fix(), Involved: involved})
}

// fix is what repairs the first call, proved on the mesh; others of the same cause
// may need the like of it.
func (c *cause) fix() string {
	f := c.first
	if len(c.ports) == 1 {
		return f.Fix()
	}
	return fmt.Sprintf("%s (for %s:%d; look at the others with mtlsctl connections)", f.Fix(), shortHost(f.Host), f.Port.Number)
}

// serverSide says what the port behind a Service port is.
func serverSide(c resolve.Connection) string {
	if c.Server == nil || c.Server.Workload == nil {
		return "which is outside of the mesh"
	}
	if c.Serves.Mode == resolve.None {
		return fmt.Sprintf("but no proxy takes it at port %d of %s (%s)", c.Server.Port, c.Server, c.Serves.Because)
	}
	return fmt.Sprintf("whose port %d of %s is %s", c.Server.Port, c.Server, c.Serves.Mode)
}
