package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// observed tells what was seen of calls.
type observed struct{ *resolve.Evidence }

// cell says nothing of calls that no server could report: it is the server's proxy
// that counts.
func (o observed) cell(c *resolve.Connection, known calls.Known) format.Cell {
	text := o.text(known.Seen)
	switch {
	case text == "" && (c.Server == nil || c.Server.Workload == nil || c.Server.Workload.Membership.Dataplane == resolve.DataplaneNone):
		return format.Cell{Text: "no proxy there that could tell", Tone: format.Faint}
	case !known.Seen.Plaintext.IsZero():
		return format.Cell{Text: text, Tone: format.Attention}
	case text == "" && known.Covered:
		return format.Cell{Text: "not seen", Tone: format.Faint}
	case text == "" && o.Whole():
		return format.Cell{Text: "its logs were not all given", Tone: format.Faint}
	case text == "":
		return format.Cell{Text: "not seen, but the record is not whole", Tone: format.Faint}
	}
	return format.Cell{Text: text}
}

// text is "mtls 12/s, plaintext 3 in 7d, last 2026-11-20 10:00Z", "" for nothing.
func (o observed) text(seen resolve.Seen) string {
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
func (o observed) rate(count float64) string {
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
