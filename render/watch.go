package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Authorship is who changed an object, and when; Manager is "" where that is unknown.
type Authorship struct {
	Manager string
	Time    time.Time
}

// WatchLines are a line for each effective change: calls, ports and workloads by their effect,
// then findings.
func WatchLines(d *diff.Diff, at time.Time, author func(resolve.Ref) Authorship) []wire.WatchLine {
	v := Diff{Diff: d, Expand: true}
	var lines []wire.WatchLine
	for kind, rows := range map[string][]*diffRow{"call": v.callRows(), "port": v.portRows(), "workload": v.workloadRows()} {
		for _, r := range rows {
			l := newWatchLine(at, kind, r.effect.String())
			l.What, l.Was, l.Is, l.Because, l.Object = r.what, r.was.Text, r.is.Text, causeText(r.cause), refOrNull(r.cause.Object)
			if a := author(r.cause.Object); a.Manager != "" {
				l.Manager, l.ChangedAt = a.Manager, a.Time.UTC().Format(time.RFC3339)
			}
			lines = append(lines, l)
		}
	}
	sortWatchLines(lines)
	for i := range d.Findings {
		lines = append(lines, findingLine(at, &d.Findings[i]))
	}
	return lines
}

func newWatchLine(at time.Time, kind, effect string) wire.WatchLine {
	return wire.WatchLine{APIVersion: wire.APIVersion, Kind: "WatchLine", Time: at.UTC().Format(time.RFC3339), Type: kind, Effect: effect, Was: dash, Is: dash}
}

func findingLine(at time.Time, c *diff.FindingChange) wire.WatchLine {
	f := &c.Finding
	l := newWatchLine(at, "finding", c.Effect.String())
	l.Code, l.Severity, l.What, l.Object = f.Code, f.Severity.String(), f.Object.String()+": "+f.Message, refOrNull(f.Object)
	if f.Confidence != analyze.Certain {
		l.What = f.Confidence.String() + ": " + l.What
	}
	return l
}

// BlindLine is the line of a kind that cannot be read any more, ReadableLine of one that can be
// again.
func BlindLine(at time.Time, g resolve.Gap, since time.Time) wire.WatchLine {
	l := newWatchLine(at, "blind", effect.Uncertain.String())
	l.What, l.Because = g.Resource, fmt.Sprintf("%s; what depends on it is unknown since %s", g, since.UTC().Format(time.RFC3339))
	return l
}

// ReadableLine is the line of a kind that can be read again.
func ReadableLine(at time.Time, g resolve.Gap, since time.Time) wire.WatchLine {
	l := newWatchLine(at, "readable", effect.Differs.String())
	l.What, l.Because = g.Resource, "what depends on it was unknown since "+since.UTC().Format(time.RFC3339)
	return l
}

// WatchText is a line as people read it.
func WatchText(l *wire.WatchLine) string {
	text := l.Time + " "
	switch l.Type {
	case "blind", "readable":
		text += l.Type + " " + l.What + ": " + l.Because
	case "finding":
		text += fmt.Sprintf("%s finding %s (%s): %s", l.Effect, l.Code, l.Severity, l.What)
	default:
		text += fmt.Sprintf("%s %s %s: %s -> %s", l.Effect, l.Type, l.What, l.Was, l.Is)
		if l.Because != "" {
			text += " because " + l.Because
		}
		if l.Manager != "" {
			text += " (by " + l.Manager + " at " + l.ChangedAt + ")"
		}
	}
	return format.Visible(strings.TrimSpace(text))
}
