package dataplane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Pod is a network namespace with an address, an application, and perhaps a sidecar.
type Pod struct {
	Address string
	// Log is what the sidecar prints: its own log and the access log.
	Log *Log

	space   space
	folder  string
	closers []func()
}

// NewPod makes one without a sidecar; its files are kept in a folder.
func (n *Network) NewPod(address, folder string) (*Pod, error) {
	s, err := n.join(address)
	if err != nil {
		return nil, err
	}
	return &Pod{Address: address, Log: &Log{}, space: s, folder: folder}, os.MkdirAll(folder, 0o755)
}

// Envoy is the program that runs as sidecar, and how it is told what to do.
type Envoy struct {
	// Program is the binary, Template the file of Istio's bootstrap.
	Program, Template string
	// ControlPlane is the socket at which istiod answers.
	ControlPlane string
	Authority    *Authority
}

// Inject starts a sidecar in the pod, and waits until it has its configuration.
func (p *Pod) Inject(ctx context.Context, s Sidecar, e Envoy) error {
	xds := filepath.Join(p.folder, "etc/istio/proxy")
	if err := orFirst(os.MkdirAll(xds, 0o755), os.Symlink(e.ControlPlane, filepath.Join(xds, "XDS"))); err != nil {
		return err
	}
	if err := p.agent(s, e.Authority); err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	file, err := p.bootstrap(s, e.Template)
	if err != nil {
		return fmt.Errorf("bootstrap: %w", err)
	}
	if err := p.capture(s); err != nil {
		return fmt.Errorf("iptables: %w", err)
	}
	if err := p.start(e.Program, file); err != nil {
		return fmt.Errorf("envoy: %w", err)
	}
	return p.ready(ctx)
}

// start runs Envoy as pilot-agent does, with logs that are flushed at once.
func (p *Pod) start(program, file string) error {
	c := exec.Command(program, "-c", file, "--local-address-ip-version", "v4", "--file-flush-interval-msec", "10", "--disable-hot-restart",
		"--allow-unknown-static-fields", "--concurrency", "1", "-l", "warning")
	c.Dir, c.Stdout, c.Stderr = p.folder, p.Log, p.Log
	// The group is what iptables knows Envoy by. It dies with who started it.
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Gid: proxyGroup}, Pdeathsig: syscall.SIGKILL}
	if err := p.space.do(c.Start); err != nil {
		return err
	}
	p.closers = append(p.closers, func() { _ = c.Process.Kill(); _ = c.Wait() })
	return nil
}

// ready waits for the admin port to call the proxy live.
func (p *Pod) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		_, err := p.Admin(ctx, "/ready")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("proxy of %s is not ready: %w\n%s", p.Address, err, p.Log)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Admin asks the proxy's admin port.
func (p *Pod) Admin(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:15000"+path, nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Transport: &http.Transport{DialContext: p.Dial, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status + ": " + string(text))
	}
	return text, err
}

// Dial connects from within the pod.
func (p *Pod) Dial(ctx context.Context, network, address string) (c net.Conn, err error) {
	err = p.space.do(func() error {
		c, err = (&net.Dialer{}).DialContext(ctx, network, address)
		return err
	})
	return c, err
}

// listen opens a port in the pod.
func (p *Pod) listen(port int) (l net.Listener, err error) {
	err = p.space.do(func() error {
		l, err = net.Listen("tcp4", fmt.Sprintf(":%d", port))
		return err
	})
	return l, err
}

// Close ends the pod.
func (p *Pod) Close() {
	for _, f := range p.closers {
		f()
	}
	_ = p.space.handle.Close()
}
