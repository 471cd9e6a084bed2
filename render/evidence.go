package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// observed finds what was seen of the calls of a row.
type observed struct {
	*resolve.Evidence
	// members are the clients of rows, nil where only single workloads are asked about.
	members *members
}

func newObserved(e *resolve.Evidence) *observed { return &observed{Evidence: e} }

// of is what was seen of calls of these clients to any of these ports of a host: of the
// whole host where nobody knows the port.
func (o *observed) of(from *roster, h *resolve.Host, ports []int32) (seen resolve.Seen) {
	callers := o.Callers(h)
	if o.KnowsPorts() {
		callers = nil
		for _, port := range ports {
			callers = append(callers, o.CallersOn(h, port)...)
		}
	}
	for _, c := range callers {
		if o.members.named(from, c.Client) {
			seen.Add(c.Seen)
		}
	}
	return seen
}

// cell says nothing of calls that no server could report: it is the server's proxy
// that counts.
func (o *observed) cell(c *resolve.Connection, seen resolve.Seen, covered bool) format.Cell {
	text := o.text(seen)
	switch {
	case text == "" && (c.Server == nil || c.Server.Workload == nil || c.Server.Workload.Membership.Dataplane == resolve.DataplaneNone):
		return format.Cell{Text: "no proxy there that could tell", Tone: format.Faint}
	case !seen.Plaintext.IsZero():
		return format.Cell{Text: text, Tone: format.Attention}
	case text == "" && covered:
		return format.Cell{Text: "not seen", Tone: format.Faint}
	case text == "" && o.Whole():
		return format.Cell{Text: "its logs were not all given", Tone: format.Faint}
	case text == "":
		return format.Cell{Text: "not seen, but the record is not whole", Tone: format.Faint}
	}
	return format.Cell{Text: text}
}

// covers reports that all of these servers would have reported a call.
func (o *observed) covers(servers []*resolve.Endpoint) bool {
	return !slices.ContainsFunc(servers, func(e *resolve.Endpoint) bool { return e == nil || e.Workload == nil || !o.Covers(e.Workload) })
}

// text is "mtls 12/s, plaintext 3 in 7d, last 2026-11-20 10:00Z", "" for nothing.
func (o *observed) text(seen resolve.Seen) string {
	var parts []string
	if !seen.MTLS.IsZero() {
		parts = append(parts, "mtls "+o.rate(seen.MTLS.Count))
	}
	if !seen.Plaintext.IsZero() {
		parts = append(parts, "plaintext "+o.rate(seen.Plaintext.Count)+", last "+seen.Plaintext.Last.UTC().Format("2006-01-02 15:04Z"))
	}
	if !seen.Unknown.IsZero() {
		parts = append(parts, "seen "+o.rate(seen.Unknown.Count))
	}
	return strings.Join(parts, ", ")
}

// rate is how often a second, or how often in all where that is rare.
func (o *observed) rate(count float64) string {
	t := o.Traffic()
	length := t.To.Sub(t.From)
	switch perSecond := count / length.Seconds(); {
	case length < time.Second:
		return fmt.Sprintf("%.0f times", count)
	case perSecond >= 10:
		return fmt.Sprintf("%.0f/s", perSecond)
	case perSecond >= 0.01:
		return fmt.Sprintf("%.2g/s", perSecond)
	}
	return fmt.Sprintf("%.0f in %s", max(count, 1), span(length))
}

// span is a length of time as people say it.
func span(d time.Duration) string {
	if days := d.Hours() / 24; days >= 2 && d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%.0fd", days)
	}
	if d < time.Minute {
		return d.Round(time.Second).String()
	}
	text := strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	if hours, whole := strings.CutSuffix(text, "h0m"); whole {
		return hours + "h"
	}
	return text
}
