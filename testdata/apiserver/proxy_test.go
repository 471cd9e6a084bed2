package apiserver

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// proxy stands before an API server and does what networks and busy servers do.
type proxy struct {
	*httptest.Server
	pass http.Handler

	mu     sync.Mutex
	faults []*fault
}

// fault is what happens to the requests that match; all others pass.
type fault struct {
	match func(*http.Request) bool
	// times is how many of them it happens to, 0 for all; met is how many it has.
	times, met int
	do         func(p *proxy, w http.ResponseWriter, r *http.Request)
}

// through starts a proxy to a server; faults are looked at in turn. Clients speak
// HTTP/2 to it, as they do to an API server, unless they are kept from it.
func (s *server) through(t *testing.T, http2 bool, faults ...*fault) *proxy {
	t.Helper()
	target, err := url.Parse(s.config.Host)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(s.config.CAData)
	quiet := log.New(io.Discard, "", 0)
	p := &proxy{faults: faults, pass: &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true, DisableCompression: true},
		FlushInterval: -1,
		ErrorLog:      quiet,
	}}
	p.Server = httptest.NewUnstartedServer(p)
	p.EnableHTTP2, p.Config.ErrorLog = http2, quiet
	p.StartTLS()
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
	})
	return p
}

// as is a user's way to the server, through the proxy.
func (p *proxy) as(user string) way {
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw})
	return way{p.URL, ca, user + "-token"}
}

// ServeHTTP passes a request, or lets the first fault that it meets have it.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f := p.meets(r); f != nil {
		f.do(p, w, r)
		return
	}
	p.pass.ServeHTTP(w, r)
}

func (p *proxy) meets(r *http.Request) *fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		if f.match(r) && (f.times == 0 || f.met < f.times) {
			f.met++
			return f
		}
	}
	return nil
}

// happened is how many requests met a fault.
func (p *proxy) happened() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, f := range p.faults {
		n += f.met
	}
	return n
}

// goAway is a server that is no longer there.
func (p *proxy) goAway() {
	p.Listener.Close()
	p.CloseClientConnections()
}
