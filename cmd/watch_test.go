//go:build unix

package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/mtlsctl/mtlsctl/cmd"
	"github.com/mtlsctl/mtlsctl/render/metrics"
)

const policiesURL = "/apis/security.istio.io/v1/peerauthentications"

// aPolicy is about the port of a workload of the story, by an author.
func aPolicy(mode string) string {
	return fmt.Sprintf(`{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: watched, namespace: bookinfo, creationTimestamp: "2020-01-01T00:00:00Z",
 managedFields: [{manager: kubectl-edit, operation: Update, time: "2026-01-02T03:04:05Z"}]},
 spec: {selector: {matchLabels: {app: productpage}}, mtls: {mode: %s}}}`, mode)
}

// text is written by one goroutine and read by another.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *text) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *text) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// watched is a run of watch.
type watched struct {
	t         *testing.T
	out, errs *text
	address   string
	code      chan int
	seen      int // how much of out was looked at
}

func watch(t *testing.T, kubeconfig string, args ...string) *watched {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, out: &text{}, errs: &text{}, address: l.Addr().String(), code: make(chan int, 1)}
	l.Close()
	s, _, _ := captured()
	s.Out, s.Err, s.Now = w.out, w.errs, time.Now
	args = append([]string{"watch", "--kubeconfig", kubeconfig, "--gather", "50ms", "--renew", "1s", "--listen", w.address}, args...)
	go func() { w.code <- cmd.Main(args, s) }()
	w.until("it has begun", func() bool { return strings.Contains(w.errs.String(), "watching: ") })
	return w
}

func (w *watched) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("never: %s\nstdout:\n%s\nstderr:\n%s", what, w.out, w.errs)
		}
	}
}

// line waits for a line that matches, after those that were found before.
func (w *watched) line(pattern string) string {
	w.t.Helper()
	var found string
	w.until("a line "+pattern, func() bool {
		text := w.out.String()[w.seen:]
		for line := range strings.Lines(text) {
			if regexp.MustCompile(pattern).MatchString(line) {
				found = line
				w.seen += strings.Index(text, line) + len(line)
				return true
			}
		}
		return false
	})
	return found
}

func (w *watched) get(path string) (int, string) {
	w.t.Helper()
	r, err := http.Get("http://" + w.address + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// metric waits for a line of the metrics.
func (w *watched) metric(pattern string) {
	w.t.Helper()
	w.until("a metric "+pattern, func() bool {
		_, body := w.get("/metrics")
		return regexp.MustCompile("(?m)" + pattern).MatchString(body)
	})
}

// stop ends the run as kubelet does; within a second.
func (w *watched) stop() {
	w.t.Helper()
	began := time.Now()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		w.t.Fatal(err)
	}
	select {
	case code := <-w.code:
		if took := time.Since(began); code != 0 || took > time.Second {
			w.t.Errorf("exit code %d after %v, want 0 within a second\n%s", code, took, w.errs)
		}
	case <-time.After(10 * time.Second):
		w.t.Fatal("it does not end on SIGTERM")
	}
}

// TestWatch: changes are lines with their cause and author, metrics follow, an outage and a right
// that is taken away are told, and nothing that was STRICT is STRICT meanwhile. It must not run in
// parallel: SIGTERM reaches every run.
func TestWatch(t *testing.T) {
	f, kubeconfig := newWatchedCluster(t, filepath.Join("..", "testdata", "mesh", "bookinfo"))
	w := watch(t, kubeconfig)
	f.change(t, policiesURL, aPolicy("STRICT"), false)
	w.line(`stronger port deploy/productpage\.bookinfo:9080.*: PERMISSIVE -> STRICT because PeerAuthentication bookinfo/watched is new \(by kubectl-edit at 2026-01-02T03:04:05Z\)`)
	w.metric(`^mtlsctl_ports\{dataplane="sidecar",mode="STRICT",namespace="bookinfo"\} [1-9]`)
	f.change(t, policiesURL, aPolicy("PERMISSIVE"), false)
	w.line(`weaker port deploy/productpage\.bookinfo:9080.*: STRICT -> PERMISSIVE because PeerAuthentication bookinfo/watched changed`)
	w.metric(`^mtlsctl_changes_total\{effect="weaker",type="port"\} [1-9]`)
	f.change(t, policiesURL, aPolicy("STRICT"), false)
	w.line(`stronger port deploy/productpage\.bookinfo:9080`)

	f.mu.Lock()
	f.refused[policiesURL] = true
	f.mu.Unlock()
	w.line(`blind peerauthentications\.security\.istio\.io: cannot list .*: forbidden`)
	w.metric(`^mtlsctl_blind\{refused="true",resource="peerauthentications.security.istio.io"\} 1`)
	if _, body := w.get("/metrics"); strings.Contains(body, `dataplane="sidecar",mode="STRICT"`) {
		t.Errorf("a port is STRICT although no policy can be read\n%s", body)
	}
	f.mu.Lock()
	f.refused[policiesURL] = false
	f.mu.Unlock()
	w.line(`readable peerauthentications\.security\.istio\.io`)

	f.mu.Lock()
	f.down = true
	f.mu.Unlock()
	w.line(`blind peerauthentications`)
	f.change(t, policiesURL, aPolicy("DISABLE"), false)
	f.mu.Lock()
	f.down = false
	f.mu.Unlock()
	w.line(`readable peerauthentications`)
	w.line(`port deploy/productpage\.bookinfo:9080.*: STRICT -> DISABLE because PeerAuthentication bookinfo/watched changed`)
	w.metric(`^mtlsctl_blind_resources 0`)
	for _, path := range []string{"/readyz", "/healthz"} {
		if code, body := w.get(path); code != http.StatusOK {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	w.stop()
}

// TestWatchBlindAtFirst: a change that comes with the end of an outage of the start is told, and so
// are those after it.
func TestWatchBlindAtFirst(t *testing.T) {
	const services = "/api/v1/services"
	f, kubeconfig := newWatchedCluster(t, filepath.Join("..", "testdata", "mesh", "bookinfo"))
	f.change(t, policiesURL, aPolicy("STRICT"), false)
	f.refused[services] = true
	w := watch(t, kubeconfig, "--gather", "2s")
	w.line(`blind services: `)
	f.mu.Lock()
	f.refused[services] = false
	f.mu.Unlock()
	f.change(t, policiesURL, aPolicy("DISABLE"), false)
	w.line(`port deploy/productpage\.bookinfo:.*: STRICT -> DISABLE because PeerAuthentication bookinfo/watched changed`)
	w.until("no outage", func() bool { return strings.Contains(w.out.String(), "readable services") })
	f.mu.Lock()
	f.refused[policiesURL] = true
	f.mu.Unlock()
	w.line(`blind peerauthentications`)
	f.change(t, policiesURL, aPolicy("STRICT"), false)
	f.mu.Lock()
	f.refused[policiesURL] = false
	f.mu.Unlock()
	w.line(`port deploy/productpage\.bookinfo:.*: DISABLE -> STRICT because PeerAuthentication bookinfo/watched changed`)
	w.stop()
}

// TestWatchJSON: each line is an object of the schema.
func TestWatchJSON(t *testing.T) {
	f, kubeconfig := newWatchedCluster(t, filepath.Join("..", "testdata", "mesh", "bookinfo"))
	w := watch(t, kubeconfig, "-o", "json")
	f.change(t, policiesURL, aPolicy("DISABLE"), false)
	line := w.line(`"type":"port"`)
	var o struct{ Kind, Effect, Was, Is, Manager, What string }
	if err := json.Unmarshal([]byte(line), &o); err != nil || o.Kind != "WatchLine" || o.Effect != "weaker" || o.Is != "DISABLE" || o.Manager != "kubectl-edit" {
		t.Errorf("%v: %s", err, line)
	}
	f.change(t, policiesURL, aPolicy("DISABLE"), true)
	w.line(`"stronger".*is gone.*"manager":""`)
	w.stop()
}

// TestWatchMetrics: names and labels keep Prometheus' conventions, and the rules name metrics that
// there are.
func TestWatchMetrics(t *testing.T) {
	_, kubeconfig := newWatchedCluster(t, filepath.Join("..", "testdata", "mesh", "bookinfo"))
	w := watch(t, kubeconfig)
	_, body := w.get("/metrics")
	w.stop()
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v %v", problems, err)
	}
	for _, name := range regexp.MustCompile(`\bmtlsctl_[a-z_]+\b`).FindAllString(metrics.Rules, -1) {
		if regexp.MustCompile(`(namespace|mesh):`+name).MatchString(metrics.Rules) || name == "mtlsctl_exception_expiry_timestamp_seconds" || name == "mtlsctl_blind" {
			continue // one that a rule records, and those that need an exception or an outage
		}
		if !strings.Contains(body, "\n"+name+"{") && !strings.Contains(body, "\n"+name+" ") {
			t.Errorf("the rules name %s, which is no metric", name)
		}
	}
}
