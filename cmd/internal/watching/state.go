package watching

import (
	"maps"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/overview"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/metrics"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// Moment is a mesh at one time, with what the checks find in it. Nobody changes one.
type Moment struct {
	Mesh     *mesh.Mesh
	Findings []analyze.Finding

	objects map[resolve.Ref]resolve.Object
	outages []cluster.Outage
	// exceptions are those that lasted then: when one ends, findings come.
	exceptions int
}

// side is one of the two that are compared.
func (m *Moment) side() diff.Side { return diff.Side{Mesh: m.Mesh, Findings: m.Findings} }

// Watcher goes from moment to moment. It is for one goroutine.
type Watcher struct {
	flags   *input.Flags
	streams console.Streams
	project *project.Config
	checks  []*analyze.Check

	now *Moment
	// seeing is the last moment before an outage, nil where there is none, and told what was
	// logged since: it is not logged again when the outage ends.
	seeing   *Moment
	logged   map[string]bool
	complete time.Time
	unusable int
	census   *overview.Census
}

// New is a Watcher that has seen nothing yet.
func New(f *input.Flags, s console.Streams, c *project.Config) *Watcher {
	checks := slices.DeleteFunc(analyze.Default.Of(project.Catalogue()), func(c *analyze.Check) bool { return verify.Owns(c.Code) })
	return &Watcher{flags: f, streams: s, project: c, checks: checks, logged: map[string]bool{}}
}

// Now is the moment of the last update, nil before the first.
func (w *Watcher) Now() *Moment { return w.now }

// Take goes to the moment that an update leads to, and is what changed on the way: none for the
// first one.
func (w *Watcher) Take(u *cluster.Update) []wire.WatchLine {
	was := w.now
	if len(u.Outages) == 0 {
		w.complete = u.At
	}
	if was != nil && u.Whole == nil && len(u.Deltas) == 0 && len(w.project.Lasting(u.At)) == was.exceptions {
		return nil
	}
	w.now = w.moment(u)
	w.census = overview.NewCensus(w.now.Mesh)
	if was == nil {
		return outageLines(u.At, nil, u.Outages)
	}
	return w.lines(was, u)
}

// moment is the mesh after an update.
func (w *Watcher) moment(u *cluster.Update) *Moment {
	m := &Moment{outages: u.Outages}
	if u.Whole != nil {
		m.objects = map[resolve.Ref]resolve.Object{}
		for _, o := range u.Whole.Objects {
			m.objects[o.Ref()] = o
		}
		l := input.NewLoaded(w.flags, w.streams)
		l.Editable = true
		l.Take(u.Whole)
		m.Mesh, w.unusable = l.Mesh, len(l.Problems)
	} else {
		m.objects = maps.Clone(w.now.objects)
		for i := range u.Deltas {
			if d := &u.Deltas[i]; d.Removes() {
				delete(m.objects, d.Ref)
			} else {
				m.objects[d.Ref] = d.Is
			}
		}
		m.Mesh = w.now.Mesh
		if len(u.Deltas) > 0 {
			m.Mesh = m.Mesh.With(u.Deltas...)
		}
	}
	m.Findings, m.exceptions = w.findings(m, u.At), len(w.project.Lasting(u.At))
	return m
}

// findings are those of the checks, without what the project hides.
func (w *Watcher) findings(m *Moment, at time.Time) []analyze.Finding {
	onMesh := slices.DeleteFunc(slices.Clone(w.checks), func(c *analyze.Check) bool { return c.Run == nil })
	report := analyze.RunWith(m.Mesh, onMesh, analyze.Options{Exceptions: w.project.Lasting(at)})
	marks := &project.Objects{}
	marks.Add("", slices.Collect(maps.Values(m.objects)))
	marks.AddWorkloads("", m.Mesh.Workloads())
	(&project.Run{Config: w.project, Objects: marks, Mesh: m.Mesh, Checks: w.checks, All: true, Now: at}).Apply(report)
	return report.Findings
}

func everywhere(string) bool { return true }

// Snapshot is the moment as metrics, nil before the first.
func (w *Watcher) Snapshot(u *cluster.Update) *metrics.Snapshot {
	s := &metrics.Snapshot{
		Census: w.census, Findings: w.now.Findings, Exceptions: project.NewRegister(w.project, w.now.Mesh, u.At),
		Complete: w.complete, Objects: u.Objects, Unusable: w.unusable,
	}
	for _, o := range u.Outages {
		s.Blind = append(s.Blind, metrics.Blind{Gap: o.Gap, Since: o.Since, Refused: o.Refused})
	}
	return s
}

// authors are who changed the objects of an update.
func authors(u *cluster.Update) func(resolve.Ref) render.Authorship {
	return func(ref resolve.Ref) render.Authorship {
		a := u.Authors[ref]
		return render.Authorship{Manager: a.Manager, Time: a.Time}
	}
}

// NumPorts is how many ports there are now, and how many of them have a mode.
func (w *Watcher) NumPorts(mode resolve.Mode) (all, of int) { return w.census.NumPorts(mode) }
