package cmd

import (
	"errors"
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// check looks up what each expectation of a test is about, and says whether it holds.
func (o *testOptions) check(l *loaded, t *expect.Test, report *render.TestReport) {
	adviser := advise.New(l.mesh, advise.Options{Exceptions: o.project.Lasting(o.streams.Now())})
	for i := range t.Expectations {
		e := &t.Expectations[i]
		r, err := o.result(l, e, adviser)
		if err != nil {
			r = e.Missing(inOneLine(err))
		}
		report.Add(t.Name, r)
	}
}

// inOneLine is an error with its hints: it is a result here.
func inOneLine(err error) string {
	text := err.Error()
	var f *failure
	if errors.As(err, &f) {
		for _, h := range f.hints {
			text += "; " + h
		}
	}
	return text
}

func (o *testOptions) result(l *loaded, e *expect.Expectation, adviser *advise.Adviser) (expect.Result, error) {
	switch {
	case e.NoPlaintextInto != "":
		if l.mesh.Namespace(e.NoPlaintextInto) == nil {
			return expect.Result{}, l.noNamespace("no-plaintext-into", e.NoPlaintextInto)
		}
		return e.NoPlaintext(l.workloads(func(w *resolve.Workload) bool { return w.Ref.Namespace == e.NoPlaintextInto }), adviser), nil
	case e.From != "":
		calls, err := l.callsBetween(e.From, e.To)
		if err != nil {
			return expect.Result{}, err
		}
		return e.Calls(calls), nil
	}
	a, err := parseArgument(e.Workload)
	if err != nil {
		return expect.Result{}, err
	}
	hits, err := newFinder(l).find(a)
	if err != nil {
		return expect.Result{}, err
	}
	var workloads []*resolve.Workload
	for _, h := range hits {
		workloads = append(workloads, h.members(l)...)
	}
	return e.Mode(workloads), nil
}

// callsBetween are the calls of clients to a target, as connections --from --to finds
// them.
func (l *loaded) callsBetween(from, to string) (iter.Seq[*resolve.Connection], error) {
	o := &connectionsOptions{}
	var err error
	if o.sources, err = parseSources([]string{from}); err != nil {
		return nil, err
	}
	if o.targets, err = parseTargets([]string{to}); err != nil {
		return nil, err
	}
	ends, err := o.ends(l)
	if err != nil {
		return nil, err
	}
	filter := resolve.Filter{
		Client: func(c *resolve.ClientClass) bool {
			return slices.ContainsFunc(c.Workloads, func(w *resolve.Workload) bool { return ends.from[w] })
		},
		Host: ends.mayReach, Naked: true, Hidden: true,
	}
	return func(yield func(*resolve.Connection) bool) {
		for c := range l.mesh.Connections(filter) {
			if ends.reaches(&c) && !yield(&c) {
				return
			}
		}
	}, nil
}
