package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
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
	return text + ": " + c.Words
}

// verdictOf is what becomes of a call, a dash for one that cannot be made.
func verdictOf(c *resolve.Connection) Cell {
	if c == nil {
		return Cell{Text: dash}
	}
	return verdictCell(c)
}

func servedCell(d *resolve.Decision, tls string) Cell {
	return Cell{Text: servedText(d, tls), Tone: modeTone(d.Mode)}
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

// calledText is what --to takes.
func calledText(c *diff.CallChange) string {
	text := hostText(c.Host) + ":" + strconv.Itoa(int(c.Port))
	if c.Subset != "" {
		text += "/" + c.Subset
	}
	return text
}

func calledTexts(list []*diff.CallChange) string {
	var texts []string
	for _, c := range list {
		texts = append(texts, calledText(c))
	}
	return strings.Join(texts, ", ")
}

// callersText names one client, or counts them.
func callersText(c *diff.Clients) string {
	names, namespaces, last := c.Count, 0, ""
	var first *resolve.Workload
	for w := range c.Each {
		if first == nil {
			first = w
		}
		if w.Ref.Namespace != last {
			namespaces, last = namespaces+1, w.Ref.Namespace
		}
	}
	switch {
	case names == 1:
		return clientText(first)
	case namespaces == 1:
		return count(names, "workload") + " of " + last
	}
	return fmt.Sprintf("%s of %d namespaces", count(names, "workload"), namespaces)
}
