package analyze

import (
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Report is the outcome of a run. The zero Report is a clean one that looked at
// nothing.
type Report struct {
	Findings []Finding
	// Hidden are findings that somebody wrote down a reason for.
	Hidden []Hidden
	// Gone are findings of the baseline that are repaired.
	Gone []Gone
	// Ran are the codes of the checks that looked at the input.
	Ran []string
	// Skipped are the checks that could not look, Idle those that had nothing to look at:
	// nothing of their kind can be wrong here.
	Skipped, Idle []Skipped
	// Missing is what the input lacks and could hide a finding.
	Missing []Missing
}

// Skipped is a check that lacked something.
type Skipped struct {
	Code, Name string
	// Because names what was missing: "no Service in the input".
	Because string
}

// Run runs the checks over a mesh. Findings come sorted by namespace, severity,
// object; the order of checks does not show.
//
// What the mesh alone does not tell is in RunWith.
func Run(mesh *mesh.Mesh, checks []*Check) *Report { return RunWith(mesh, checks, Options{}) }

// Options are what a run rests on beyond the mesh. The zero Options are nothing.
type Options struct {
	// Evidence is who was seen calling whom, nil for no record: findings about calls
	// then say whether anybody makes them.
	Evidence *evidence.Evidence
	// Exceptions are ports whose owners keep them out of STRICT: no finding says that
	// these are open.
	Exceptions []advise.Exception
	// Namespaces are those that findings are wanted of, none for all: what could not be
	// read of others is no reason to skip a check.
	Namespaces []string
	// Files is true where files were read, which may be a part of what is applied: the
	// report then says what they lack.
	Files bool
	// Unrendered are the charts, kustomizations and other templates of the input that were read
	// past: what they make may hold a workload that is missing.
	Unrendered []string
	// Altered says what a kustomization that was read past does to an object of a file, false
	// for nothing; nil where there is none.
	Altered func(ref resolve.Ref, file string) (Alteration, bool)
	// Completion settles what the input leaves open, nil where it leaves nothing open, or
	// nothing may be assumed.
	Completion *Completion
}

// RunWith is Run with what the options know.
func RunWith(mesh *mesh.Mesh, checks []*Check, o Options) *Report {
	r := &Report{}
	if parts := mesh.Parts(); len(parts) > 0 {
		return runParts(parts, checks, o)
	}
	if o.Files {
		r.Missing = missing(mesh, o.Namespaces)
	}
	able := r.able(mesh, checks, o.Namespaces)
	for _, p := range passes(newFacts(mesh, o), able) {
		r.Findings = append(r.Findings, within(mesh, p)...)
	}
	if o.Files {
		r.withoutVariables(mesh)
	}
	doubt(mesh, r.Findings)
	unplaced(mesh, r.Findings, able)
	r.altered(mesh, able, o.Altered)
	sortFindings(r.Findings)
	if o.Completion != nil {
		r.complete(o.Completion, checks, o)
	}
	return r
}

// passes runs the checks, as many at a time as there are processors. A panic comes out
// here, as it would of a plain loop.
func passes(f *facts, checks []*Check) []*Pass {
	out := make([]*Pass, len(checks))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range checks {
		group.Go(func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("%s: %v", c.Code, p)
				}
			}()
			out[i] = one(f, c)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		panic(err)
	}
	return out
}

// runParts runs the checks over each cluster of several, which has policies and
// rules of its own, and tells what was found where.
func runParts(parts []*mesh.Mesh, checks []*Check, o Options) *Report {
	all := &Report{}
	for _, p := range parts {
		r := RunWith(p, checks, o)
		for i := range r.Findings {
			r.Findings[i].Cluster = p.Cluster()
		}
		for i := range r.Skipped {
			r.Skipped[i].Because += ", in cluster " + p.Cluster()
		}
		for i := range r.Idle {
			r.Idle[i].Because += ", in cluster " + p.Cluster()
		}
		all.Findings, all.Skipped, all.Idle = append(all.Findings, r.Findings...), append(all.Skipped, r.Skipped...), append(all.Idle, r.Idle...)
		all.Ran = append(all.Ran, r.Ran...)
	}
	slices.Sort(all.Ran)
	all.Ran = slices.Compact(all.Ran)
	sortFindings(all.Findings)
	return all
}

// One runs a single check and also tells which kinds it read.
func One(mesh *mesh.Mesh, c *Check) (findings []Finding, read map[resolve.Kind]bool) {
	p := one(newFacts(mesh, Options{}), c)
	return p.findings, p.read
}

func one(f *facts, c *Check) *Pass {
	p := &Pass{facts: f, check: c, read: map[resolve.Kind]bool{}}
	c.Run(p)
	return p
}

// Worst is the highest severity among the findings; ok is false without any.
func (r *Report) Worst() (worst Severity, ok bool) {
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	return worst, len(r.Findings) > 0
}

// Count is how many findings have the severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Keep drops the findings that keep does not want, hidden ones too.
func (r *Report) Keep(keep func(*Finding) bool) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return !keep(&f) })
	r.Hidden = slices.DeleteFunc(r.Hidden, func(h Hidden) bool { return !keep(&h.Finding) })
}

// Add takes findings in that were made elsewhere, at their places in the order.
func (r *Report) Add(findings ...Finding) {
	r.Findings = append(r.Findings, findings...)
	sortFindings(r.Findings)
}

// Hide takes the findings out that why knows a reason for.
func (r *Report) Hide(why func(*Finding) *Reason) {
	var left []Finding
	for i := range r.Findings {
		if reason := why(&r.Findings[i]); reason != nil {
			r.Hidden = append(r.Hidden, Hidden{r.Findings[i], *reason})
			continue
		}
		left = append(left, r.Findings[i])
	}
	r.Findings = left
}
