package conformance

import (
	"fmt"
	"strings"
	"testing"
)

const missedWorld = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, image: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: pay, namespace: shop}
spec:
  hosts: [pay.example.com]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
  workloadSelector: {labels: {app: pay}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec: {selector: {matchLabels: {app: pay}}, mtls: {mode: %s}, portLevelMtls: {8080: {mode: %s}}}
`

// TestMissedEntry asks istiod for the listeners of a pod whose proxy misses the ServiceEntry that
// selects it, as istio#61157 leaves some: the port loses its protocol, and keeps its mode (2.8).
func TestMissedEntry(t *testing.T) {
	for _, whole := range []string{"STRICT", "PERMISSIVE", "DISABLE"} {
		for _, port := range []string{"STRICT", "PERMISSIVE", "DISABLE"} {
			w, err := parseWorld(fmt.Sprintf(missedWorld, whole, port))
			if err != nil {
				t.Fatal(err)
			}
			c, err := newCluster(w)
			if err != nil {
				t.Fatal(err)
			}
			i, err := startIstiod(t, w, c, "default")
			if err != nil {
				t.Fatal(err)
			}
			p := i.proxy(c.members[0])
			whole, port := newInbound(i.Listeners(p)).serves(9999), port
			if got := newInbound(i.Listeners(p)).serves(8080); got != port+" http" {
				t.Errorf("%s, port %s: with the entry %q", whole, port, got)
			}
			p.ServiceTargets = nil
			missed := newInbound(i.Listeners(p))
			if got := missed.serves(8080); !strings.HasPrefix(got, port+" ") || strings.HasSuffix(got, " http") {
				t.Errorf("%s, port %s: without the entry %q", whole, port, got)
			}
			if got := missed.serves(9999); got != whole {
				t.Errorf("%s, port %s: another port %q", whole, port, got)
			}
		}
	}
}
