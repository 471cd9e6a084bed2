package words

import (
	"cmp"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// entry is how a cause is told. rule is the number of its rule in the rule book: "" for a
// plain fact, ofBase for the rule of the reason that it goes on from (with a number after it for
// one that has none), ofBeside for that of the reason beside. sentence is the text,
// with values in braces; what stands between < and > is left out where a table has a column
// that says as much.
type entry struct{ rule, sentence string }

const (
	ofBase   = "="
	ofBeside = "&"
)

// Because is the sentence of a reason, without a full stop; "" for the zero Reason.
func Because(r resolve.Reason) string {
	if r.Cause.Gate() {
		return "gate: " + tell(r, whole)
	}
	return tell(r, whole)
}

// Plain is Because without the word that marks a gate.
func Plain(r resolve.Reason) string { return tell(r, whole) }

// Brief is the sentence for a cell of a table whose other columns name the object, the mode
// and what decided.
func Brief(r resolve.Reason) string { return tell(r, brief) }

// Rule is the number of the rule that a reason rests on, "" for a plain fact.
func Rule(r resolve.Reason) string {
	rule := table[r.Cause].rule
	if otherwise, of := strings.CutPrefix(rule, ofBase); of {
		return cmp.Or(Rule(r.Details().Base), otherwise)
	}
	if rule == ofBeside {
		return Rule(r.Details().Beside)
	}
	return rule
}

// Known reports a cause that the table has.
func Known(c resolve.Cause) bool {
	_, known := table[c]
	return known
}

// table is filled by the files of this package, a part of the causes each.
var table = join(inbound, capture, membership, capability, outbound, tunnel, automatic, outcome, admission, unused, trace, protocol)

func join(parts ...map[resolve.Cause]entry) map[resolve.Cause]entry {
	all := map[resolve.Cause]entry{}
	for _, part := range parts {
		for cause, e := range part {
			if _, twice := all[cause]; twice {
				panic("words: " + string(cause) + " has two sentences")
			}
			all[cause] = e
		}
	}
	return all
}
