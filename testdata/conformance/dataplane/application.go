package dataplane

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// Arrival is what an application got: one connection, or one request.
type Arrival struct {
	// Hello is true for a TLS ClientHello: no proxy opened it.
	Hello bool
	// Layers is how often what the caller sent was in TLS when it arrived.
	Layers int
	// Token is what the caller sent, "" for a connection of which nothing was understood.
	Token string
	// Peer is the header in which the proxy names the client's certificate.
	Peer string
}

// Application listens on ports of a pod, and understands all who come: TLS, HTTP/1, HTTP/2, gRPC,
// and lines of text.
type Application struct {
	certificate tls.Certificate

	mu       sync.Mutex
	arrivals map[int][]Arrival
}

// NewApplication has a certificate of its own.
func NewApplication(c tls.Certificate) *Application {
	return &Application{certificate: c, arrivals: map[int][]Arrival{}}
}

// Take are the arrivals at a port since it was last asked.
func (a *Application) Take(port int) []Arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer delete(a.arrivals, port)
	return a.arrivals[port]
}

func (a *Application) note(port int, is Arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrivals[port] = append(a.arrivals[port], is)
}

// Greeting is what an application writes that speaks first.
const Greeting = "hello, who is there?\n"

// Listen opens a port; greets is true for a protocol in which the server speaks first.
func (a *Application) Listen(p *Pod, port int, greets bool) error {
	l, err := p.listen(port)
	if err != nil {
		return err
	}
	web := &handed{address: l.Addr(), conns: make(chan net.Conn)}
	p.closers = append(p.closers, func() { _ = l.Close() })
	server := &http.Server{Handler: a.handler(port), Protocols: new(http.Protocols), ConnContext: withLayers}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(web) }()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go a.serve(c, arriving{port, 0, greets}, web)
		}
	}()
	return nil
}

// arriving is what is known of a connection before its bytes are read.
type arriving struct {
	port, layers int
	greets       bool
}

// serve looks at the first bytes.
func (a *Application) serve(c net.Conn, is arriving, web *handed) {
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if is.greets {
		if _, err := io.WriteString(c, Greeting); err != nil {
			_ = c.Close()
			return
		}
	}
	r := bufio.NewReader(c)
	first, err := r.Peek(3)
	switch ahead := (read{r, c, is.layers}); {
	case err != nil:
		_ = c.Close()
	case first[0] == 0x16 && first[1] == 3:
		a.note(is.port, Arrival{Hello: true})
		is.layers, is.greets = is.layers+1, false
		a.serve(tls.Server(ahead, &tls.Config{Certificates: []tls.Certificate{a.certificate}, ClientAuth: tls.RequestClientCert}), is, web)
	case string(first) == "POS" || string(first) == "PRI":
		web.conns <- ahead
	default:
		a.lines(ahead, is.port)
	}
}

// lines answers every line of text.
func (a *Application) lines(c read, port int) {
	defer c.Close()
	for {
		line, err := c.ReadString('\n')
		if err != nil {
			return
		}
		a.note(port, Arrival{Token: strings.TrimSpace(line), Layers: c.layers})
		if _, err := io.WriteString(c, "got "+line); err != nil {
			return
		}
	}
}

// handler answers HTTP and gRPC.
func (a *Application) handler(port int) http.Handler {
	calls := grpc.NewServer()
	healthpb.RegisterHealthServer(calls, &health{a: a, port: port})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			calls.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		a.note(port, Arrival{Token: string(body), Layers: layersOf(r.Context()), Peer: r.Header.Get("X-Forwarded-Client-Cert")})
		fmt.Fprintf(w, "got %s", body)
	})
}

// layersKey is where the context of a request has the layers of its connection.
type layersKey struct{}

func withLayers(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, layersKey{}, c.(read).layers)
}

func layersOf(ctx context.Context) int {
	n, _ := ctx.Value(layersKey{}).(int)
	return n
}

// read is a connection of which something was read ahead.
type read struct {
	*bufio.Reader
	net.Conn
	layers int
}

func (r read) Read(b []byte) (int, error) { return r.Reader.Read(b) }

// WriteTo keeps io.Copy on the reader's way.
func (r read) WriteTo(w io.Writer) (int64, error) { return r.Reader.WriteTo(w) }

// handed is a listener of connections that were accepted elsewhere.
type handed struct {
	address net.Addr
	conns   chan net.Conn
}

func (h *handed) Accept() (net.Conn, error) { return <-h.conns, nil }
func (h *handed) Close() error              { return nil }
func (h *handed) Addr() net.Addr            { return h.address }
