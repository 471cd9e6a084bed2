package advise_test

import (
	"context"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// world is a workload with ports of several kinds, and clients that never come in.
const world = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: calm, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay}}
    spec:
      containers:
        - name: pay
          image: pay
          ports: [{containerPort: 8080}, {containerPort: 9000}, {containerPort: 7000}, {containerPort: 8081}]
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec:
  selector: {app: pay}
  ports:
    - {name: http, port: 80, targetPort: 8080}
    - {name: http-admin, port: 9000}
    - {name: tcp-feed, port: 7000}
    - {name: http-other, port: 8081}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      hostNetwork: true
      containers: [{name: agent, image: agent, env: [{name: URLS, value: "http://pay:9000,http://pay:80,tcp://pay:7000"}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: quiet, namespace: calm}
spec:
  selector: {matchLabels: {app: quiet}}
  template:
    metadata: {labels: {app: quiet}}
    spec: {containers: [{name: quiet, image: quiet, env: [{name: URL, value: "http://pay.shop:8081"}]}]}
`

// TestSpecialPorts: a client that cannot have a sidecar makes an exception of a port that
// stands apart; an ambient client is an obstacle where the server accepts no HBONE.
func TestSpecialPorts(t *testing.T) {
	in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(world)})
	if err != nil {
		t.Fatal(err)
	}
	m := mesh.Build(config.Options{}, in.Objects)
	pay := m.Behind(m.Services()[0])[0]
	want := map[int32][2]string{
		8080: {"port", "its protocol is HTTP, the protocol of port 7000 is TCP"}, 9000: {"port", "its name, http-admin, is that of an administration port"},
		7000: {"port", "its protocol is TCP, the protocol of port 8080 is HTTP"}, 8081: {"migrate", "ambient clients of pay.shop"},
	}
	all := advise.New(m, advise.Options{}).Workload(pay)
	if len(all) != len(want) {
		t.Fatalf("%d ports of %s count, want %d", len(all), pay.Ref, len(want))
	}
	for _, a := range all {
		w := want[a.Port.Number]
		var said []string
		for _, s := range a.Path.Steps {
			for _, r := range s.Because {
				said = append(said, r.Text)
			}
		}
		if a.Path.Leaf.ID != w[0] || !strings.Contains(strings.Join(said, "\n"), w[1]) {
			t.Errorf("port %d: %s, want %s for %q\n%s", a.Port.Number, a.Path.Leaf.ID, w[0], w[1], strings.Join(said, "\n"))
		}
	}
}
