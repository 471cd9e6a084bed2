package helm

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Renderer renders charts in processes of its own, one for each release that is rendered at a
// time. The zero Renderer has the default limits. Close ends its processes.
type Renderer struct {
	Limits Limits

	mu   sync.Mutex
	idle []*child // guarded by mu
}

// Render renders a release. Its error is an *Error where the chart is to blame, and that of ctx
// where that ends.
func (r *Renderer) Render(ctx context.Context, release *Release) (*Rendered, error) {
	limits := r.Limits.withDefaults()
	asked := *release
	asked.Most = limits.Output
	c, err := r.take(limits)
	if err != nil {
		return nil, fmt.Errorf("cannot start a process that renders charts: %w", err)
	}
	timer := time.NewTimer(limits.Time)
	defer timer.Stop()
	done := make(chan struct{})
	var a answer
	go func() {
		defer close(done)
		if err = c.send.Encode(&asked); err == nil {
			err = c.receive.Decode(&a)
		}
	}()
	select {
	case <-done:
	case <-timer.C:
		c.kill()
		<-done
		return nil, &Error{Reason: fmt.Sprintf("it takes longer than %s to render", limits.Time)}
	case <-ctx.Done():
		c.kill()
		<-done
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, c.end(limits)
	}
	r.mu.Lock()
	r.idle = append(r.idle, c)
	r.mu.Unlock()
	if a.Error != nil {
		return nil, a.Error
	}
	return a.Rendered, nil
}

// Close ends the processes of the renderer.
func (r *Renderer) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.idle {
		c.kill()
	}
	r.idle = nil
}

// take is a process that has nothing to do, a new one where there is none.
func (r *Renderer) take(limits Limits) (*child, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.idle); n > 0 {
		c := r.idle[n-1]
		r.idle = r.idle[:n-1]
		return c, nil
	}
	return start(limits)
}

// child is a process that renders.
type child struct {
	command *exec.Cmd
	in      io.Closer
	send    *gob.Encoder
	receive *gob.Decoder
	said    *head
	once    sync.Once
	ended   error
}

// start starts this program again, as a renderer. It gets nothing of the environment: templates
// cannot ask for it, and its behaviour does not depend on it.
func start(limits Limits) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{command: exec.Command(program, renders), said: &head{}}
	c.command.Env = []string{renders + "=" + strconv.FormatInt(limits.Memory, 10), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")} // without it Windows starts nothing
	c.command.Stderr = c.said
	in, err := c.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.in, c.send, c.receive = in, gob.NewEncoder(in), gob.NewDecoder(out)
	return c, c.command.Start()
}

// kill ends the process.
func (c *child) kill() {
	_ = c.command.Process.Kill()
	c.wait()
}

func (c *child) wait() error {
	c.once.Do(func() {
		_ = c.in.Close()
		c.ended = c.command.Wait()
	})
	return c.ended
}

// end is why a process ended that should not have.
func (c *child) end(limits Limits) error {
	err := c.wait()
	said := c.said.String()
	var exit *exec.ExitError
	switch {
	case strings.Contains(said, "stack exceeds") || strings.Contains(said, "stack overflow"):
		return &Error{Reason: withoutEnd}
	case errors.As(err, &exit) && (exit.ExitCode() == tooMuch || exit.ExitCode() == broken && !strings.HasPrefix(said, "panic: ") || strings.Contains(said, "failed to allocate")):
		return &Error{Reason: fmt.Sprintf("it needs more than %d MiB of memory to render", limits.Memory>>20)}
	}
	return &Error{Reason: fmt.Sprintf("the process that renders it ended: %v", err)}
}

// broken is the exit code of a Go program whose runtime gives up: without memory it says so in many
// words, or none. What panics in a template is caught.
const broken = 2

// head keeps the beginning of what is written.
type head struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	const most = 4 << 10
	h.text = append(h.text, p[:min(len(p), max(most-len(h.text), 0))]...)
	return len(p), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return string(h.text)
}
