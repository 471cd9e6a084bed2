package traffic_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// metrics are counters as proxies report them, a sample a minute in the last three
// hours: from and to are minutes, step how many of them pass until one more call.
type metrics struct {
	counter, labels string
	from, to, step  int
}

const (
	toPay   = `destination_workload="pay",destination_workload_namespace="shop",destination_service_name="pay",destination_service_namespace="shop"`
	fromWeb = `source_workload="web",source_workload_namespace="shop"`
	nobody  = `source_workload="unknown",source_workload_namespace="unknown"`
)

var reported = []metrics{
	{"istio_requests_total", `reporter="destination",` + fromWeb + "," + toPay + `,request_protocol="grpc",connection_security_policy="mutual_tls"`, 0, 180, 1},
	{"istio_requests_total", `reporter="source",` + fromWeb + "," + toPay + `,request_protocol="grpc",connection_security_policy="unknown"`, 0, 180, 1},
	// A client that nobody can name and that called once: its counter begins with 1.
	{"istio_requests_total", `reporter="destination",` + nobody + "," + toPay + `,request_protocol="http",connection_security_policy="none"`, 61, 90, 1000},
	{"istio_tcp_connections_opened_total", `reporter="destination",app="ztunnel",` + fromWeb + "," + toPay + `,connection_security_policy="mutual_tls"`, 0, 180, 10},
	{"istio_requests_total", `reporter="destination",source_workload="idle",source_workload_namespace="shop",` + toPay + `,request_protocol="http",connection_security_policy="mutual_tls"`, 0, 180, 100000},
}

// TestRecordOfAPrometheus asks a real one, whose data promtool made.
func TestRecordOfAPrometheus(t *testing.T) {
	t.Parallel()
	needsPrometheus(t)
	to := time.Now().Add(-time.Minute).Truncate(time.Minute)
	o := options("http://" + served(t, samples(reported, to), "", http.DefaultClient))
	o.To, o.Window = to, 2*time.Hour
	got, err := traffic.Record(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	wantEdges(t, got, to)
	o.Window = 24 * time.Hour
	if got, err = traffic.Record(context.Background(), o); err != nil || len(got.Missing) != 1 {
		t.Errorf("of a day three hours are kept, and missing is %q: %v", got.Missing, err)
	}
}

func needsPrometheus(t *testing.T) {
	t.Helper()
	for _, program := range []string{"prometheus", "promtool"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not installed: .ci/run has to", program)
			}
			t.Skipf("%s is not installed", program)
		}
	}
}

func wantEdges(t *testing.T, got *evidence.Traffic, to time.Time) {
	t.Helper()
	var edges []string
	for _, e := range got.Edges {
		edges = append(edges, fmt.Sprintf("%s -> %s %s %s %.0f, seen %s before", e.Client, e.Server, e.Protocol, e.Security, e.Count, to.Sub(e.LastSeen).Round(10*time.Minute)))
	}
	want := []string{
		"unknown -> pay.shop http none 1, seen 1h50m0s before",
		"web.shop -> pay.shop grpc mutual_tls 120, seen 0s before",
		"web.shop -> pay.shop tcp mutual_tls 12, seen 0s before",
	}
	if diff := cmp.Diff(want, edges); diff != "" || len(got.Missing) > 0 {
		t.Errorf("edges (-want +got)\n%s\nmissing %q", diff, got.Missing)
	}
}

// samples are the metrics in the OpenMetrics text format.
func samples(list []metrics, to time.Time) []byte {
	var b bytes.Buffer
	for _, counter := range []string{"istio_requests_total", "istio_tcp_connections_opened_total", "envoy_cluster_ssl_connection_error", "envoy_listener_ssl_connection_error"} {
		if family, named := strings.CutSuffix(counter, "_total"); named {
			fmt.Fprintf(&b, "# TYPE %s counter\n", family)
		}
		for _, m := range list {
			for minute := m.from; m.counter == counter && minute <= m.to; minute++ {
				fmt.Fprintf(&b, "%s{%s} %d %d\n", m.counter, m.labels, 1+(minute-m.from)/m.step, to.Add(time.Duration(minute-180)*time.Minute).Unix())
			}
		}
	}
	b.WriteString("# EOF\n")
	return b.Bytes()
}

// served starts a Prometheus with the samples and returns its address. web is the
// file that says how it is reached, "" for plain HTTP.
func served(t *testing.T, text []byte, web string, client *http.Client) string {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if out, err := exec.Command("promtool", "tsdb", "create-blocks-from", "openmetrics", file(t, "samples", string(text)), data).CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := port.Addr().String()
	port.Close()
	c := exec.Command("prometheus", "--config.file="+file(t, "config", "global: {}\n"), "--storage.tsdb.path="+data, "--storage.tsdb.retention.time=30d", "--web.listen-address="+address)
	scheme := "http://"
	if web != "" {
		c.Args, scheme = append(c.Args, "--web.config.file="+web), "https://"
	}
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+address+"/-/ready", nil)
	if err != nil {
		t.Fatal(err)
	}
	if web != "" { // which asks who we are
		ask.SetBasicAuth("me", password)
	}
	for range 300 {
		if r, err := client.Do(ask); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return address
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("prometheus is not ready after 30 s\n%s", log.String())
	return ""
}
