package cmd

import (
	"errors"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// check says of each expectation of a test whether it holds.
func (o *testOptions) check(l *loaded, t *expect.Test, report *wire.TestReport) {
	checker := expect.NewChecker(l.mesh, advise.New(l.mesh, advise.Options{Exceptions: o.project.Lasting(o.streams.Now())}))
	for i := range t.Expectations {
		e := &t.Expectations[i]
		r, err := checker.Check(e)
		if err != nil {
			r = e.Missing(inOneLine(l.unexpected(e, err)))
		}
		report.Add(render.NewExpectation(t.Name, r))
	}
}

// unexpected is the failure of an expectation that names nothing, in the words of the flags
// that it is written like.
func (l *loaded) unexpected(e *expect.Expectation, err error) error {
	var lookup *expect.LookupError
	if !errors.As(err, &lookup) {
		return err
	}
	switch lookup.Part {
	case expect.PartNamespace:
		return l.noNamespace("no-plaintext-into", e.NoPlaintextInto)
	case expect.PartFrom:
		return l.unfound(misnamed("--from", lookup.Err), amongAll)
	case expect.PartTo:
		return l.unfound(misnamed("--to", lookup.Err), amongCalled)
	}
	return l.unfound(misnamed("", lookup.Err), amongAll)
}

// inOneLine is an error with its hints: it is a result here.
func inOneLine(err error) string {
	text := err.Error()
	var f *console.Failure
	if errors.As(err, &f) {
		for _, h := range f.Hints {
			text += "; " + h
		}
	}
	return text
}
