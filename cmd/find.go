package cmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// What names are looked up among, for errors.
const (
	amongAll    = "workload, service, namespace, policy or rule"
	amongCalled = "workload, host or namespace"
)

// where is where a name alone is looked for.
func (l *loaded) where() mesh.Where { return mesh.Where{Namespace: l.flags.shownNamespace()} }

// looksUp notes a name that says its namespace.
func (l *loaded) looksUp(names *mesh.Names, n resolve.Name) {
	l.elsewhere = l.elsewhere || names.IsWhole(n)
}

// findAll returns what the arguments mean, together.
func findAll(l *loaded, arguments []resolve.Name) ([]mesh.Thing, error) {
	names := l.mesh.Names(l.where())
	var things []mesh.Thing
	for _, a := range arguments {
		l.looksUp(names, a)
		hits, err := names.Find(a)
		if err != nil {
			return nil, l.unfound(err, amongAll)
		}
		things = append(things, hits...)
	}
	return things, nil
}

// unfound is the failure of a lookup: what is missing, what is near and what is there.
func (l *loaded) unfound(err error, among string) error {
	var missing *mesh.NotFoundError
	var several *mesh.AmbiguousError
	var namespace *mesh.NoNamespaceError
	switch {
	case errors.As(err, &missing):
		return &console.Failure{Code: console.ExitUsage, Message: l.noneNamed(missing.Name, among), Hints: missingHints(missing)}
	case errors.As(err, &several):
		return console.Usage("say which: "+console.Some(typedNames(several.Refs), 8), "%s", several)
	case errors.As(err, &namespace):
		return console.Usage(namespaceHint(namespace), "%s", namespace)
	}
	return unreached(err)
}

func (l *loaded) noneNamed(n resolve.Name, among string) string {
	if n.Kind != "" {
		among = n.Kind.Word()
	}
	text := "no " + among + " in the input"
	if n.Name != "" {
		text = "no " + among + " named \"" + n.Name + "\" in the input"
	}
	if !l.flags.allNamespaces && l.flags.namespace != "" {
		text += ", looking in namespace " + l.flags.namespace
	}
	return text
}

func missingHints(e *mesh.NotFoundError) []string {
	var hints []string
	if near := didYouMean(e.Near); near != "" {
		hints = append(hints, near)
	}
	if len(e.There) == 0 {
		hints = append(hints, "the input has no workload and no Service: is it what was meant?")
	} else {
		hints = append(hints, "the input has "+console.Some(typedNames(e.There), 8))
	}
	if e.Outside != nil {
		hints = append(hints, outsideText(e.Outside))
	}
	return hints
}

// didYouMean names the nearest things, "" without any.
func didYouMean(near []resolve.Ref) string {
	if len(near) == 0 {
		return ""
	}
	names := console.Unique(typedNames(near))
	return "did you mean " + strings.Join(names[:min(len(names), 3)], " or ") + "?"
}

// typedNames writes things as arguments that find them again, in their order.
func typedNames(things []resolve.Ref) []string {
	names := make([]string, 0, len(things))
	for _, r := range things {
		names = append(names, r.Typed())
	}
	return names
}

func namespaceHint(e *mesh.NoNamespaceError) string {
	if len(e.Near) > 0 {
		return "did you mean " + strings.Join(e.Near, " or ") + "?"
	}
	return "namespaces of the input: " + console.Some(e.There, 8)
}

// clients are the workloads that --from names.
func (l *loaded) clients(sources []resolve.Name) ([]*inbound.Workload, error) {
	if len(sources) == 0 {
		return nil, nil
	}
	var clients []*inbound.Workload
	names := l.mesh.Names(l.where())
	for _, a := range sources {
		l.looksUp(names, a)
		workloads, err := names.WorkloadsOf(a)
		if err != nil {
			return nil, l.unfound(err, amongAll)
		}
		clients = append(clients, workloads...)
	}
	return clients, nil
}

// called is what --to leads to.
func (l *loaded) called(targets []resolve.Target) ([]*mesh.Called, error) {
	if len(targets) == 0 {
		return nil, nil
	}
	var all []*mesh.Called
	names := l.mesh.CalledNames(l.where())
	for _, t := range targets {
		l.looksUp(&names.Names, t.Name)
		c, err := names.Call(t)
		if err != nil {
			return nil, l.unfound(err, amongCalled)
		}
		all = append(all, c)
	}
	return all, nil
}

// ends are what --from and --to name, looked up.
type ends struct {
	clients []*inbound.Workload
	from    map[*inbound.Workload]bool
	targets []*mesh.Called
}

func (o *connectionsOptions) ends(l *loaded) (*ends, error) {
	e := &ends{from: map[*inbound.Workload]bool{}}
	var err error
	if e.clients, err = l.clients(o.sources); err != nil {
		return nil, err
	}
	for _, w := range e.clients {
		e.from[w] = true
	}
	e.targets, err = l.called(o.targets)
	return e, err
}

// mayReach is asked before anything about a host is worked out.
func (e *ends) mayReach(h *outbound.Host) bool {
	return slices.ContainsFunc(e.targets, func(c *mesh.Called) bool { return c.MayHold(h) })
}

func (e *ends) reaches(call *outbound.Connection) bool {
	return slices.ContainsFunc(e.targets, func(c *mesh.Called) bool { return c.Holds(call) })
}

// derive argues the call when --from and --to name exactly one; nil otherwise.
func (e *ends) derive(m *mesh.Mesh) (*outbound.Trace, error) {
	if len(e.clients) == 0 || len(e.targets) != 1 || slices.ContainsFunc(e.clients, func(w *inbound.Workload) bool { return w.Ref != e.clients[0].Ref }) {
		return nil, nil
	}
	t := e.targets[0]
	host, port := t.One()
	if port == nil {
		return nil, nil
	}
	if err := t.CheckSubset(e.clients[0], host); err != nil {
		return nil, unreached(err)
	}
	trace := m.Trace(e.clients[0], host, port, t.Subset)
	remedy.Explain(trace)
	return trace, nil
}
