package diff

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Side is one of the two meshes, with what the checks found in it.
type Side struct {
	Mesh     *mesh.Mesh
	Findings []analyze.Finding
}

// Diff is everything that a change changes, each list in the order of its effects.
// The zero Diff is no change.
type Diff struct {
	Objects   Objects
	Calls     []CallChange
	Ports     []PortChange
	Workloads []WorkloadChange
	Findings  []FindingChange
	// ShutOut are workloads without a proxy that could call ports which no longer take
	// plaintext. Whether they did, nobody knows.
	ShutOut ShutOut
}

// ShutOut says who can no longer call, and how many ports.
type ShutOut struct {
	Ports     int
	Workloads []*inbound.Workload
}

// FindingChange is a finding that appears or disappears.
type FindingChange struct {
	Effect  effect.Effect // New or Gone
	Finding analyze.Finding
}

// comparison is a Diff in the making.
type comparison struct {
	base, head *mesh.Mesh
	objects    Objects
	meshwide   Cause
	shows      func(namespace string) bool
	pairs      []pair
	callers    []*Caller
	rosters    rosters
	// asking are the callers whose calls are compared now.
	asking *Caller
	// all is set where every caller is asked about the host at hand, not only those that are
	// others than before.
	all bool
	// plans are the groups of callers, by the groups of classes that know a host.
	plans   map[string][]planned
	scratch []byte
}

// Compare says what becomes of base. objects are all those that differ: of hosts that none
// of them is about no call is asked. shows chooses the namespaces whose workloads, calls (of
// either end) and findings are wanted.
func Compare(base, head Side, objects Objects, shows func(namespace string) bool) *Diff {
	c := &comparison{base: base.Mesh, head: head.Mesh, objects: objects, meshwide: objects.meshwide(), shows: shows, rosters: rosters{known: map[uint64][]*Clients{}}, plans: map[string][]planned{}}
	c.pairs = pairs(base.Mesh, head.Mesh)
	c.callers = c.groupCallers()
	d := &Diff{Objects: objects, Calls: c.admissions(c.calls()), Ports: c.ports(), Workloads: c.workloads(), Findings: c.findings(base.Findings, head.Findings)}
	slices.SortStableFunc(d.Ports, func(a, b PortChange) int { return cmp.Compare(a.Effect, b.Effect) })
	slices.SortStableFunc(d.Workloads, func(a, b WorkloadChange) int { return cmp.Compare(a.Effect, b.Effect) })
	d.ShutOut = c.shutOut(d.Ports, d.Findings)
	return d
}

// findings compares fingerprints: a finding that moved in its file is the same, one that
// affects more, or is more severe, is new as far as that goes.
func (c *comparison) findings(was, is []analyze.Finding) []FindingChange {
	var list []FindingChange
	before, after := analyze.NewBefore(was), analyze.NewBefore(is)
	for _, f := range is {
		if !before.Knows(&f) && c.wants(&f) {
			list = append(list, FindingChange{effect.New, f})
		}
	}
	for _, f := range was {
		if !after.Has(&f) && c.wants(&f) {
			list = append(list, FindingChange{effect.Gone, f})
		}
	}
	return list
}

func (c *comparison) wants(f *analyze.Finding) bool {
	return f.Namespace() == "" || c.shows(f.Namespace())
}

// shutOut finds the workloads without a proxy on both sides, but for those that a new finding
// is about: of these it is known that they call.
func (c *comparison) shutOut(ports []PortChange, findings []FindingChange) ShutOut {
	var s ShutOut
	for _, p := range ports {
		if p.Is.Mode == resolve.Strict && (p.Was.Mode == resolve.Permissive || p.Was.Mode == resolve.Disable) && p.Port != AnyOther {
			s.Ports++
		}
	}
	if s.Ports == 0 {
		return s
	}
	for _, p := range c.pairs {
		told := func(f FindingChange) bool { return f.Effect == effect.New && f.Finding.Object == p.is.Ref }
		if p.was != nil && p.is != nil && naked(p.was) && naked(p.is) && !slices.ContainsFunc(findings, told) {
			s.Workloads = append(s.Workloads, p.is)
		}
	}
	return s
}

func naked(w *inbound.Workload) bool { return w.Membership.Dataplane == resolve.DataplaneNone }

// Count is how many calls, workload by workload, and ports have an effect. The ports
// that nothing names count as one where no other port of the workload does.
func (d *Diff) Count(e effect.Effect) (calls, ports int) {
	for i := range d.Calls {
		if d.Calls[i].Effect == e {
			calls += d.Calls[i].Clients.Count
		}
	}
	for i := range d.Ports {
		alone := i == 0 || d.Ports[i-1].Workload != d.Ports[i].Workload || d.Ports[i-1].Effect != e
		if p := &d.Ports[i]; p.Effect == e && (p.Port != AnyOther || alone) {
			ports++
		}
	}
	return calls, ports
}

// NewErrors counts the findings at error that come.
func (d *Diff) NewErrors() int {
	n := 0
	for i := range d.Findings {
		if f := &d.Findings[i]; f.Effect == effect.New && f.Finding.Severity == analyze.Error {
			n++
		}
	}
	return n
}

// Worst is the first effect of all ports and calls in the order of Effects; ok is
// false where none changes.
func (d *Diff) Worst() (e effect.Effect, ok bool) {
	e = effect.New
	for _, x := range d.Calls {
		e, ok = min(e, x.Effect), true
	}
	for _, x := range d.Ports {
		e, ok = min(e, x.Effect), true
	}
	return e, ok
}

// Empty reports that nothing changes, whatever is written differently.
func (d *Diff) Empty() bool {
	return len(d.Calls)+len(d.Ports)+len(d.Workloads)+len(d.Findings) == 0
}
