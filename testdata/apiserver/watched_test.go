package apiserver

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// watched is a run of mtlsctl watch.
type watched struct {
	t         *testing.T
	process   *exec.Cmd
	out, errs *lines
	address   string
	seen      int // how much of out was found
}

// lines are written by a process while the test reads.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// watches starts a watch with a kubeconfig, and waits until it has begun.
func watches(t *testing.T, kubeconfig string, args ...string) *watched {
	t.Helper()
	file, err := built()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, out: &lines{}, errs: &lines{}, address: l.Addr().String()}
	l.Close()
	args = append([]string{"watch", "--kubeconfig", kubeconfig, "--gather", "200ms", "--renew", "2s", "--listen", w.address}, args...)
	w.process = exec.Command(file, args...)
	w.process.Env = append(os.Environ(), "KUBECONFIG="+os.DevNull, "NO_COLOR=1")
	w.process.Stdout, w.process.Stderr = w.out, w.errs
	if err := w.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.process.Process.Kill() })
	w.until("it has begun", func() bool { return strings.Contains(w.errs.String(), "watching: ") })
	return w
}

func (w *watched) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("never: %s\nstdout:\n%s\nstderr:\n%s", what, w.out, w.errs)
		}
	}
}

// line waits for a line that matches, after those that were found before: one of before a change
// is no answer to it.
func (w *watched) line(pattern string) string {
	w.t.Helper()
	expression := regexp.MustCompile(pattern)
	var found string
	w.until("a line "+pattern, func() bool {
		text := w.out.String()[w.seen:]
		at := 0
		for line := range strings.Lines(text) {
			at += len(line)
			if strings.HasSuffix(line, "\n") && expression.MatchString(line) {
				found, w.seen = line, w.seen+at
				return true
			}
		}
		return false
	})
	return found
}

// metric waits for a line of the metrics.
func (w *watched) metric(pattern string) {
	w.t.Helper()
	expression := regexp.MustCompile("(?m)" + pattern)
	w.until("a metric "+pattern, func() bool { return expression.MatchString(w.metrics()) })
}

func (w *watched) metrics() string {
	w.t.Helper()
	r, err := http.Get("http://" + w.address + "/metrics")
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

// stops ends the watch as kubelet does: within a second, with 0.
func (w *watched) stops() {
	w.t.Helper()
	began := time.Now()
	if err := w.process.Process.Signal(syscall.SIGTERM); err != nil {
		w.t.Fatal(err)
	}
	err := w.process.Wait()
	if took := time.Since(began); err != nil || took > time.Second {
		w.t.Errorf("it ended after %v with %v, want 0 within a second\n%s", took, err, w.errs)
	}
}

// killed ends the API server as a power cut does, and returns what starts it again.
func (s *server) killed(t *testing.T) (again func()) {
	t.Helper()
	at, err := url.Parse(s.config.Host)
	if err != nil {
		t.Fatal(err)
	}
	pid, args := child(t, "--secure-port="+at.Port())
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	return func() {
		c := exec.Command(args[0], args[1:]...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = c.Process.Kill()
			_ = c.Wait()
		})
	}
}

// child is the process of this test that has an argument.
func child(t *testing.T, argument string) (pid int, args []string) {
	t.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		status, err := os.ReadFile(filepath.Join(folder, "status"))
		if err != nil || !bytes.Contains(status, fmt.Appendf(nil, "\nPPid:\t%d\n", os.Getpid())) {
			continue
		}
		line, err := os.ReadFile(filepath.Join(folder, "cmdline"))
		args := strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
		if err == nil && slices.Contains(args, argument) {
			pid, err = strconv.Atoi(filepath.Base(folder))
			if err != nil {
				t.Fatal(err)
			}
			return pid, args
		}
	}
	t.Fatalf("no process with %s", argument)
	return 0, nil
}
