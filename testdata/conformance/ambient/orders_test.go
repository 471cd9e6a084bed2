package ambient_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// stagesOf are when the policy of a namespace and that of its workload are applied, in the six
// orders that three policies have: the mesh's own comes after stage 1.
var stagesOf = map[string]struct{ namespace, workload int }{
	"workload, namespace, mesh": {1, 0}, "namespace, workload, mesh": {0, 1},
	"workload, mesh, namespace": {2, 0}, "namespace, mesh, workload": {0, 2},
	"mesh, namespace, workload": {2, 3}, "mesh, workload, namespace": {3, 2},
}

const stages = 4

// TestAmbientOrders: istiod's own index, told of the policies of the mesh, of a namespace and of a
// workload one by one in every order, leaves the ports open that Early says, and no others (2C.7);
// an index that is started when all are there is what the decision says.
func TestAmbientOrders(t *testing.T) {
	opened, asked := map[string]int{}, 0
	for _, root := range []string{"STRICT", "PERMISSIVE", "UNSET"} {
		w := newOrderedWorld(root)
		demanded := w.staged(t)
		for _, x := range w.ours() {
			order, strict := w.orders[x.Ref.Namespace], demanded[x.Ref.Namespace]
			if order == "" {
				continue // of a marker
			}
			at := stagesOf[order]
			mesh, namespace := at.workload < 2, at.workload < at.namespace
			for _, port := range []uint32{8080, 9090, 1} {
				asked++
				is := x.Early(int32(port), mesh, namespace) == resolve.Strict
				if is != strict(port) {
					t.Errorf("mesh %s, %s: port %d demands mTLS: %v, we say %v\n%s", root, order, port, !is, is, w.written(x.Ref.Namespace))
					return
				}
				if late := x.Late(int32(port)); x.Decision(int32(port)).Mode == resolve.Strict && !is {
					opened[order]++
					if late == nil {
						t.Errorf("mesh %s, %s: port %d is open, and Late knows no order that opens it\n%s", root, order, port, w.written(x.Ref.Namespace))
					}
				}
			}
		}
	}
	for order, at := range stagesOf {
		if last := at.workload > 1 && at.workload > at.namespace; last != (opened[order] == 0) {
			t.Errorf("%s: %d ports are open", order, opened[order])
		}
	}
	t.Logf("%d ports asked in six orders, open though the policies say STRICT: %v", asked, opened)
}

// orderedWorld has a namespace for every combination of policies in every order.
type orderedWorld struct {
	ambientWorld
	orders map[string]string
	root   *securityv1.PeerAuthentication
	steps  [stages][]*securityv1.PeerAuthentication
}

func newOrderedWorld(root string) *orderedWorld {
	w := &orderedWorld{orders: map[string]string{}, root: policyWritten{mode: root}.object("istio-system", "mesh")}
	w.objects = []runtime.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "istio-system"}}}
	w.policies = append(w.policies, w.root)
	for order, at := range stagesOf {
		for _, namespace := range []string{"", "UNSET", "STRICT", "PERMISSIVE"} {
			for _, own := range []string{"UNSET", "STRICT", "PERMISSIVE"} {
				for _, first := range []string{"PERMISSIVE", "STRICT", "DISABLE"} {
					for _, second := range []string{"", "PERMISSIVE", "STRICT"} {
						ports := map[uint32]string{8080: first}
						if second != "" {
							ports[9090] = second
						}
						ns := w.pod()
						w.orders[ns] = order
						w.step(at.workload, policyWritten{selector: "web", mode: own, ports: ports}.object(ns, "own"))
						if namespace != "" {
							w.step(at.namespace, policyWritten{mode: namespace}.object(ns, "wide"))
						}
					}
				}
			}
		}
	}
	return w
}

// pod adds a namespace with a pod, and returns its name.
func (w *orderedWorld) pod() string {
	w.add(nil, nil)
	return w.objects[len(w.objects)-1].(*corev1.Pod).Namespace
}

func (w *orderedWorld) step(stage int, p *securityv1.PeerAuthentication) {
	w.steps[stage] = append(w.steps[stage], p)
	w.policies = append(w.policies, p)
}

// staged tells istiod's index of everything step by step, and what ztunnel demands in the end.
func (w *orderedWorld) staged(t *testing.T) map[string]func(port uint32) bool {
	var chunks [][]*securityv1.PeerAuthentication
	for _, step := range [][]*securityv1.PeerAuthentication{w.steps[0], w.steps[1], {w.root}, w.steps[2], w.steps[3]} {
		chunks = slices.AppendSeq(chunks, slices.Chunk(step, 50)) // the fake client holds no more
	}
	marks := make([]string, len(chunks))
	for i := range marks {
		marks[i] = w.pod()
	}
	x := startIndex(t, w.objects, nil)
	defer x.close()
	for i, chunk := range chunks {
		x.apply(t, chunk...)
		x.mark(t, marks[i])
	}
	return x.demanded(t)
}

// mark applies one more policy, of a namespace that has none, and waits until the index has heard
// of it, and so of all before it: events of a kind arrive in order.
func (x *ambientIndex) mark(t *testing.T, namespace string) {
	x.apply(t, policyWritten{selector: "web", mode: "STRICT", ports: map[uint32]string{8080: "PERMISSIVE"}}.object(namespace, "own"))
	name, end := fmt.Sprintf("%s/converted_peer_authentication_own", namespace), time.Now().Add(time.Minute)
	for !x.refers(namespace, name) {
		if time.Now().After(end) {
			t.Fatalf("istiod's index never heard of %s", name)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// refers reports a policy that exists and that the pod of a namespace refers to.
func (x *ambientIndex) refers(namespace, policy string) bool {
	exists, refers := false, false
	for _, p := range x.Policies(nil) {
		exists = exists || p.Authorization.Namespace+"/"+p.Authorization.Name == policy
	}
	addresses, _ := x.AddressInformation(nil)
	for _, a := range addresses {
		if w := a.Address.GetWorkload(); w != nil && w.Namespace == namespace {
			for _, name := range w.AuthorizationPolicies {
				refers = refers || name == policy
			}
		}
	}
	return exists && refers
}
