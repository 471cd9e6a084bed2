package apiserver

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// seenCall is a client and a server whose proxies reported a call a minute for a day:
// "web.shop" to "pay.bank".
type seenCall struct {
	client, server [2]string // name and namespace
	security       string
}

// prometheus starts a real one that has these calls, and returns its URL.
func prometheus(t *testing.T, calls ...seenCall) string {
	t.Helper()
	for _, program := range []string{"prometheus", "promtool"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not installed: .ci/run has to", program)
			}
			t.Skipf("%s is not installed", program)
		}
	}
	dir := t.TempDir()
	samples, data := written(t, dir, "samples", string(openMetrics(calls))), filepath.Join(dir, "data")
	if out, err := exec.Command("promtool", "tsdb", "create-blocks-from", "openmetrics", samples, data).CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	c := exec.Command("prometheus", "--config.file="+written(t, dir, "config", "global: {}\n"), "--storage.tsdb.path="+data, "--storage.tsdb.retention.time=30d", "--web.listen-address="+address)
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	for range 300 {
		if r, err := http.Get("http://" + address + "/-/ready"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return "http://" + address
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("prometheus is not ready after 30 s\n%s", log.String())
	return ""
}

// openMetrics are the counters of the calls: more than a day of minutes until now.
func openMetrics(calls []seenCall) []byte {
	const minutes = 1500
	var b bytes.Buffer
	now := time.Now().Truncate(time.Minute)
	fmt.Fprintln(&b, "# TYPE istio_requests counter")
	for _, c := range calls {
		for m := range minutes + 1 {
			fmt.Fprintf(&b, "istio_requests_total{reporter=\"destination\",source_workload=%q,source_workload_namespace=%q,destination_workload=%q,destination_workload_namespace=%q,destination_service_name=%q,destination_service_namespace=%q,request_protocol=\"http\",connection_security_policy=%q} %d %d\n",
				c.client[0], c.client[1], c.server[0], c.server[1], c.server[0], c.server[1], c.security, m+1, now.Add(time.Duration(m-minutes)*time.Minute).Unix())
		}
	}
	fmt.Fprintln(&b, "# EOF")
	return b.Bytes()
}
