// Package ambient_test asks the ambient index of istiod which ports ztunnel keeps from plaintext.
package ambient_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	"istio.io/istio/pilot/pkg/serviceregistry/ambient"
	"istio.io/istio/pilot/pkg/serviceregistry/util/xdsfake"
	"istio.io/istio/pkg/activenotifier"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/gvr"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/kclient/clienttest"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/kube/multicluster"
	"istio.io/istio/pkg/workloadapi/security"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// TestAmbientModes: on every combination of policies of the mesh, of a namespace and of a
// workload with two ports, mtlsctl calls STRICT what ztunnel refuses plaintext on, by the
// policies that istiod's ambient index makes and refers the workload to (2C.1 to 2C.6).
func TestAmbientModes(t *testing.T) {
	meshes := [][]policyWritten{nil, {{selector: "{}", mode: "STRICT"}}, {{mode: "STRICT"}, {selector: "{}", mode: "PERMISSIVE", later: true}}, {{selector: "{}", mode: "PERMISSIVE"}, {mode: "STRICT", later: true}}}
	for _, mode := range []string{"UNSET", "STRICT", "PERMISSIVE", "DISABLE"} {
		meshes = append(meshes, []policyWritten{{mode: mode}})
	}
	asked := 0
	for _, root := range meshes {
		w := newAmbientWorld(root)
		n, wrong := w.compare(t)
		asked += n
		if len(wrong) > 0 {
			t.Errorf("mesh %v: %d answers differ, such as\n%s", root, len(wrong), wrong[0])
		}
	}
	if asked < 10000 {
		t.Errorf("only %d ports compared", asked)
	}
	t.Logf("%d ports in ambient compared", asked)
}

// policyWritten is a PeerAuthentication; a selector of "{}" is written and empty.
type policyWritten struct {
	selector, mode string
	ports          map[uint32]string
	later          bool
}

func (p policyWritten) object(namespace, name string) *securityv1.PeerAuthentication {
	o := &securityv1.PeerAuthentication{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, CreationTimestamp: metav1.NewTime(time.Unix(1000, 0))}}
	if p.later {
		o.CreationTimestamp = metav1.NewTime(time.Unix(2000, 0))
	}
	switch p.selector {
	case "":
	case "{}":
		o.Spec.Selector = &typeapi.WorkloadSelector{}
	default:
		o.Spec.Selector = &typeapi.WorkloadSelector{MatchLabels: map[string]string{"app": p.selector}}
	}
	if p.mode != "" {
		o.Spec.Mtls = mtlsOf(p.mode)
	}
	for port, mode := range p.ports {
		if o.Spec.PortLevelMtls == nil {
			o.Spec.PortLevelMtls = map[uint32]*securityapi.PeerAuthentication_MutualTLS{}
		}
		o.Spec.PortLevelMtls[port] = mtlsOf(mode)
	}
	return o
}

func mtlsOf(mode string) *securityapi.PeerAuthentication_MutualTLS {
	return &securityapi.PeerAuthentication_MutualTLS{Mode: securityapi.PeerAuthentication_MutualTLS_Mode(securityapi.PeerAuthentication_MutualTLS_Mode_value[mode])}
}

// ambientWorld has a namespace with one pod for each combination under one mesh.
type ambientWorld struct {
	objects  []runtime.Object
	policies []*securityv1.PeerAuthentication
}

func newAmbientWorld(root []policyWritten) *ambientWorld {
	w := &ambientWorld{objects: []runtime.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "istio-system"}}}}
	for i, p := range root {
		w.policies = append(w.policies, p.object("istio-system", fmt.Sprint("mesh", i)))
	}
	namespaces := [][]policyWritten{nil}
	for _, mode := range []string{"UNSET", "STRICT", "PERMISSIVE", "DISABLE"} {
		namespaces = append(namespaces, []policyWritten{{mode: mode}}, []policyWritten{{selector: "{}", mode: mode}})
	}
	namespaces = append(namespaces, []policyWritten{{mode: "STRICT"}, {selector: "{}", mode: "PERMISSIVE", later: true}}, []policyWritten{{selector: "{}", mode: "STRICT"}, {mode: "UNSET", later: true}},
		[]policyWritten{{selector: "{}", mode: "PERMISSIVE"}, {mode: "STRICT", later: true}}, []policyWritten{{selector: "{}", mode: "STRICT"}, {mode: "PERMISSIVE", later: true}})
	modes := []string{"", "UNSET", "STRICT", "PERMISSIVE", "DISABLE"}
	for _, wide := range namespaces {
		w.add(wide, nil)
		for _, mode := range modes {
			for _, first := range modes {
				for _, second := range modes {
					own := &policyWritten{selector: "web", mode: mode, ports: map[uint32]string{}}
					if first != "" {
						own.ports[8080] = first
					}
					if second != "" {
						own.ports[9090] = second
					}
					w.add(wide, own)
				}
			}
		}
	}
	return w
}

func (w *ambientWorld) add(wide []policyWritten, own *policyWritten) {
	i := len(w.objects)
	ns := fmt.Sprint("n", i)
	w.objects = append(w.objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns, Labels: map[string]string{"istio.io/dataplane-mode": "ambient"}}})
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "web", Labels: map[string]string{"app": "web"}, Annotations: map[string]string{"ambient.istio.io/redirection": "enabled"}}}
	pod.Spec.Containers = []corev1.Container{{Name: "web", Ports: []corev1.ContainerPort{{ContainerPort: 8080}, {ContainerPort: 9090}, {ContainerPort: 7070}}}}
	pod.Status.Phase, pod.Status.PodIP = corev1.PodRunning, fmt.Sprintf("10.%d.%d.1", i/250, i%250)
	pod.Status.PodIPs = []corev1.PodIP{{IP: pod.Status.PodIP}}
	w.objects = append(w.objects, pod)
	for j, p := range wide {
		w.policies = append(w.policies, p.object(ns, fmt.Sprint("wide", j)))
	}
	if own != nil {
		w.policies = append(w.policies, own.object(ns, "own"))
	}
}

// compare asks both, and returns how many ports it asked and what differs.
func (w *ambientWorld) compare(t *testing.T) (asked int, wrong []string) {
	demanded := w.istiod(t)
	for _, x := range w.ours() {
		strict, known := demanded[x.Ref.Namespace]
		if !known || x.Membership.Dataplane != resolve.DataplaneAmbient {
			wrong = append(wrong, fmt.Sprintf("%s: istiod knows it: %v, dataplane %s", x.Ref, known, x.Membership.Dataplane))
			continue
		}
		for _, p := range x.Ports {
			asked++
			if is := p.Decision.Mode == resolve.Strict; is != strict(uint32(p.Number)) {
				wrong = append(wrong, fmt.Sprintf("port %d is %s, ztunnel demands mTLS: %v\n%s", p.Number, p.Decision.Mode, !is, w.written(x.Ref.Namespace)))
			}
		}
		asked++
		if is := x.Default.Mode == resolve.Strict; is != strict(1) {
			wrong = append(wrong, fmt.Sprintf("other ports are %s, ztunnel demands mTLS: %v\n%s", x.Default.Mode, !is, w.written(x.Ref.Namespace)))
		}
	}
	return asked, wrong
}

// ours are the workloads as mtlsctl resolves them.
func (w *ambientWorld) ours() []*inbound.Workload {
	var objects []resolve.Object
	for _, o := range w.objects {
		switch v := o.(type) {
		case *corev1.Namespace:
			objects = append(objects, resolve.Object{Kind: resolve.KindNamespace, Value: v})
		case *corev1.Pod:
			objects = append(objects, resolve.Object{Kind: resolve.KindPod, Value: v})
		}
	}
	for _, p := range w.policies {
		objects = append(objects, resolve.Object{Kind: resolve.KindPeerAuthentication, Value: p})
	}
	return mesh.Build(config.Options{}, objects).Workloads()
}

func (w *ambientWorld) written(namespace string) (text string) {
	for _, p := range w.policies {
		if p.Namespace == namespace {
			text += fmt.Sprintf("  %s: %v\n", p.Name, &p.Spec)
		}
	}
	return text
}

// istiod tells by namespace whether the pod's ztunnel demands mTLS on a port.
func (w *ambientWorld) istiod(t *testing.T) map[string]func(port uint32) bool {
	x := startIndex(t, w.objects, w.policies)
	defer x.close()
	return x.demanded(t)
}

// ambientIndex is istiod's, over an API server that goes with the test.
type ambientIndex struct {
	ambient.Index
	client kube.Client
	stop   chan struct{}
}

func (x *ambientIndex) close() {
	close(x.stop)
	x.client.Shutdown() // waits for what stops first
}

// startIndex starts istiod's ambient index on objects that are there before it.
func startIndex(t *testing.T, objects []runtime.Object, policies []*securityv1.PeerAuthentication) *ambientIndex {
	client, stop := kube.NewFakeClient(objects...), make(chan struct{})
	for _, kind := range []schema.GroupVersionResource{gvr.PeerAuthentication, gvr.AuthorizationPolicy, gvr.WorkloadEntry, gvr.ServiceEntry, gvr.KubernetesGateway, gvr.GatewayClass} {
		clienttest.MakeCRD(t, client, kind)
	}
	x := &ambientIndex{client: client, stop: stop}
	x.apply(t, policies...)
	config, debug := meshwatcher.NewTestWatcher(nil), new(krt.DebugHandler)
	controller := multicluster.NewController(multicluster.ControllerOptions{Client: client, ClusterID: "c", SystemNamespace: "istio-system", MeshConfig: config, Debugger: debug})
	if err := controller.Run(stop); err != nil {
		t.Fatal(err)
	}
	x.Index = ambient.New(ambient.Options{
		SystemNamespace: "istio-system", DomainSuffix: "cluster.local", ClusterID: "c", XDSUpdater: xdsfake.NewFakeXDS(),
		StatusNotifier: activenotifier.New(true), MeshConfig: config, Debugger: debug, MultiClusterController: controller,
	})
	client.RunAndWait(stop)
	go x.Run(stop)
	if !kube.WaitForCacheSync("ambient", stop, x.HasSynced) {
		t.Fatal("istiod's ambient index was not filled")
	}
	return x
}

// apply creates policies.
func (x *ambientIndex) apply(t *testing.T, policies ...*securityv1.PeerAuthentication) {
	for _, p := range policies {
		if _, err := x.client.Istio().SecurityV1().PeerAuthentications(p.Namespace).Create(t.Context(), p, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// demanded tells by namespace whether the pod's ztunnel demands mTLS on a port.
func (x *ambientIndex) demanded(t *testing.T) map[string]func(port uint32) bool {
	policies := map[string]*security.Authorization{}
	for _, p := range x.Policies(nil) {
		policies[p.Authorization.Namespace+"/"+p.Authorization.Name] = p.Authorization
	}
	out := map[string]func(uint32) bool{}
	addresses, _ := x.AddressInformation(nil)
	for _, a := range addresses {
		w := a.Address.GetWorkload()
		if w == nil {
			continue
		}
		out[w.Namespace] = func(port uint32) bool {
			return slices.ContainsFunc(w.AuthorizationPolicies, func(name string) bool { return deniesPlaintext(t, policies[name], port) })
		}
	}
	return out
}

// deniesPlaintext is what ztunnel makes of a DENY policy for a call without identity:
// groups are alternatives, all rules of a group have to match, by one of their matches each.
// A policy that does not exist denies nothing.
func deniesPlaintext(t *testing.T, p *security.Authorization, port uint32) bool {
	if p == nil {
		return false
	}
	if p.Action != security.Action_DENY {
		t.Fatalf("an ALLOW policy of a PeerAuthentication: %v", p)
	}
	return slices.ContainsFunc(p.Groups, func(g *security.Group) bool {
		return !slices.ContainsFunc(g.Rules, func(r *security.Rules) bool {
			return !slices.ContainsFunc(r.Matches, func(m *security.Match) bool {
				return (len(m.DestinationPorts) == 0 || slices.Contains(m.DestinationPorts, port)) && !slices.Contains(m.NotDestinationPorts, port)
			})
		})
	})
}
