package cmd

import (
	"errors"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// check says of each expectation of a test whether it holds.
func (o *testOptions) check(l *input.Loaded, t *expect.Test, report *wire.TestReport) {
	checker := expect.NewChecker(l.Mesh, advise.New(l.Mesh, advise.Options{Exceptions: o.project.Lasting(o.streams.Now())}))
	for i := range t.Expectations {
		e := &t.Expectations[i]
		r, err := checker.Check(e)
		if err != nil {
			r = e.Missing(inOneLine(unexpected(l, e, err)))
		}
		report.Add(render.NewExpectation(t.Name, r))
	}
}

// unexpected is the failure of an expectation that names nothing, in the words of the flags
// that it is written like.
func unexpected(l *input.Loaded, e *expect.Expectation, err error) error {
	var lookup *expect.LookupError
	if !errors.As(err, &lookup) {
		return err
	}
	switch lookup.Part {
	case expect.PartNamespace:
		return l.NoNamespace("no-plaintext-into", e.NoPlaintextInto)
	case expect.PartFrom:
		return l.Unfound(input.Misnamed("--from", lookup.Err), input.AmongAll)
	case expect.PartTo:
		return l.Unfound(input.Misnamed("--to", lookup.Err), input.AmongCalled)
	}
	return l.Unfound(input.Misnamed("", lookup.Err), input.AmongAll)
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
