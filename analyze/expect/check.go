package expect

import (
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Part is which word of an expectation names something.
type Part uint8

// The words of an expectation that are looked up.
const (
	PartWorkload Part = iota
	PartFrom
	PartTo
	PartNamespace
)

// LookupError is a word of an expectation that names nothing of the mesh, or not one thing:
// Err is one of resolve's, of Find, Call or FindNamespace.
type LookupError struct {
	Part Part
	Err  error
}

// Error implements error.
func (e *LookupError) Error() string { return e.Err.Error() }

// Unwrap is the error of the lookup.
func (e *LookupError) Unwrap() error { return e.Err }

// Checker holds expectations against one mesh.
type Checker struct {
	mesh    *mesh.Mesh
	adviser *advise.Adviser
	names   *mesh.Names
	called  *mesh.CalledNames
}

// NewChecker makes a Checker. The adviser's exceptions are what NoPlaintextInto allows.
func NewChecker(m *mesh.Mesh, a *advise.Adviser) *Checker {
	return &Checker{mesh: m, adviser: a, names: m.Names(mesh.Where{}), called: m.CalledNames(mesh.Where{})}
}

// Check looks up what an expectation is about, as the arguments of describe and the flags
// --from and --to of connections are, and says whether it holds. Its error is a
// *LookupError.
func (c *Checker) Check(e *Expectation) (Result, error) {
	switch {
	case e.NoPlaintextInto != "":
		ns, err := c.mesh.FindNamespace(e.NoPlaintextInto)
		if err != nil {
			return Result{}, &LookupError{PartNamespace, err}
		}
		return e.NoPlaintext(c.mesh.Members(mesh.Thing{Namespace: ns}), c.adviser), nil
	case e.From != "":
		calls, err := c.calls(e)
		if err != nil {
			return Result{}, err
		}
		return e.Calls(calls), nil
	}
	name, err := resolve.ParseName(e.Workload)
	if err != nil {
		return Result{}, &LookupError{PartWorkload, err}
	}
	workloads, err := c.names.WorkloadsOf(name)
	if err != nil {
		return Result{}, &LookupError{PartWorkload, err}
	}
	return e.Mode(workloads), nil
}

// calls are those of the expectation's clients to its target.
func (c *Checker) calls(e *Expectation) (iter.Seq[*outbound.Connection], error) {
	source, err := resolve.ParseEnd(e.From)
	if err != nil {
		return nil, &LookupError{PartFrom, err}
	}
	target, err := resolve.ParseTarget(e.To)
	if err != nil {
		return nil, &LookupError{PartTo, err}
	}
	clients, err := c.names.WorkloadsOf(source)
	if err != nil {
		return nil, &LookupError{PartFrom, err}
	}
	called, err := c.called.Call(target)
	if err != nil {
		return nil, &LookupError{PartTo, err}
	}
	from := map[*inbound.Workload]bool{}
	for _, w := range clients {
		from[w] = true
	}
	filter := outbound.Filter{
		Client: func(class *outbound.ClientClass) bool {
			return slices.ContainsFunc(class.Workloads, func(w *inbound.Workload) bool { return from[w] })
		},
		Host: called.MayHold, Naked: true, Hidden: true,
	}
	return func(yield func(*outbound.Connection) bool) {
		for call := range c.mesh.Connections(filter) {
			if called.Holds(&call) && !yield(&call) {
				return
			}
		}
	}, nil
}
