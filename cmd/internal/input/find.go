package input

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// What names are looked up among, for errors.
const (
	AmongAll    = "workload, service, namespace, policy or rule"
	AmongCalled = "workload, host or namespace"
)

// where is where a name alone is looked for.
func (l *Loaded) where() mesh.Where { return mesh.Where{Namespace: l.Flags.ShownNamespace()} }

// looksUp notes a name that says its namespace.
func (l *Loaded) looksUp(names *mesh.Names, n resolve.Name) {
	l.elsewhere = l.elsewhere || names.IsWhole(n)
}

// FindAll returns what the arguments mean, together.
func FindAll(l *Loaded, arguments []resolve.Name) ([]mesh.Thing, error) {
	names := l.Mesh.Names(l.where())
	var things []mesh.Thing
	for _, a := range arguments {
		l.looksUp(names, a)
		hits, err := names.Find(a)
		if err != nil {
			return nil, l.Unfound(err, AmongAll)
		}
		things = append(things, hits...)
	}
	return things, nil
}

// Unfound is the failure of a lookup: what is missing, what is near and what is there.
func (l *Loaded) Unfound(err error, among string) error {
	var missing *mesh.NotFoundError
	var several *mesh.AmbiguousError
	var namespace *mesh.NoNamespaceError
	var kind *resolve.KindError
	switch {
	case errors.As(err, &kind):
		return noSuchKind(kind)
	case errors.As(err, &missing):
		return &console.Failure{Code: console.ExitUsage, Message: l.noneNamed(missing.Name, among), Hints: missingHints(missing)}
	case errors.As(err, &several):
		return console.Usage("name one of: "+console.Some(TypedNames(several.Refs), 8), "%s", several)
	case errors.As(err, &namespace):
		return console.Usage(namespaceHint(namespace), "%s", namespace)
	}
	return Unreached(err)
}

func (l *Loaded) noneNamed(n resolve.Name, among string) string {
	if n.Kind != "" {
		among = n.Kind.Word()
	}
	text := "no " + among + " in the input"
	if n.Name != "" {
		text = "no " + among + " named \"" + n.Name + "\" in the input"
	}
	if !l.Flags.AllNamespaces && l.Flags.Namespace != "" {
		text += ", looking in namespace " + l.Flags.Namespace
	}
	return text
}

func missingHints(e *mesh.NotFoundError) []string {
	var hints []string
	if near := DidYouMean(e.Near); near != "" {
		hints = append(hints, near)
	}
	if len(e.There) == 0 {
		hints = append(hints, "the input has no workload and no Service: check the path")
	} else {
		hints = append(hints, "the input has "+console.Some(TypedNames(e.There), 8))
	}
	if e.Outside != nil {
		hints = append(hints, outsideText(e.Outside))
	}
	return hints
}

// DidYouMean names the nearest things, "" without any.
func DidYouMean(near []resolve.Ref) string {
	if len(near) == 0 {
		return ""
	}
	names := console.Unique(TypedNames(near))
	return "did you mean " + strings.Join(names[:min(len(names), 3)], " or ") + "?"
}

// TypedNames writes things as arguments that find them again, in their order.
func TypedNames(things []resolve.Ref) []string {
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

// Clients are the workloads that --from names.
func (l *Loaded) Clients(sources []resolve.Name) ([]*inbound.Workload, error) {
	if len(sources) == 0 {
		return nil, nil
	}
	var clients []*inbound.Workload
	names := l.Mesh.Names(l.where())
	for _, a := range sources {
		l.looksUp(names, a)
		workloads, err := names.WorkloadsOf(a)
		if err != nil {
			return nil, l.Unfound(err, AmongAll)
		}
		clients = append(clients, workloads...)
	}
	return clients, nil
}

// Called is what --to leads to.
func (l *Loaded) Called(targets []resolve.Target) ([]*mesh.Called, error) {
	if len(targets) == 0 {
		return nil, nil
	}
	var all []*mesh.Called
	names := l.Mesh.CalledNames(l.where())
	for _, t := range targets {
		l.looksUp(&names.Names, t.Name)
		c, err := names.Call(t)
		if err != nil {
			return nil, l.Unfound(err, AmongCalled)
		}
		all = append(all, c)
	}
	return all, nil
}

// Unreached is the failure of a target that cannot be called, or of a port or subset that
// it has not got.
func Unreached(err error) error {
	var alias *mesh.AliasError
	var address *mesh.AddressError
	var port *mesh.NoPortError
	var unled *mesh.UnledError
	var subset *mesh.NoSubsetError
	switch {
	case errors.As(err, &alias):
		return console.Usage("--to "+shell.Word(alias.Target.At(resolve.ShortHost(alias.Alias))), "%s", alias)
	case errors.As(err, &address):
		return noHost(address)
	case errors.As(err, &port):
		return &console.Failure{Code: console.ExitUsage, Message: fmt.Sprintf("--to %s: %s", port.Target.Text, port), Hints: portHints(port)}
	case errors.As(err, &unled):
		return console.Usage("calls to pod addresses are passed through unchanged (3.1.3)", "--to %s: %s", unled.Target.Text, unled)
	case errors.As(err, &subset):
		return console.Usage(subsetHint(subset), "--to %s: %s", subset.Target.Text, subset)
	}
	return err
}

// outsideText says what becomes of calls to a host that the mesh does not know.
func outsideText(o *mesh.Outside) string {
	const through = "passed through unchanged, in plaintext unless the application speaks TLS itself (ALLOW_ANY, 3.1.3)"
	const refused = "refused (REGISTRY_ONLY, 3.1.3)"
	text := "calls to unknown hosts are "
	switch {
	case o.Refused == 0:
		return text + through
	case o.Passed == 0:
		return text + refused
	}
	return text + through + " for " + console.Plural(o.Passed, "workload") + ", and " + refused + " for " + console.Plural(o.Refused, "workload")
}
