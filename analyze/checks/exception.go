package checks

import (
	"fmt"
	"slices"
	"sync"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// exceptions builds the changes that give ports of one workload another mode and leave
// everything else as it is (2.5).
type exceptions struct {
	p *analyze.Pass
	*exceptionIndex
}

// labelled is one label in one namespace.
type labelled struct{ namespace, key, value string }

func newExceptions(p *analyze.Pass) *exceptions {
	p.Workloads()
	p.PeerAuthentications()
	return &exceptions{p, analyze.Shared(p, "exceptions", newExceptionIndex)}
}

// exceptionIndex finds what exceptions are made of.
type exceptionIndex struct {
	policies map[resolve.Ref]*inbound.PeerAuthentication
	services map[resolve.Ref]*inbound.Service
	// having are the workloads that have a label: asked where something is to be excepted.
	having func() map[labelled][]*inbound.Workload
}

func newExceptionIndex(m *mesh.Mesh) *exceptionIndex {
	x := &exceptionIndex{
		make(map[resolve.Ref]*inbound.PeerAuthentication, len(m.PeerAuthentications())), make(map[resolve.Ref]*inbound.Service, len(m.Services())),
		sync.OnceValue(func() map[labelled][]*inbound.Workload { return byLabel(m.Workloads()) }),
	}
	for _, svc := range m.Services() {
		x.services[svc.Ref] = svc
	}
	for _, pa := range m.PeerAuthentications() {
		x.policies[pa.Ref] = pa
	}
	return x
}

func byLabel(workloads []*inbound.Workload) map[labelled][]*inbound.Workload {
	having := map[labelled][]*inbound.Workload{}
	for _, w := range workloads {
		for k, v := range w.Labels {
			l := labelled{w.Ref.Namespace, k, v}
			having[l] = append(having[l], w)
		}
	}
	return having
}

// of are the edits that set a mode for ports of a workload, by the number on which it
// listens: in the workload's own policy, else in a new one that selects it alone. nil
// where no such change leaves the other workloads as they are.
func (x *exceptions) of(w *inbound.Workload, mode resolve.Mode, ports ...int32) []analyze.Edit {
	if w.Ref.Namespace == x.p.RootNamespace() || x.p.Mesh().Hides(w.Ref.Namespace) {
		return nil // a selector has no effect there (2.2), or no policy has (1.14)
	}
	slices.Sort(ports)
	ports = slices.Compact(ports)
	if own := x.own(w); own != nil {
		return x.within(own, w, mode, ports)
	}
	if mode == resolve.Permissive {
		ports = x.withSpecial(w, ports)
	}
	selector, name, base := x.selector(w), x.name(w), ownMode(w)
	if selector == nil || name == "" || base == resolve.Unset {
		return nil
	}
	entries := map[string]any{}
	for _, n := range ports {
		entries[fmt.Sprint(n)] = map[string]any{"mode": mode.String()}
	}
	return []analyze.Edit{{
		Object: resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: w.Ref.Namespace, Name: name}, Verb: analyze.Create,
		Value: map[string]any{
			"apiVersion": "security.istio.io/v1", "kind": resolve.KindPeerAuthentication.Word(),
			"metadata": map[string]any{"name": name, "namespace": w.Ref.Namespace},
			"spec": map[string]any{
				"selector": map[string]any{"matchLabels": selector},
				// Written out rather than inherited: what ambient makes of the entries of a
				// policy without a mode is another thing (2A.5, 2A.6).
				"mtls":          map[string]any{"mode": base.String()},
				"portLevelMtls": entries,
			},
		},
	}}
}

// withSpecial adds the other STRICT ports that somebody calls who never has a certificate:
// a workload has one policy of its own (2.3), so that all findings about it make the same.
func (x *exceptions) withSpecial(w *inbound.Workload, ports []int32) []int32 {
	for i := range w.Ports {
		q := &w.Ports[i]
		if q.Decision.Mode == resolve.Strict && !slices.Contains(ports, q.Number) && len(x.p.Adviser().Special(w, q.Number)) > 0 {
			ports = append(ports, q.Number)
		}
	}
	slices.Sort(ports)
	return ports
}

// own is the policy with a selector that counts for a workload, nil without one.
func (x *exceptions) own(w *inbound.Workload) *inbound.PeerAuthentication {
	for _, s := range w.Chain.Steps {
		if s.Scope == resolve.ScopeWorkload && s.Applies {
			return x.policies[s.By]
		}
	}
	return nil
}

// within are the edits of a policy that is there; nil where it is also that of another
// workload which has one of the ports.
func (x *exceptions) within(pa *inbound.PeerAuthentication, w *inbound.Workload, mode resolve.Mode, ports []int32) []analyze.Edit {
	for _, other := range x.p.Mesh().Selected(pa) {
		if other.Ref != w.Ref && slices.ContainsFunc(other.Ports, func(p inbound.Port) bool {
			return slices.Contains(ports, p.Number) && (p.Declared || len(p.Services) > 0)
		}) {
			return nil
		}
	}
	var edits []analyze.Edit
	for _, n := range ports {
		edits = append(edits, analyze.Edit{Object: pa.Ref, Verb: analyze.Set, Field: pa.PortField(n), Value: map[string]any{"mode": mode.String()}})
	}
	return edits
}

// ownMode is the mode of all the workload's ports that nothing names.
func ownMode(w *inbound.Workload) resolve.Mode {
	if d := w.Default; d.IfMeshed != resolve.Unset {
		return d.IfMeshed
	}
	return w.Default.Mode
}

// name is that of a new policy, "" where all names are taken.
func (x *exceptions) name(w *inbound.Workload) string {
	for _, name := range []string{w.Ref.Name, w.Ref.Name + "-exceptions"} {
		if x.policies[resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: w.Ref.Namespace, Name: name}] == nil {
			return name
		}
	}
	return ""
}

// tellingLabels are the labels by which people tell workloads apart, the usual first.
var tellingLabels = [][]string{
	{"app"}, {resolve.NameLabel}, {resolve.NameLabel, resolve.InstanceLabel},
	{resolve.NameLabel, resolve.InstanceLabel, resolve.ComponentLabel},
	{resolve.NameLabel, resolve.ComponentLabel}, {"k8s-app"}, {"app", "component"}, {"app", "role"}, {"app", "version"},
}

// selector are labels that pick this workload and no other of its namespace, nil where
// there are none: those that people use, then those by which its Services find it.
func (x *exceptions) selector(w *inbound.Workload) map[string]string {
	for _, keys := range tellingLabels {
		if s := labelsOf(w, keys); s != nil && x.tells(w, s) {
			return s
		}
	}
	for i := range w.Ports {
		for _, sp := range w.Ports[i].Services {
			svc := x.services[resolve.Ref{Kind: resolve.KindService, Namespace: sp.Namespace, Name: sp.Name}]
			if svc != nil && len(svc.Selector) > 0 && holds(w.Labels, svc.Selector) && x.tells(w, svc.Selector) {
				return svc.Selector
			}
		}
	}
	return nil
}

func labelsOf(w *inbound.Workload, keys []string) map[string]string {
	s := map[string]string{}
	for _, k := range keys {
		v, ok := w.Labels[k]
		if !ok {
			return nil
		}
		s[k] = v
	}
	return s
}

// tells reports that a selector picks no workload but this: of all that have its rarest
// label no other has the rest.
func (x *exceptions) tells(w *inbound.Workload, selector map[string]string) bool {
	var rarest []*inbound.Workload
	for k, v := range selector {
		if of := x.having()[labelled{w.Ref.Namespace, k, v}]; rarest == nil || len(of) < len(rarest) {
			rarest = of
		}
	}
	return !slices.ContainsFunc(rarest, func(o *inbound.Workload) bool { return o.Ref != w.Ref && holds(o.Labels, selector) })
}
