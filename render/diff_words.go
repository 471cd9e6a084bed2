package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// statusWords say how an object came to be a cause.
var statusWords = map[diff.Status]string{diff.Added: "is new", diff.Changed: "changed", diff.Removed: "is gone"}

// causeText is "DestinationRule shop/pay is new: plaintext into a STRICT port".
func causeText(c diff.Cause) string {
	text := ""
	if !c.Object.IsZero() {
		text = c.Object.String() + " " + statusWords[c.Status]
	}
	switch {
	case c.Words == "":
		return text
	case text == "":
		return c.Words
	}
	return text + ": " + strings.TrimPrefix(c.Words, c.Object.String()+" ") // it names itself
}

// verdictOf is what becomes of a call, a dash for one that cannot be made.
func verdictOf(c *outbound.Connection, denied []*authz.Policy) format.Cell {
	if c == nil {
		return format.Cell{Text: dash}
	}
	return admittedCell(c.Outcome.Verdict.String(), deniedBy(&authz.Admission{By: denied}))
}

func servedCell(d *resolve.Decision, tls string) format.Cell {
	return format.Cell{Text: servedText(d, tls), Tone: modeTone(d.Mode)}
}

// servedText is a mode as tables show it, with the settings of a listener of its own.
func servedText(d *resolve.Decision, tls string) string {
	switch {
	case d.Mode == resolve.Unknown && d.IfMeshed != resolve.Unset:
		return d.IfMeshed.String() + "?"
	case tls != "":
		return d.Mode.String() + " " + tls
	}
	return d.Mode.String()
}

// changedText is what --to takes.
func changedText(c *diff.CallChange) string {
	text := hostText(c.Host) + ":" + strconv.Itoa(int(c.Port))
	if c.Subset != "" {
		text += "/" + c.Subset
	}
	return text
}

// callersText names one client, or counts them.
func callersText(lists []*diff.Clients) string {
	names, namespaces := 0, map[string]bool{}
	var first *inbound.Workload
	for _, c := range lists {
		names += c.Count
		for _, caller := range c.Callers {
			first = caller.Workloads[0]
			namespaces[first.Ref.Namespace] = true
		}
	}
	switch {
	case names == 1:
		return clientText(first)
	case len(namespaces) == 1:
		return count(names, "workload") + " of " + first.Ref.Namespace
	}
	return fmt.Sprintf("%s of %d namespaces", count(names, "workload"), len(namespaces))
}
