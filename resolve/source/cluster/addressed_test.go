package cluster_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// waypointWorld has two waypoints: one with an address, one that never got one.
const waypointWorld = `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: mesh}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: mesh, labels: {istio.io/use-waypoint: wp}}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: slow, namespace: mesh, labels: {istio.io/use-waypoint: slow}}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: wp, namespace: mesh}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
status: {addresses: [{type: Hostname, value: wp.mesh.svc.cluster.local}], conditions: [{type: Programmed, status: "True"}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: slow, namespace: mesh}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
status: {conditions: [{type: Programmed, status: "False"}]}
`

// TestClusterReadsOrder: which policy was there first, and unchanged since, is told by a cluster and
// a snapshot as by a file of it (2C.7).
func TestClusterReadsOrder(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(fileOf(t, `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: mesh, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: mesh, generation: 4, creationTimestamp: "2026-01-02T00:00:00Z"}
spec: {selector: {matchLabels: {app: pay}}, portLevelMtls: {8080: {mode: PERMISSIVE}}}
`))
	_, o := newFakeAPI(t, dir)
	o.Keep = true
	in, file := readCluster(t, o), filepath.Join(t.TempDir(), "mesh.yaml")
	writeSnapshot(t, file, in)
	for says, got := range map[string]*source.Input{"files": readFiles(t, dir), "a cluster": in, "a snapshot": readFiles(t, file)} {
		policies := mesh.Build(config.Options{}, got.Objects).PeerAuthentications()
		if len(policies) != 2 || policies[1].Follows(policies[0]) != inbound.OrderAfter || policies[0].Follows(policies[1]) != inbound.OrderBefore {
			t.Errorf("%s do not say which of %v was there first", says, policies)
		}
	}
}

// TestClusterReadsHistory: who changed a policy last, and when istiod started, decides the mode of a
// port in a cluster and a snapshot as in files; of the server's bookkeeping nothing else is kept.
func TestClusterReadsHistory(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(fileOf(t, `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: mesh}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, image: pay, ports: [{containerPort: 9090}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod-1, namespace: istio-system, labels: {app: istiod}}
spec: {containers: [{name: discovery, image: pilot}]}
status: {phase: Running, containerStatuses: [{name: discovery, ready: true, restartCount: 0, image: pilot, imageID: x, state: {running: {startedAt: "2026-01-01T00:00:00Z"}}}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: pay
  namespace: mesh
  generation: 2
  creationTimestamp: "2026-01-02T00:00:00Z"
  managedFields:
  - {manager: kubectl-client-side-apply, operation: Update, time: "2026-01-02T00:00:00Z", fieldsType: FieldsV1, fieldsV1: {"f:metadata": {}, "f:spec": {"f:selector": {}}}}
  - {manager: argocd, operation: Update, time: "2026-01-03T00:00:00Z", fieldsType: FieldsV1, fieldsV1: {"f:spec": {"f:portLevelMtls": {".": {}}}}}
  - {manager: istiod, operation: Update, time: "2026-01-04T00:00:00Z", fieldsType: FieldsV1, fieldsV1: {"f:status": {}}, subresource: status}
spec: {selector: {matchLabels: {app: pay}}, portLevelMtls: {8080: {mode: PERMISSIVE}}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: mesh, generation: 1, creationTimestamp: "2026-01-05T00:00:00Z"}
spec: {mtls: {mode: STRICT}}
`))
	_, o := newFakeAPI(t, dir)
	o.Keep = true
	in, file := readCluster(t, o), filepath.Join(t.TempDir(), "mesh.yaml")
	writeSnapshot(t, file, in)
	for says, got := range map[string]*source.Input{"files": readFiles(t, dir), "a cluster": in, "a snapshot": readFiles(t, file)} {
		for _, w := range mesh.Build(config.Options{}, got.Objects).Workloads() {
			if d := w.Decision(9090); w.Ref.Name == "pay" && (d.Mode != resolve.Permissive || d.Why.Cause != resolve.CauseAmbientConvertedEarly) {
				t.Errorf("%s: the port is %s (%s)", says, d.Mode, d.Why.Cause)
			}
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{"argocd", "istiod", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"} {
		if !strings.Contains(string(text), kept) {
			t.Errorf("the snapshot has no %s:\n%s", kept, text)
		}
	}
	for _, cut := range []string{"client-side", "f:portLevelMtls", "f:metadata", "imageID: x"} {
		if strings.Contains(string(text), cut) {
			t.Errorf("the snapshot has %s", cut)
		}
	}
}

// TestClusterReadsAddresses: whether a waypoint has an address decides whether calls go through
// it, in a cluster and a snapshot as in files (2D.2).
func TestClusterReadsAddresses(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(fileOf(t, waypointWorld))
	f, o := newFakeAPI(t, dir)
	f.versions = map[string][]string{"gateways.gateway.networking.k8s.io": {"v1"}}
	o.Keep = true
	in, file := readCluster(t, o), filepath.Join(t.TempDir(), "mesh.yaml")
	writeSnapshot(t, file, in)
	for says, got := range map[string]*source.Input{"files": readFiles(t, dir), "a cluster": in, "a snapshot": readFiles(t, file)} {
		through := map[string]resolve.Cause{}
		for c := range mesh.Build(config.Options{}, got.Objects).Connections(outbound.Filter{}) {
			through[c.Host.Ref.Name] = c.Sends.Why.Cause
		}
		if through["pay"] != resolve.CauseToWaypoint || through["slow"] != resolve.CausePastWaypoint {
			t.Errorf("%s: a call to a waypoint with an address goes by %s, to one without by %s", says, through["pay"], through["slow"])
		}
	}
}
