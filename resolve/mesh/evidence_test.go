package mesh_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/wrapperspb"
	telemetryapi "istio.io/api/telemetry/v1alpha1"
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// running is a pod of a workload of its name, with an address.
func running(namespace, name, workload, address string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Name: name, Namespace: namespace, Labels: map[string]string{"app": workload}, CreationTimestamp: metav1.NewTime(noon.Add(-time.Hour)),
	}}
	p.Spec.NodeName, p.Spec.ServiceAccountName = "node", workload
	p.Spec.Containers = []corev1.Container{{Name: "app", Ports: []corev1.ContainerPort{{ContainerPort: 8080}}}}
	p.Status.Phase, p.Status.PodIP = corev1.PodRunning, address
	return ownedBy(p, "StatefulSet", workload)
}

// town is a mesh with two pods of pay behind a Service, one of web, one of report, and a
// pod of a host network that shares the address of its node with another.
func town(more ...resolve.Object) *mesh.Mesh {
	var objects []resolve.Object
	old := running("shop", "node-0", "node", "10.1.0.1")
	old.Spec.HostNetwork = true
	for _, p := range []*corev1.Pod{
		running("shop", "pay-0", "pay", "10.0.0.10"), running("shop", "pay-1", "pay", "10.0.0.11"), running("shop", "web-0", "web", "fd00::20"),
		running("batch", "report-0", "report", "10.0.0.30"), running("shop", "twin-0", "twin", "10.0.0.40"), running("batch", "twin-0", "other", "10.0.0.40"), old,
	} {
		objects = append(objects, resolve.Object{Kind: resolve.KindPod, Value: p})
	}
	objects = append(objects, resolve.Object{Kind: resolve.KindService, Value: &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "pay", Namespace: "shop"},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": "pay"}, Ports: []corev1.ServicePort{{Port: 80, TargetPort: intstr.FromInt32(8080)}}},
	}})
	objects = append(objects, more...)
	return mesh.Build(config.Options{}, objects)
}

// TestEvidenceNames: an address or pod is the workload that it must be, and nothing
// where it could be another.
func TestEvidenceNames(t *testing.T) {
	t.Parallel()
	pay := resolve.Peer{Address: "10.0.0.10"}
	for name, c := range map[string]struct {
		client resolve.Peer
		seen   time.Time
		want   string
	}{
		"an address":                  {resolve.Peer{Address: "fd00:0::20"}, noon, "web.shop"},
		"a pod":                       {resolve.Peer{Namespace: "batch", Pod: "report-0"}, noon, "report.batch"},
		"a pod without its namespace": {resolve.Peer{Pod: "report-0"}, noon, "report.batch"},
		"a pod of two namespaces":     {resolve.Peer{Pod: "twin-0"}, noon, "pod twin-0"},
		"a pod that is gone":          {resolve.Peer{Pod: "web-9", Address: "10.0.0.10"}, noon, "pod web-9"},
		"an address of two":           {resolve.Peer{Address: "10.0.0.40"}, noon, "10.0.0.40"},
		"an address of nobody":        {resolve.Peer{Address: "10.9.9.9"}, noon, "10.9.9.9"},
		"a node's address":            {resolve.Peer{Address: "10.1.0.1"}, noon, "10.1.0.1"},
		"before the pod was there":    {resolve.Peer{Address: "10.0.0.30"}, noon.Add(-2 * time.Hour), "10.0.0.30"},
		"with its certificate":        {resolve.Peer{Address: "10.0.0.30", Namespace: "batch", ServiceAccount: "report"}, noon, "report.batch"},
		"with another's certificate":  {resolve.Peer{Address: "10.0.0.30", Namespace: "shop", ServiceAccount: "web"}, noon, "web.shop"},
		"with a stranger's":           {resolve.Peer{Address: "10.0.0.30", Namespace: "far", ServiceAccount: "away"}, noon, "service account away.far"},
		"nobody":                      {resolve.Peer{}, noon, "unknown"},
		"a name":                      {resolve.Peer{Namespace: "x", Name: "y"}, noon, "y.x"},
	} {
		m := town()
		e := evidence.New(&evidence.Traffic{Edges: []evidence.Edge{{Client: c.client, Server: pay, Port: 8080, Count: 1, LastSeen: c.seen, Security: resolve.SecurityPlaintext}}, To: noon}, m)
		callers := e.Callers(m.Hosts()[0])
		if c.seen.Before(noon) { // nor was the server
			e = evidence.New(&evidence.Traffic{Edges: []evidence.Edge{{Client: c.client, Service: resolve.Peer{Name: "pay.shop.svc.cluster.local"}, LastSeen: c.seen}}, To: noon}, m)
			callers = e.Callers(m.Hosts()[0])
		}
		if len(callers) != 1 || callers[0].Client.String() != c.want {
			t.Errorf("%s: the callers are %v, want %s", name, callers, c.want)
		}
	}
}

// TestEvidenceCovers: what was not seen is evidence about those who reported.
func TestEvidenceCovers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reporters []resolve.Peer
		missing   []string
		want      bool
	}{
		"everybody":          {nil, nil, true},
		"everybody, in part": {nil, []string{"yesterday"}, false},
		"nobody":             {[]resolve.Peer{}, nil, false},
		"one of two":         {[]resolve.Peer{{Pod: "pay-0"}}, nil, false},
		"both":               {[]resolve.Peer{{Address: "10.0.0.11"}, {Pod: "pay-0"}}, nil, true},
		"one twice":          {[]resolve.Peer{{Address: "10.0.0.10"}, {Pod: "pay-0"}}, nil, false},
		"by name":            {[]resolve.Peer{{Namespace: "shop", Name: "pay"}}, nil, true},
		"another":            {[]resolve.Peer{{Pod: "web-0"}}, nil, false},
	} {
		m := town()
		e := evidence.New(&evidence.Traffic{Reporters: c.reporters, Missing: c.missing, To: noon}, m)
		for _, w := range m.Workloads() {
			if w.Ref.Name == "pay" && e.Covers(w) != c.want {
				t.Errorf("%s: the record covers pay: %v", name, !c.want)
			}
		}
	}
	var none *evidence.Evidence
	if none.Covers(nil) || none.Failures() != nil || none.FailuresTo(nil) != nil {
		t.Error("no evidence says something")
	}
}

// TestEvidenceOfFailures: a failure is told where the call went, as far as that is known.
func TestEvidenceOfFailures(t *testing.T) {
	t.Parallel()
	m := town()
	seen := &evidence.Traffic{To: noon, Failures: []evidence.Failure{
		{Kind: evidence.FailureHandshake, Client: resolve.Peer{Pod: "web-0"}, Service: resolve.Peer{Namespace: "shop", Name: "pay"}, ServicePort: 80, Count: 2},
		{Kind: evidence.FailureHandshake, Client: resolve.Peer{Address: "fd00::20"}, Service: resolve.Peer{Namespace: "shop", Name: "pay"}, ServicePort: 80, Count: 3, LastSeen: noon},
		{Kind: evidence.FailurePlaintext, Client: resolve.Peer{Address: "10.9.9.9"}, Server: resolve.Peer{Pod: "pay-0"}, Port: 8080, Count: 1},
		{Kind: evidence.FailureHandshake, Server: resolve.Peer{Namespace: "shop", Pod: "pay-1"}, Count: 1},
		{Kind: evidence.FailureHandshake, Server: resolve.Peer{Pod: "report-0"}, Count: 1},
	}}
	seen.Normalize()
	e := evidence.New(seen, m)
	list := e.FailuresTo(m.Hosts()[0])
	if len(list) != 3 || len(e.Failures()) != 4 {
		t.Fatalf("failures to the host are %+v, want three of four", list)
	}
	for _, f := range list {
		switch {
		case f.Kind == evidence.FailurePlaintext && f.ServicePort == 80 && f.Service.String() == "pay.shop":
		case f.Client.String() == "web.shop" && f.Count == 5 && f.LastSeen.Equal(noon):
		case f.Server.String() == "pay.shop" && f.Port == 0 && f.Client == (resolve.Peer{}):
		default:
			t.Errorf("a failure that nobody saw: %+v", f)
		}
	}
}

// TestEvidenceOfPorts: a port has the calls to it where every call knows its port.
func TestEvidenceOfPorts(t *testing.T) {
	t.Parallel()
	m := town()
	host, web := m.Hosts()[0], resolve.Peer{Namespace: "shop", Name: "web"}
	pay := resolve.Peer{Namespace: "shop", Name: "pay"}
	seen := &evidence.Traffic{To: noon, Edges: []evidence.Edge{
		{Client: web, Server: resolve.Peer{Pod: "pay-0"}, Port: 8080, Count: 1, Security: resolve.SecurityMTLS},
		{Client: web, Server: resolve.Peer{Pod: "pay-0"}, Port: 8080, Service: pay, Count: 2, Security: resolve.SecurityMTLS},
		{Client: web, Service: pay, ServicePort: 81, Count: 4, Security: resolve.SecurityMTLS},
		{Client: web, Server: resolve.Peer{Pod: "pay-0"}, Port: 5, Count: 8, Security: resolve.SecurityMTLS},
	}}
	seen.Normalize()
	count := func(port int32) float64 { return evidence.New(seen, m).OfPort(web, host, port).MTLS.Count }
	if count(80) != 3 || count(81) != 4 || count(82) != 0 || !evidence.New(seen, m).KnowsPorts() {
		t.Errorf("calls seen are %v on 80, %v on 81, %v on 82", count(80), count(81), count(82))
	}
	seen.Edges = append(seen.Edges, evidence.Edge{Client: web, Service: pay, Count: 16, Security: resolve.SecurityMTLS})
	seen.Normalize()
	if e := evidence.New(seen, m); count(80) != 23 || count(82) != 23 || e.KnowsPorts() || e.Of(web, host).MTLS.Count != 23 {
		t.Errorf("with a call to any port: %v on 80, %v on 82", count(80), count(82))
	}
}

// TestEvidenceOfFilteredLogs: what a Telemetry keeps out of a log may have happened.
func TestEvidenceOfFilteredLogs(t *testing.T) {
	t.Parallel()
	filtered := []*telemetryapi.AccessLogging{{Filter: &telemetryapi.AccessLogging_Filter{Expression: "response.code >= 400"}}}
	for name, c := range map[string]struct {
		namespace string
		logging   []*telemetryapi.AccessLogging
		want      bool
	}{
		"errors only":        {"shop", filtered, false},
		"everywhere":         {"istio-system", filtered, false},
		"elsewhere":          {"batch", filtered, true},
		"all calls":          {"shop", []*telemetryapi.AccessLogging{{}}, true},
		"off":                {"shop", []*telemetryapi.AccessLogging{{Disabled: wrapperspb.Bool(true)}}, false},
		"what is sent alone": {"shop", []*telemetryapi.AccessLogging{{Match: &telemetryapi.AccessLogging_LogSelector{Mode: telemetryapi.WorkloadMode_CLIENT}}}, false},
	} {
		v := &telemetryv1.Telemetry{ObjectMeta: metav1.ObjectMeta{Name: "logs", Namespace: c.namespace}}
		v.Spec.AccessLogging = c.logging
		m := town(resolve.Object{Kind: resolve.KindTelemetry, Value: v})
		e := evidence.New(&evidence.Traffic{Reporters: []resolve.Peer{{Pod: "pay-0"}, {Pod: "pay-1"}}, To: noon}, m)
		for _, w := range m.Workloads() {
			if w.Ref.Name == "pay" && e.Covers(w) != c.want {
				t.Errorf("%s: the record covers pay: %v", name, !c.want)
			}
		}
	}
}
