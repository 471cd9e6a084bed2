package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// observed tells what was seen of calls.
type observed struct{ *evidence.Evidence }

// cell says nothing of calls that no server could report: it is the server's proxy
// that counts.
func (o observed) cell(c *outbound.Connection, known calls.Known) format.Cell {
	proxied := c.Server != nil && c.Server.Workload != nil && c.Server.Workload.Membership.Dataplane != resolve.DataplaneNone
	return seenCell(known.Observed, o.length(), proxied, known.Covered, o.Complete())
}

func seenCell(seen evidence.Sightings, length time.Duration, proxied, covered, whole bool) format.Cell {
	text := seenText(seen, length)
	switch {
	case text == "" && !proxied:
		return format.Cell{Text: "no proxy there that could tell", Tone: format.Faint}
	case !seen.Plaintext.IsZero():
		return format.Cell{Text: text, Tone: format.Attention}
	case text == "" && covered:
		return format.Cell{Text: "not seen", Tone: format.Faint}
	case text == "" && whole:
		return format.Cell{Text: "its logs were not all given", Tone: format.Faint}
	case text == "":
		return format.Cell{Text: "not seen, but the record is not whole", Tone: format.Faint}
	}
	return format.Cell{Text: text}
}

// length is that of the time of which the record is.
func (o observed) length() time.Duration {
	t := o.Traffic()
	return t.To.Sub(t.From)
}

func (o observed) text(seen evidence.Sightings) string { return seenText(seen, o.length()) }

// seenText is "mtls 12/s, plaintext 3 in 7d, last 2026-11-20 10:00Z", "" for nothing.
func seenText(seen evidence.Sightings, length time.Duration) string {
	var parts []string
	if !seen.MTLS.IsZero() {
		parts = append(parts, "mtls "+rate(seen.MTLS.Count, length))
	}
	if !seen.Plaintext.IsZero() {
		parts = append(parts, "plaintext "+rate(seen.Plaintext.Count, length)+", last "+seen.Plaintext.Last.UTC().Format("2006-01-02 15:04Z"))
	}
	if !seen.Unknown.IsZero() {
		parts = append(parts, "seen "+rate(seen.Unknown.Count, length))
	}
	return strings.Join(parts, ", ")
}

// rate is how often a second, or how often in all where that is rare.
func rate(count float64, length time.Duration) string {
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
