package traffic_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

var handshakes = []metrics{
	{"envoy_cluster_ssl_connection_error", `namespace="shop",pod="web-0",cluster_name="outbound|80|v1|pay.shop.svc.cluster.local;"`, 0, 180, 10},
	{"envoy_cluster_ssl_connection_error", `kubernetes_namespace="shop",kubernetes_pod_name="web-0",cluster_name="outbound|443||api.example.com"`, 100, 180, 1000},
	{"envoy_cluster_ssl_connection_error", `namespace="shop",pod="web-0",cluster_name="xds-grpc"`, 0, 180, 1},
	{"envoy_listener_ssl_connection_error", `namespace="shop",pod_name="pay-0",listener_address="0.0.0.0_15006"`, 0, 180, 60},
	{"envoy_listener_ssl_connection_error", `namespace="shop",pod_name="pay-1",listener_address="0.0.0.0_15006"`, 0, 180, 1000},
}

// TestHandshakesOfAPrometheus: handshakes that failed, by a real Prometheus.
func TestHandshakesOfAPrometheus(t *testing.T) {
	t.Parallel()
	needsPrometheus(t)
	to := time.Now().Add(-time.Minute).Truncate(time.Minute)
	o := options("http://" + served(t, samples(append(handshakes, reported...), to), "", http.DefaultClient))
	o.To, o.Window = to, 2*time.Hour
	got, err := traffic.Record(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	wantEdges(t, got, to)
	var list []string
	for _, f := range got.Failures {
		list = append(list, fmt.Sprintf("%s -> %s, %s:%d: %.0f, seen %s before", f.Client, f.Server, f.Service, f.ServicePort, f.Count, to.Sub(f.LastSeen).Round(10*time.Minute)))
	}
	want := []string{
		"unknown -> pod pay-0.shop, unknown:0: 2, seen 0s before",
		"pod web-0.shop -> unknown, api.example.com:443: 1, seen 1h20m0s before",
		"pod web-0.shop -> unknown, pay.shop:80: 12, seen 0s before",
	}
	if diff := cmp.Diff(want, list); diff != "" || !got.HandshakesCollected {
		t.Errorf("handshakes that failed (-want +got)\n%s\ncollected: %v", diff, got.HandshakesCollected)
	}
}

// TestHandshakes: that none failed is not that nobody counts, and neither is missing.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		counted, failed bool
	}{"nobody counts": {}, "none failed": {counted: true}, "some failed": {true, true}} {
		got, err := traffic.Record(context.Background(), options(fake(t, func(query string, w http.ResponseWriter) {
			counts := strings.HasPrefix(query, "count")
			if !strings.Contains(query, "envoy_") || c.counted && counts || c.failed && strings.Contains(query, "listener") {
				vector(w)
				return
			}
			fmt.Fprint(w, nothing)
		})))
		if err != nil {
			t.Fatal(err)
		}
		if got.HandshakesCollected != c.counted || (len(got.Failures) == 1) != c.failed || len(got.Missing) > 0 {
			t.Errorf("%s: not what was counted and failed: %+v", name, got)
		}
		if c.failed && (got.Failures[0].Kind != evidence.FailureHandshake || got.Failures[0].Server != (resolve.Peer{})) {
			t.Errorf("the failure names a server, or is of another kind: %+v", got.Failures[0])
		}
	}
}
