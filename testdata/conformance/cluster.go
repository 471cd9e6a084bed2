package conformance

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	istiocluster "istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// member is one proxy, or one place where a proxy could be: a pod, or the machine
// of a WorkloadEntry.
type member struct {
	// cluster is the one that it runs in, "" where there is one only.
	cluster string
	// kind and name are those of the document: the controller, not the pod.
	kind, namespace, name string
	labels, annotations   map[string]string
	address               string
	// proxy is false for a pod that nothing injects, router true for a gateway.
	proxy, router bool
	// network is the one that the proxy says it is in.
	network string
	// ambient is true for a pod that ztunnel captures.
	ambient bool
	// waypoint is true for the pod of a Gateway.
	waypoint bool
	// revision is that of the control plane that the proxy talks to.
	revision string
	pod      *corev1.Pod
	// gateway is what a waypoint is the pod of.
	gateway *gatewayv1.Gateway
}

// String is the name that both sides use: "Deployment shop/web", "Deployment shop/web in c1".
func (m *member) String() string { return inCluster(m.kind+" "+m.namespace+"/"+m.name, m.cluster) }

// inCluster is a name where there are several clusters.
func inCluster(name, cluster string) string {
	if cluster == "" {
		return name
	}
	return name + " in " + cluster
}

// cluster is a world as the Kubernetes API server would hold it: with pods,
// addresses and endpoint slices.
type cluster struct {
	// name is its own among several, "" for the only one, and number which of them it is.
	name    string
	number  int
	objects []runtime.Object
	// beside are the other clusters whose Services its istiod reads, by name.
	beside map[string]*cluster
	// machines are the WorkloadEntries that others read of it.
	machines []config.Config
	members  []*member
	// policies are the BackendTLSPolicies.
	policies []*gatewayv1.BackendTLSPolicy
	// byName finds a member, for the addresses of endpoints.
	byName map[string]*member

	namespaces map[string]map[string]string
	// home is the network of what says none itself.
	home     string
	services []*corev1.Service
	// waypoints are the pods of Gateways, mixed is true for a world with ambient in it.
	waypoints []*member
	mixed     bool
	// excluded are the namespaces that istio-cni leaves out.
	excluded []string
	// running is true while a pod is added that ran before: nothing enrols it any more.
	running bool
	// listens is true where the mesh configuration has sidecars accept HBONE.
	listens bool
}

// newCluster plays the controllers of the only cluster.
func newCluster(w world) (*cluster, error) { return newClusterOf(w, "", 0) }

// newClusterOf plays the controllers of a cluster, whose addresses no other has.
func newClusterOf(w world, name string, number int) (*cluster, error) {
	networks, err := w.networks()
	if err != nil {
		return nil, err
	}
	c := &cluster{name: name, number: number, byName: map[string]*member{}, namespaces: map[string]map[string]string{}, home: home(networks), mixed: w.mixed(), excluded: w.excluded()}
	meshConfig, err := w.meshConfig("default")
	if err != nil {
		return nil, err
	}
	c.listens = meshConfig.GetDefaultConfig().GetProxyMetadata()[listensMetadata] == "true"
	for _, d := range w {
		if d.kind() == "Namespace" && d.group() == "" {
			var ns corev1.Namespace
			if err := into(d, &ns); err != nil {
				return nil, err
			}
			if ns.Labels == nil {
				ns.Labels = map[string]string{}
			}
			ns.Labels["kubernetes.io/metadata.name"] = ns.Name // the API server adds it
			c.namespaces[ns.Name] = ns.Labels
			c.objects = append(c.objects, &ns)
		}
	}
	if name != "" {
		c.home = cmp.Or(c.home, c.namespaces["istio-system"][networkLabel])
	}
	for _, d := range w {
		if err := c.add(d); err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.kind(), d.name(), err)
		}
	}
	for _, m := range c.members {
		c.byName[m.String()] = m
	}
	c.slices()
	for _, d := range w {
		if err := c.addWaypoint(d); err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.kind(), d.name(), err)
		}
	}
	return c, nil
}

func (c *cluster) add(d document) error {
	switch d.kind() {
	case "BackendTLSPolicy":
		var p gatewayv1.BackendTLSPolicy
		if err := into(d, &p); err != nil {
			return err
		}
		p.UID = types.UID(p.Namespace + "/" + p.Name) // by which istiod tells policies apart
		c.policies = append(c.policies, &p)
	case "Service":
		if d.group() != "" {
			return nil
		}
		var s corev1.Service
		if err := into(d, &s); err != nil {
			return err
		}
		c.addService(&s)
	case "Deployment", "StatefulSet", "DaemonSet":
		var o appsv1.Deployment // the template is where all of them have it
		if err := into(d, &o); err != nil {
			return err
		}
		c.addPod(d.kind(), o.Namespace, o.Name, o.Spec.Template)
	case "Pod":
		var p corev1.Pod
		if err := into(d, &p); err != nil {
			return err
		}
		c.running = p.Status.Phase != ""
		c.addPod("Pod", p.Namespace, p.Name, corev1.PodTemplateSpec{ObjectMeta: p.ObjectMeta, Spec: p.Spec})
		c.running = false
		if m := c.members[len(c.members)-1]; p.Status.PodIP != "" {
			m.moveTo(p.Status.PodIP)
		}
	case "EndpointSlice":
		var s discoveryv1.EndpointSlice
		if err := into(d, &s); err != nil {
			return err
		}
		c.objects = append(c.objects, &s)
	case "WorkloadEntry":
		return c.addMachine(d)
	}
	return nil
}

// addService fills in what the API server would.
func (c *cluster) addService(s *corev1.Service) {
	if s.Spec.ClusterIP == "" && s.Spec.Type != corev1.ServiceTypeExternalName {
		s.Spec.ClusterIP = fmt.Sprintf("10.%d.0.%d", 96+c.number, len(c.services)+1)
	}
	for i := range s.Spec.Ports {
		p := &s.Spec.Ports[i]
		if p.TargetPort == intstr.FromInt32(0) {
			p.TargetPort = intstr.FromInt32(p.Port)
		}
		if p.Protocol == "" {
			p.Protocol = corev1.ProtocolTCP
		}
	}
	giveAddress(s, 20*c.number+len(c.services))
	if s.CreationTimestamp.IsZero() {
		s.CreationTimestamp = metav1.Time{Time: ageless} // as old as configuration that says no age
	}
	c.services = append(c.services, s)
	c.objects = append(c.objects, s)
}

// addPod starts a pod of a template: injected as the webhook would, with an
// address, ready.
func (c *cluster) addPod(kind, namespace, name string, t corev1.PodTemplateSpec) {
	p := &corev1.Pod{ObjectMeta: t.ObjectMeta, Spec: t.Spec}
	p.Namespace, p.Name = namespace, name
	p.Labels = maps.Clone(p.Labels)
	if p.Labels == nil {
		p.Labels = map[string]string{}
	}
	m := &member{cluster: c.name, kind: kind, namespace: namespace, name: name, annotations: p.Annotations, pod: p}
	m.address = fmt.Sprintf("10.244.%d.%d", c.number, len(c.members)+1)
	m.proxy, m.router, m.revision = c.inject(p)
	if m.ambient = c.enrols(p); m.ambient {
		m.annotations = p.Annotations
	}
	if c.name != "" && c.home != "" && p.Labels[networkLabel] == "" {
		p.Labels[networkLabel] = c.home // the test server reads no label of istiod's namespace
	}
	m.labels, m.network = p.Labels, networkOf(p.Labels, c.home)
	p.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, PodIP: m.address, PodIPs: []corev1.PodIP{{IP: m.address}},
		Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
	}
	if p.Spec.ServiceAccountName == "" {
		p.Spec.ServiceAccountName = "default"
	}
	for i := range p.Spec.Containers {
		for j := range p.Spec.Containers[i].Ports {
			if port := &p.Spec.Containers[i].Ports[j]; port.Protocol == "" {
				port.Protocol = corev1.ProtocolTCP
			}
		}
	}
	p.Spec.NodeName, p.UID = "node", types.UID(kind+"-"+namespace+"-"+name)
	c.members = append(c.members, m)
	c.objects = append(c.objects, p)
}

// moveTo gives a pod the address that its own status says.
func (m *member) moveTo(address string) {
	m.address = address
	m.pod.Status.PodIP, m.pod.Status.PodIPs = address, []corev1.PodIP{{IP: address}}
}

// inject is the sidecar injector: whether a proxy gets into the pod, and the label
// by which clients know it (1.2, 1.4, 1.5). It takes every revision to exist.
func (c *cluster) inject(p *corev1.Pod) (proxy, router bool, revision string) {
	for _, k := range append(p.Spec.InitContainers, p.Spec.Containers...) {
		if k.Name == "istio-proxy" && len(k.Args) > 1 {
			return true, k.Args[1] == "router", "default" // injected by hand: its labels are what they are
		}
	}
	revision = c.called(p)
	if revision == "" || p.Spec.HostNetwork || p.Annotations["sidecar.istio.io/inject"] == "false" && p.Labels["sidecar.istio.io/inject"] == "" {
		return false, false, ""
	}
	if strings.Contains(p.Annotations["inject.istio.io/templates"], "gateway") {
		c.injected(p)
		return true, true, revision
	}
	if _, set := p.Labels[tlsModeLabel]; !set {
		p.Labels[tlsModeLabel] = "istio"
	}
	c.tunnel(p)
	return true, false, revision
}

const tlsModeLabel = "security.istio.io/tlsMode"

// called evaluates the selectors of the webhooks: the revision whose webhook takes
// the pod, "" for none.
func (c *cluster) called(p *corev1.Pod) (revision string) {
	ns := c.namespaces[p.Namespace]
	injection, hasInjection := ns["istio-injection"]
	nsRevision, hasRevision := ns["istio.io/rev"]
	podRevision, podHasRevision := p.Labels["istio.io/rev"]
	inject := p.Labels["sidecar.istio.io/inject"]
	switch {
	case inject == "false" || hasInjection && injection != "enabled":
	case hasInjection:
		return "default"
	case hasRevision:
		return nsRevision
	case podHasRevision:
		return podRevision
	case inject == "true":
		return "default"
	}
	return ""
}

// addMachine takes a WorkloadEntry as a machine with a proxy on it.
func (c *cluster) addMachine(d document) error {
	var e struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Address string            `json:"address"`
			Labels  map[string]string `json:"labels"`
			Network string            `json:"network"`
		} `json:"spec"`
	}
	if err := into(d, &e); err != nil {
		return err
	}
	labels := maps.Clone(e.Spec.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, e.Labels)
	c.members = append(c.members, &member{cluster: c.name, kind: "WorkloadEntry", namespace: e.Namespace, name: e.Name, labels: labels, address: e.Spec.Address, proxy: true, revision: "default", network: e.Spec.Network})
	return nil
}

// objectsBeside are those of the other clusters.
func (c *cluster) objectsBeside() map[istiocluster.ID][]runtime.Object {
	if len(c.beside) == 0 {
		return nil
	}
	out := map[istiocluster.ID][]runtime.Object{}
	for name, other := range c.beside {
		out[istiocluster.ID(name)] = other.objects
	}
	return out
}
