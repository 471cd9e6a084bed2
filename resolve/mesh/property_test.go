package mesh_test

import (
	"fmt"
	"slices"
	"testing"

	securityapi "istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// FuzzDecide checks on random meshes what doc.go promises.
func FuzzDecide(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		w := newWorld(seed)
		objects := w.objects()
		mesh := build(objects)
		orderNeverShows(t, w, objects, mesh)
		strangersChangeNothing(t, w, objects, mesh)
		entriesStayOnTheirPort(t, objects, mesh)
		everyDecisionHasAReason(t, mesh)
	})
}

func orderNeverShows(t *testing.T, w world, objects []resolve.Object, mesh *mesh.Mesh) {
	t.Helper()
	shuffled := slices.Clone(objects)
	w.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if got, want := answer(build(shuffled)), answer(mesh); got != want {
		t.Errorf("shuffled input gives another answer:\n%s\nwant\n%s", got, want)
	}
}

// strangersChangeNothing: a policy of a namespace that is neither the workload's
// nor the root namespace has no say (2.1).
func strangersChangeNothing(t *testing.T, w world, objects []resolve.Object, mesh *mesh.Mesh) {
	t.Helper()
	with := append(slices.Clone(objects), w.policy("elsewhere", "stranger"))
	if got, want := answer(build(with)), answer(mesh); got != want && len(mesh.Problems()) == 0 {
		t.Errorf("a policy of namespace elsewhere changes the answer:\n%s\nwant\n%s", got, want)
	}
}

// entriesStayOnTheirPort: without any entry for port 8080 no other port changes (2.5).
func entriesStayOnTheirPort(t *testing.T, objects []resolve.Object, mesh *mesh.Mesh) {
	t.Helper()
	var without []resolve.Object
	for _, o := range objects {
		if p, ok := o.Value.(*securityv1.PeerAuthentication); ok && p.Spec.PortLevelMtls != nil {
			c := p.DeepCopy()
			c.Spec.PortLevelMtls = map[uint32]*securityapi.PeerAuthentication_MutualTLS{8080: {}}
			o.Value = c
		}
		without = append(without, o)
	}
	bare := build(without)
	for i, w := range mesh.Workloads() {
		for j, p := range w.Ports {
			if q := bare.Workloads()[i].Ports[j]; p.Number != 8080 && p.Decision.Mode != q.Decision.Mode {
				t.Errorf("%s port %d: %s, without entries for 8080 %s", w.Ref, p.Number, p.Decision.Mode, q.Decision.Mode)
			}
		}
	}
}

func everyDecisionHasAReason(t *testing.T, mesh *mesh.Mesh) {
	t.Helper()
	for _, w := range mesh.Workloads() {
		if words.Because(w.Membership.Why) == "" || words.Rule(w.Membership.Why) == "" {
			t.Errorf("%s: membership %s without reason or rule", w.Ref, w.Membership.Dataplane)
		}
		for _, d := range decisionsOf(w) {
			if d.Mode == resolve.Unset || words.Because(d.Why) == "" || words.Rule(d.Why) == "" {
				t.Errorf("%s: decision without mode or reason: %+v", w.Ref, d)
			}
			if s := d.Scope; s >= resolve.ScopeMesh && s <= resolve.ScopePort && (d.By.IsZero() || d.Field == "") {
				t.Errorf("%s: scope %s without object or field: %+v", w.Ref, s, d)
			}
			if (d.Mode == resolve.Unknown) != (w.Membership.Dataplane == resolve.DataplaneUnknown && d.IfMeshed != resolve.Unset) && d.Mode != resolve.None {
				t.Errorf("%s: %s on dataplane %s", w.Ref, d.Mode, w.Membership.Dataplane)
			}
		}
	}
}

func decisionsOf(w *inbound.Workload) []resolve.Decision {
	out := []resolve.Decision{w.Default}
	for _, p := range w.Ports {
		out = append(out, p.Decision)
	}
	return out
}

func TestPoliciesOrderIsTotal(t *testing.T) {
	t.Parallel()
	w := newWorld(1)
	var objects []resolve.Object
	for i := range 60 {
		objects = append(objects, w.policy("shop", fmt.Sprint("p", i%40)))
	}
	list := build(objects).PeerAuthentications()
	for _, a := range list {
		for _, b := range list {
			if a.Compare(b) != -b.Compare(a) {
				t.Fatalf("Compare is not symmetric for %v and %v", a.Ref, b.Ref)
			}
		}
	}
}
