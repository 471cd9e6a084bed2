package mesh_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// worlds is how many random worlds TestWith changes; WITH is another number.
func worlds(t *testing.T) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(os.Getenv("WITH"), 10, 64)
	if err != nil {
		return 400
	}
	return n
}

// TestWith: the mesh that With makes answers as the one that Build makes of the changed
// objects, change after change, and the mesh before stays as it was.
func TestWith(t *testing.T) {
	t.Parallel()
	for seed := range worlds(t) {
		w := newWorld(seed)
		objects := map[resolve.Ref]resolve.Object{}
		for _, o := range append(w.objects(), w.more()...) {
			objects[o.Ref()] = o
		}
		m := editable(objects)
		if w.IntN(3) > 0 {
			m.Clients()
		}
		for step := range 4 {
			before := whole(m)
			var said []string
			var deltas []config.Delta
			for range 1 + w.IntN(3) {
				d := w.delta(objects)
				if d.Is.Value == nil {
					delete(objects, d.Ref)
				} else {
					objects[d.Ref] = d.Is
				}
				deltas = append(deltas, d)
				said = append(said, fmt.Sprintf("%s gone=%v", d.Ref, d.Is.Value == nil))
			}
			next := m.With(deltas...)
			if w.IntN(4) > 0 {
				if got, want := whole(next), whole(editable(objects)); got != want {
					t.Fatalf("seed %d step %d: after %s\n%s", seed, step, strings.Join(said, ", "), firstDifference(got, want))
				}
			}
			if after := whole(m); after != before {
				t.Fatalf("seed %d step %d: %s changed the mesh before\n%s", seed, step, strings.Join(said, ", "), firstDifference(after, before))
			}
			m = next
		}
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

func editable(objects map[resolve.Ref]resolve.Object) *mesh.Mesh {
	return mesh.Build(config.Options{Editable: true}, slices.Collect(maps.Values(objects)))
}

// whole is everything that can be asked of a mesh.
func whole(m *mesh.Mesh) string {
	var b strings.Builder
	for _, n := range m.Namespaces() {
		fmt.Fprintf(&b, "namespace %+v\n", *n)
	}
	for _, s := range m.Services() {
		fmt.Fprintf(&b, "service %v:", s.Ref)
		for _, w := range m.Behind(s) {
			fmt.Fprintf(&b, " %v/%d", w.Ref, w.Variant)
		}
		fmt.Fprintln(&b)
	}
	for _, p := range m.PeerAuthentications() {
		fmt.Fprintf(&b, "policy %v %v %v:", p.Ref, p.Scope, p.Mode)
		for _, w := range m.Selected(p) {
			fmt.Fprintf(&b, " %v/%d", w.Ref, w.Variant)
		}
		fmt.Fprintln(&b)
	}
	b.WriteString(answer(m))
	for _, h := range m.Hosts() {
		fmt.Fprintf(&b, "host %s %v\n", h.Name, h.Ref)
	}
	for _, c := range m.Clients() {
		fmt.Fprintf(&b, "clients %s %v %v\n", c, c.Dataplane, c.Sidecar)
	}
	for _, r := range m.DestinationRules() {
		reach := m.Reach(r)
		fmt.Fprintf(&b, "rule %v %v %v %s\n", r.Ref, reach.Used, reach.Unused, reach.Why)
		for _, o := range m.Overruled(r) {
			fmt.Fprintf(&b, "  %s %v %s %d\n", o.Host.Name, o.By, o.Why, len(o.Clients))
		}
	}
	for classes, c := range m.Shared(outbound.Filter{}) {
		fmt.Fprintf(&b, "shared %d %s\n", len(classes), line(c.Client, c))
	}
	for _, d := range declared.In(m).All() {
		fmt.Fprintf(&b, "declared %s %s %d %s\n", d.Caller, d.Host.Name, d.Port, d.Says)
	}
	for _, kind := range []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar, resolve.KindServiceEntry, resolve.KindVirtualService, resolve.KindEnvoyFilter, resolve.KindMeshConfig, resolve.KindPod} {
		fmt.Fprintln(&b, kind, m.Has(kind), len(m.Objects(kind)))
	}
	fmt.Fprintln(&b, m.Revisions(), m.RootNamespace())
	return b.String()
}

// more are objects of the kinds that the other properties do without.
func (w world) more() []resolve.Object {
	var out []resolve.Object
	for i := range w.IntN(3) {
		out = append(out, w.pod(w.pick("shop", "bank"), fmt.Sprint("pod", i)))
	}
	if w.IntN(3) == 0 {
		out = append(out, w.slice(w.pick("shop", "bank")))
	}
	if w.IntN(3) == 0 {
		out = append(out, w.virtualService(w.pick("shop", "bank")))
	}
	if w.IntN(5) == 0 {
		out = append(out, w.envoyFilter(w.pick("shop", "istio-system")))
	}
	if w.IntN(5) == 0 {
		out = append(out, w.meshConfig())
	}
	return out
}

// delta changes, deletes or adds one object.
func (w world) delta(objects map[resolve.Ref]resolve.Object) config.Delta {
	if w.IntN(4) == 0 {
		var refs []resolve.Ref
		for ref := range objects {
			refs = append(refs, ref)
		}
		if len(refs) > 0 {
			first := refs[0]
			for _, ref := range refs {
				if ref.Compare(first) < 0 != (w.IntN(2) == 0) {
					first = ref
				}
			}
			return config.Goes(first)
		}
	}
	ns := w.pick("shop", "bank", "istio-system", "new")
	switch w.IntN(14) {
	case 0, 1, 2:
		return config.Becomes(w.policy(ns, fmt.Sprint("p", w.IntN(9))))
	case 3, 4:
		return config.Becomes(w.rule(ns, fmt.Sprint("r", w.IntN(5))))
	case 5:
		return config.Becomes(w.service(ns, fmt.Sprint("s", w.IntN(3))))
	case 6:
		return config.Becomes(w.deployment(ns, fmt.Sprint("d", w.IntN(3))))
	case 7:
		return config.Becomes(w.pod(ns, fmt.Sprint("pod", w.IntN(3))))
	case 8:
		labels := map[string]string{}
		if v := w.pick("", "enabled", "disabled"); v != "" {
			labels["istio-injection"] = v
		}
		return config.Becomes(object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns, Labels: labels}}))
	case 9:
		return config.Becomes(w.entry(ns, fmt.Sprint("e", w.IntN(3))))
	case 10:
		return config.Becomes(w.sidecar(ns))
	case 11:
		return config.Becomes(w.slice(ns))
	case 12:
		return config.Becomes(w.virtualService(ns))
	}
	if w.IntN(2) == 0 {
		return config.Becomes(w.envoyFilter(ns))
	}
	return config.Becomes(w.meshConfig())
}

func (w world) pod(ns, name string) resolve.Object {
	p := &corev1.Pod{ObjectMeta: w.meta(ns, name)}
	p.Labels = w.labels()
	if w.IntN(2) == 0 {
		yes := true
		p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "Deployment", Name: w.pick("d0", "d1"), Controller: &yes}}
	}
	p.Spec.Containers = []corev1.Container{{Name: "app", Ports: []corev1.ContainerPort{{Name: "web", ContainerPort: 8080}}, Env: []corev1.EnvVar{{Name: "URL", Value: "http://s0.bank:80"}}}}
	if w.IntN(2) == 0 {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "istio-proxy", Args: []string{"proxy", "sidecar"}})
	}
	p.Status.Phase = corev1.PodRunning
	p.Status.PodIPs = []corev1.PodIP{{IP: fmt.Sprint("10.1.0.", w.IntN(4))}}
	return object(resolve.KindPod, p)
}

func (w world) slice(ns string) resolve.Object {
	port, name := int32(8080), w.pick("http", "tcp", "x")
	s := &discoveryv1.EndpointSlice{ObjectMeta: w.meta(ns, "slice"), AddressType: discoveryv1.AddressTypeIPv4, Ports: []discoveryv1.EndpointPort{{Port: &port, Name: &name}}}
	s.Labels = map[string]string{discoveryv1.LabelServiceName: w.pick("s0", "s1")}
	s.Endpoints = []discoveryv1.Endpoint{{Addresses: []string{fmt.Sprint("10.1.0.", w.IntN(4))}}, {Addresses: []string{"10.9.9.9"}}}
	return object(resolve.KindEndpointSlice, s)
}

func (w world) virtualService(ns string) resolve.Object {
	v := &networkingv1.VirtualService{ObjectMeta: w.meta(ns, "route")}
	v.Spec.Hosts = []string{w.pick("s0", "s0.bank.svc.cluster.local", "a.example.com")}
	v.Spec.Http = []*networkingapi.HTTPRoute{{Route: []*networkingapi.HTTPRouteDestination{{Destination: &networkingapi.Destination{Host: w.pick("s1", "s0.shop.svc.cluster.local"), Subset: w.pick("", "v1")}}}}}
	return object(resolve.KindVirtualService, v)
}

func (w world) envoyFilter(ns string) resolve.Object {
	f := &networkingv1alpha3.EnvoyFilter{ObjectMeta: w.meta(ns, "patch")}
	if w.IntN(2) == 0 {
		f.Spec.WorkloadSelector = &networkingapi.WorkloadSelector{Labels: map[string]string{"app": "a"}}
	}
	return object(resolve.KindEnvoyFilter, f)
}

func (w world) meshConfig() resolve.Object {
	return object(resolve.KindMeshConfig, &resolve.MeshConfig{ObjectMeta: metav1.ObjectMeta{Namespace: "istio-system", Name: "istio"}, Config: &meshv1alpha1.MeshConfig{RootNamespace: w.pick("", "bank")}})
}
