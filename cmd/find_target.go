package cmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// targetFinder looks up what is called: a host before a workload of the same name.
type targetFinder struct{ finder }

func newTargetFinder(l *loaded) *targetFinder {
	f := &targetFinder{*newFinder(l)}
	f.what = "workload, host or namespace"
	f.things = slices.DeleteFunc(f.things, func(t found) bool { return t.policy != nil || t.rule != nil || t.service != nil })
	for i := range f.things {
		f.things[i].rank++
	}
	for _, h := range l.mesh.Hosts() {
		f.things = append(f.things, found{ref: h.Ref, host: h})
		if h.Ref.Kind != resolve.KindService && h.Ref.Name != h.Name {
			named := h.Ref
			named.Name = h.Name
			f.things = append(f.things, found{ref: named, host: h})
		}
	}
	return f
}

// reach finds what a target leads to. Several hosts of one ServiceEntry are one
// thing.
func (f *targetFinder) reach(t target) (reach, error) {
	r := reach{target: t, hosts: map[*resolve.Host]bool{}, servers: map[*resolve.Workload]bool{}}
	hits, err := f.named(t)
	if err != nil {
		return r, err
	}
	for _, hit := range hits {
		switch {
		case hit.host != nil && hit.host.Alias != "":
			return r, usage("--to "+shell.Word(t.at(serviceName(hit.host.Alias))), "%s is another name of %s (ExternalName): callers get its connection", hit.ref, hit.host.Alias)
		case hit.host != nil:
			r.hosts[hit.host] = true
		case hit.namespace != nil:
			for _, h := range f.loaded.mesh.Hosts() {
				r.hosts[h] = r.hosts[h] || h.Namespace == hit.namespace.Name
			}
		default:
			for _, w := range hit.workloads {
				r.servers[w] = true
			}
		}
	}
	r.findBehind(f.loaded.mesh)
	if err := r.checkPort(f.loaded.mesh); err != nil {
		return r, err
	}
	return r, r.checkDefined(f.loaded.mesh)
}

// named finds what a target names: a thing of the input, an address, or a host
// under a wildcard.
func (f *targetFinder) named(t target) ([]found, error) {
	if t.kind == "" && isAddress(t.name) {
		return f.address(t)
	}
	hits, err := f.find(t.argument)
	if err == nil || t.kind != "" {
		return hits, err
	}
	var failed *failure
	if !strings.Contains(t.name, ".") || !errors.As(err, &failed) {
		return nil, err
	}
	if wild := f.wildcards(t.name); len(wild) > 0 {
		return wild, nil
	}
	if _, namespace, _ := strings.Cut(t.name, "."); f.loaded.mesh.Namespace(namespace) == nil {
		failed.hints = append(failed.hints, f.unknownHost())
	}
	return nil, err
}
