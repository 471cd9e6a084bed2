package cmd

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// found is one thing that an argument may mean. Exactly one of the pointers or
// workloads is set.
type found struct {
	ref       resolve.Ref
	rank      int // a bare name means the thing of lowest rank
	workloads []*resolve.Workload
	service   *resolve.Service
	namespace *resolve.Namespace
	policy    *resolve.PeerAuthentication
	rule      *resolve.DestinationRule
	host      *resolve.Host
}

// finder looks up arguments among everything that has a name.
type finder struct {
	loaded *loaded
	things []found
	// what names the kinds that it looks among, for errors.
	what string
}

func newFinder(l *loaded) *finder {
	f := &finder{loaded: l, what: "workload, service, namespace, policy or rule"}
	for _, w := range l.mesh.Workloads() {
		if last := len(f.things) - 1; last >= 0 && f.things[last].ref == w.Ref {
			f.things[last].workloads = append(f.things[last].workloads, w)
			continue
		}
		f.things = append(f.things, found{ref: w.Ref, workloads: []*resolve.Workload{w}})
	}
	f.things = append(f.things, pods(l.mesh.Workloads())...)
	for _, s := range l.mesh.Services() {
		f.things = append(f.things, found{ref: s.Ref, rank: 1, service: s})
	}
	for _, n := range l.mesh.Namespaces() {
		f.things = append(f.things, found{ref: resolve.Ref{Kind: resolve.KindNamespace, Name: n.Name}, rank: 2, namespace: n})
	}
	for _, p := range l.mesh.PeerAuthentications() {
		f.things = append(f.things, found{ref: p.Ref, rank: 3, policy: p})
	}
	for _, r := range l.mesh.DestinationRules() {
		f.things = append(f.things, found{ref: r.Ref, rank: 4, rule: r})
	}
	return f
}

// find returns what an argument means: one thing, or all of a kind for a kind
// alone. Anything else is a usage error that says what is there.
func (f *finder) find(a argument) ([]found, error) {
	hits := f.matches(a)
	if a.name == "" {
		if len(hits) == 0 {
			return nil, f.nothing(a)
		}
		return hits, nil
	}
	slices.SortStableFunc(hits, func(x, y found) int { return x.rank - y.rank })
	end := slices.IndexFunc(hits, func(h found) bool { return h.rank != hits[0].rank })
	if end > 0 {
		hits = hits[:end]
	}
	switch {
	case len(hits) == 0:
		return nil, f.nothing(a)
	case slices.ContainsFunc(hits, func(h found) bool { return h.ref != hits[0].ref }):
		return nil, ambiguous(a, hits)
	}
	return hits, nil // one thing, or several hosts of one ServiceEntry
}

func (f *finder) matches(a argument) []found {
	var hits []found
	for _, t := range f.things {
		if a.kind != "" && !sameKind(a.kind, t.ref.Kind) {
			continue
		}
		inScope := t.ref.Namespace == "" || f.loaded.shows(t.ref.Namespace)
		whole := t.ref.Namespace != "" && a.name == t.ref.Name+"."+t.ref.Namespace
		if whole || inScope && (a.name == "" || a.name == t.ref.Name) {
			hits = append(hits, t)
		}
		f.loaded.elsewhere = f.loaded.elsewhere || whole
	}
	return hits
}

// sameKind compares by word: who types "gateway" may mean either group's.
func sameKind(a, b resolve.Kind) bool { return a.Word() == b.Word() }

func ambiguous(a argument, hits []found) error {
	var names []string
	for _, h := range hits {
		names = append(names, typedName(h.ref))
	}
	return usage("say which: "+some(names, 8), "%q names %d things", a.raw, len(hits))
}

// nothing says that a name is unknown, what is near and what is there.
func (f *finder) nothing(a argument) error {
	failed := &failure{code: exitUsage, message: f.missing(a)}
	candidates := f.candidates(a.kind)
	if near := nearest(a.name, candidates); len(near) > 0 {
		failed.hints = append(failed.hints, "did you mean "+strings.Join(near[:min(len(near), 3)], " or ")+"?")
	}
	if len(candidates) == 0 { // nothing of that kind
		candidates = f.candidates("")
	}
	if len(candidates) == 0 {
		failed.hints = append(failed.hints, "the input has no workload and no Service: is it what was meant?")
		return failed
	}
	failed.hints = append(failed.hints, "the input has "+some(typedNames(candidates), 8))
	return failed
}

// candidates are the things of a kind; without one, those that a name alone
// usually means.
func (f *finder) candidates(kind resolve.Kind) []resolve.Ref {
	var refs []resolve.Ref
	for _, t := range f.things {
		if kind == "" && t.rank <= 1 || kind != "" && sameKind(kind, t.ref.Kind) {
			refs = append(refs, t.ref)
		}
	}
	return refs
}

// nearest are the things whose name is spelled much like a word.
func nearest(word string, things []resolve.Ref) []string {
	byName := map[string][]string{}
	for _, r := range things {
		for _, key := range []string{r.Name, r.Name + "." + r.Namespace} {
			byName[key] = append(byName[key], typedName(r))
		}
	}
	var near []string
	for _, key := range spelling.Nearest(word, sortedKeys(byName)) {
		near = append(near, byName[key]...)
	}
	return unique(near)
}

func typedNames(things []resolve.Ref) []string {
	names := make([]string, 0, len(things))
	for _, r := range things {
		names = append(names, typedName(r))
	}
	slices.Sort(names)
	return names
}

func (f *finder) missing(a argument) string {
	what, l := f.what, f.loaded
	if a.kind != "" {
		what = a.kind.Word()
	}
	text := "no " + what + " in the input"
	if a.name != "" {
		text = "no " + what + " named \"" + a.name + "\" in the input"
	}
	if !l.flags.allNamespaces && l.flags.namespace != "" {
		text += ", looking in namespace " + l.flags.namespace
	}
	return text
}

// typedName writes a Ref as an argument that finds it again.
func typedName(r resolve.Ref) string {
	name := r.Kind.Short() + "/" + r.Name
	if r.Namespace != "" {
		name += "." + r.Namespace
	}
	return name
}
