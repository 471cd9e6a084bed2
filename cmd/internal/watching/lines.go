package watching

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// lines are what changed from one moment to now. Where what can be read changed besides, only what
// was known and is known is news: what is unknown for an outage is its line. When an outage
// ends, the moments before and after it are compared.
func (w *Watcher) lines(was *Moment, u *cluster.Update) []wire.WatchLine {
	lines := outageLines(u.At, was.outages, u.Outages)
	step := w.changes(was, u)
	if !equalOutages(was.outages, u.Outages) {
		step = slices.DeleteFunc(step, func(l wire.WatchLine) bool { return !certain(&l) })
	}
	if w.seeing == nil && !within(u.Outages, was.outages) {
		w.seeing = was
	}
	lines = append(lines, step...)
	if w.seeing == nil {
		return lines
	}
	for i := range step {
		w.logged[keyOf(&step[i])] = true
	}
	if !within(u.Outages, w.seeing.outages) {
		return lines
	}
	since := w.changes(w.seeing, u)
	if !equalOutages(w.seeing.outages, u.Outages) {
		since = slices.DeleteFunc(since, func(l wire.WatchLine) bool { return !certain(&l) })
	}
	since = slices.DeleteFunc(since, func(l wire.WatchLine) bool { return w.logged[keyOf(&l)] })
	lines = append(lines, since...)
	w.seeing = nil
	clear(w.logged)
	return lines
}

// certain reports a port or a call of which it was known what it is, and is known now.
func certain(l *wire.WatchLine) bool {
	known := func(text string) bool {
		return text != "-" && !strings.HasSuffix(text, "?") && !strings.EqualFold(text, "unknown")
	}
	return (l.Type == "port" || l.Type == "call") && known(l.Was) && known(l.Is)
}

// keyOf is equal for lines about the same change.
func keyOf(l *wire.WatchLine) string {
	return l.Type + "\x00" + l.Effect + "\x00" + l.What + "\x00" + l.Was + "\x00" + l.Is + "\x00" + l.Code
}

// changes are what differs between a moment and now.
func (w *Watcher) changes(was *Moment, u *cluster.Update) []wire.WatchLine {
	refs := make([]resolve.Ref, 0, len(u.Deltas))
	for i := range u.Deltas {
		refs = append(refs, u.Deltas[i].Ref)
	}
	if u.Whole != nil {
		all := maps.Clone(was.objects)
		maps.Copy(all, w.now.objects)
		refs = slices.Collect(maps.Keys(all))
	}
	d := diff.Compare(was.side(), w.now.side(), diff.ObjectsBetween(was.objects, w.now.objects, refs), everywhere)
	return render.WatchLines(d, u.At, authors(u))
}

// outageLines are what can no longer be read, and what can again.
func outageLines(at time.Time, was, is []cluster.Outage) (lines []wire.WatchLine) {
	for _, o := range is {
		if !among(was, o) {
			lines = append(lines, render.BlindLine(at, o.Gap, o.Since))
		}
	}
	for _, o := range was {
		if !among(is, o) {
			lines = append(lines, render.ReadableLine(at, o.Gap, o.Since))
		}
	}
	return lines
}

func among(list []cluster.Outage, o cluster.Outage) bool {
	return slices.ContainsFunc(list, func(other cluster.Outage) bool { return same(other, o) })
}

// same reports outages of the same objects, whatever the reason.
func same(a, b cluster.Outage) bool {
	return a.Gap.Resource == b.Gap.Resource && slices.Equal(a.Gap.Namespaces, b.Gap.Namespaces)
}

// within reports that all outages of a list are among those of another one.
func within(list, others []cluster.Outage) bool {
	return !slices.ContainsFunc(list, func(o cluster.Outage) bool { return !among(others, o) })
}

func equalOutages(a, b []cluster.Outage) bool { return slices.EqualFunc(a, b, same) }
