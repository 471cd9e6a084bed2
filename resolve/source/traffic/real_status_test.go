package traffic_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// standingWorld is two servers and a client, all in the mesh.
const standingWorld = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
`

// server is a Deployment and its Service.
func server(name string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s, namespace: shop}
spec:
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s}}
    spec: {containers: [{name: %[1]s, image: %[1]s, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: %[1]s, namespace: shop}
spec:
  selector: {app: %[1]s}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
`, name)
}

// TestStatusOfAPrometheus has migrate-plan ask a real one: a day of mTLS makes a port
// ready, plaintext of somebody unknown blocks one, and two hours are too few.
func TestStatusOfAPrometheus(t *testing.T) {
	t.Parallel()
	needsPrometheus(t)
	toFeed := strings.ReplaceAll(toPay, "pay", "feed")
	day := []metrics{
		{"istio_requests_total", `reporter="destination",` + fromWeb + "," + toPay + `,request_protocol="http",connection_security_policy="mutual_tls"`, -1400, 180, 1},
		{"istio_requests_total", `reporter="destination",` + nobody + "," + toFeed + `,request_protocol="http",connection_security_policy="none"`, -1400, 180, 10},
	}
	now := time.Now().Add(-time.Minute).Truncate(time.Minute)
	url := "http://" + served(t, samples(day, now), "", http.DefaultClient)
	world := file(t, "world.yaml", standingWorld+server("web")+server("pay")+server("feed"))
	for window, want := range map[string]string{"1d": "feed BLOCKED settle\npay READY strict\nweb READY strict\n", "2h": "feed BLOCKED settle\npay WAITING settle\nweb WAITING settle\n"} {
		var out, err bytes.Buffer
		code := cmd.Main([]string{"migrate-plan", "--status", "-f", world, "--prometheus", url, "--window", window,
			"-o", `jsonpath={range .items[*]}{.name} {.status} {.ports[0].leaf}{"\n"}{end}`}, cmd.Streams{
			In: new(bytes.Buffer), Out: &out, Err: &err, Env: func(string) string { return "" }, Now: func() time.Time { return now },
		})
		if strings.TrimSpace(out.String()) != strings.TrimSpace(want) || code != 0 {
			t.Errorf("migrate-status --window %s: exit %d\n%swant\n%s%s", window, code, out.String(), want, err.String())
		}
	}
}
