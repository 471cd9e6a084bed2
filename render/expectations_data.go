package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// NewExpectation is the wire form of one result of a test.
func NewExpectation(test string, one expect.Result) wire.ExpectationItem {
	return wire.ExpectationItem{
		Test: test, Name: one.Name, Expects: one.String(), Position: positionOf(one.At), Held: one.Held, Says: one.Says,
		By: refOf(one.By), Culprit: positionOf(one.Culprit),
	}
}
