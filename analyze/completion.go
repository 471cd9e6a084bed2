package analyze

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Completion is a mesh with what its input leaves open settled one way and the other: in
// which namespaces sidecars are injected, where the Namespace object is missing (1.13).
type Completion struct {
	// Open are the namespaces in question, at least one.
	Open []mesh.Unsettled
	// Injected is the mesh in which all of them inject, Bare makes the one in which none does.
	Injected *mesh.Mesh
	Bare     func() *mesh.Mesh
}

// complete adds to a report of the mesh as it was read what the completions tell: what is
// found where the namespaces inject rests on that and says so; what is found either way is
// certain as far as they go; what is found only where they do not is nothing that the
// input speaks for.
func (r *Report) complete(c *Completion, checks []*Check, o Options) {
	injected := findings(c.Injected, checks, o)
	here, there := byFingerprint(r.Findings), byFingerprint(injected)
	bare := func() map[string]*Finding { return nil }
	if slices.ContainsFunc(r.Findings, func(f Finding) bool { return settles(&f, there) }) {
		found := byFingerprint(findings(c.Bare(), checks, o))
		bare = func() map[string]*Finding { return found }
	}
	var out []Finding
	for _, f := range r.Findings {
		switch {
		case settles(&f, there) && bare()[f.Fingerprint()] != nil && bare()[f.Fingerprint()].Confidence == Certain:
			f.Confidence = Certain
		case there[f.Fingerprint()] == nil:
			f = c.withoutSidecar(f)
		}
		if f.Confidence != Possible || f.Severity > Info || here[f.Fingerprint()].Confidence == Possible {
			out = append(out, f)
		}
	}
	for _, f := range injected {
		if here[f.Fingerprint()] != nil {
			continue
		}
		if assumed, tell := c.assume(f); tell {
			out = append(out, assumed)
		}
	}
	r.Findings = out
	sortFindings(r.Findings)
}

// findings are those of a mesh, checks that lack something left out.
func findings(mesh *mesh.Mesh, checks []*Check, o Options) []Finding {
	o.Completion = nil
	return RunWith(mesh, checks, o).Findings
}

// settles reports a finding that is less than certain as the input was read and certain
// where the namespaces inject.
func settles(f *Finding, injected map[string]*Finding) bool {
	other := injected[f.Fingerprint()]
	return f.Confidence != Certain && other != nil && other.Confidence == Certain
}

func byFingerprint(fs []Finding) map[string]*Finding {
	out := make(map[string]*Finding, len(fs))
	for i := range fs {
		out[fs[i].Fingerprint()] = &fs[i]
	}
	return out
}

// assume makes of a finding where the namespaces inject one of the mesh as it was read.
// Where something speaks for each that it is about, it is likely; else possible, a grade
// lower, and not worth telling when that leaves nothing of it.
func (c *Completion) assume(f Finding) (Finding, bool) {
	about := c.about(&f)
	f.Assumes = names(about)
	f.Confidence = max(f.Confidence, Likely)
	if silent := slices.IndexFunc(about, func(u mesh.Unsettled) bool { return u.Speaks.IsZero() }); silent >= 0 {
		if f.Severity == Info {
			return f, false
		}
		f.Severity, f.Confidence = f.Severity-1, Possible
	}
	f.Message += "; assumes sidecar injection in " + namespacesText(about)
	return f, true
}

// withoutSidecar makes less of a finding that holds only where the namespaces do not inject.
func (c *Completion) withoutSidecar(f Finding) Finding {
	about := c.about(&f)
	f.Assumes = names(about)
	if f.Confidence == Certain {
		f.Confidence = Likely
	}
	if !slices.ContainsFunc(about, func(u mesh.Unsettled) bool { return u.Speaks.IsZero() }) {
		f.Confidence, f.Severity = Possible, max(f.Severity, Warning)-1
	}
	return f
}

// about are the namespaces in question that a finding is about, all of them where it names
// none.
func (c *Completion) about(f *Finding) []mesh.Unsettled {
	named := map[string]bool{f.Namespace(): true}
	for _, ref := range f.Involved {
		named[ref.Namespace] = true
	}
	out := slices.DeleteFunc(slices.Clone(c.Open), func(u mesh.Unsettled) bool { return !named[u.Namespace] })
	if len(out) == 0 {
		return c.Open
	}
	return out
}

func names(list []mesh.Unsettled) []string {
	var out []string
	for _, u := range list {
		out = append(out, u.Namespace)
	}
	return out
}

// namespacesText names the namespaces, and what speaks for the only one.
func namespacesText(list []mesh.Unsettled) string {
	if len(list) > 1 {
		const most = 3
		text := fmt.Sprintf("namespaces %s", strings.Join(names(list)[:min(len(list), most)], ", "))
		if len(list) > most {
			text += fmt.Sprintf(" and %d more", len(list)-most)
		}
		return text + " (no Namespace objects in the input)"
	}
	text := fmt.Sprintf("namespace %s (no Namespace object in the input", list[0].Namespace)
	if !list[0].Speaks.IsZero() {
		text += ", but " + list[0].Speaks.String()
	}
	return text + ")"
}
