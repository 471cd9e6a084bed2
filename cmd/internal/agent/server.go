package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Options are those of a server.
type Options struct {
	Version string
	// Runner runs the commands of the tools.
	Runner Runner
	// DiffBase are the words that name the input as the base of a diff, empty for a cluster; nil where
	// the input can be no base: then there is no tool diff.
	DiffBase []string
}

const instructions = `mtlsctl computes which Istio traffic is really mTLS, and why, of the input that the user named. Ask "summary" first, then about
a namespace, a workload or a call. An answer is {exitCode, notes, page, answer}: exitCode 3 means that something of the input is
missing or could not be read, notes name it. UNKNOWN means that this input does not show it: do not guess. Nothing is changed.`

// server is a server, and the turn of its commands: one at a time.
type server struct {
	mcp      *mcp.Server
	run      Runner
	diffBase []string
	turn     chan struct{}
}

func newServer(o Options) *server {
	s := &server{run: o.Runner, diffBase: o.DiffBase, turn: make(chan struct{}, 1)}
	s.mcp = mcp.NewServer(&mcp.Implementation{Name: "mtlsctl", Version: o.Version}, &mcp.ServerOptions{Instructions: instructions})
	addTools(s)
	return s
}

// answered is what a tool answers.
type answered struct {
	ExitCode int      `json:"exitCode"`
	Notes    []string `json:"notes,omitempty"`
	Page     *Page    `json:"page,omitempty"`
	// Answer is the command's JSON, Text an answer that is none.
	Answer json.RawMessage `json:"answer,omitempty"`
	Text   string          `json:"text,omitempty"`
}

// answer runs a command and makes its page fit.
func (s *server) answer(ctx context.Context, c Command, page int) *mcp.CallToolResult {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return failed(ctx.Err())
	}
	out := s.run(ctx, c)
	a := answered{ExitCode: out.Code, Notes: notes(out.Notes)}
	if text := strings.TrimSpace(string(out.Answer)); json.Valid([]byte(text)) {
		part, p, err := portion([]byte(text), page)
		if err != nil {
			return failed(err)
		}
		a.Answer, a.Page = part, p
	} else {
		a.Text = text[:min(len(text), Most)]
	}
	text, err := readable(a)
	if err != nil {
		return failed(err)
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: escaped(text)}}, IsError: len(out.Answer) == 0 && out.Code != 0}
}

// notes are the lines beside an answer, at most a hundred.
func notes(text string) []string {
	const most = 100
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("and %d lines more", more))
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

func failed(err error) *mcp.CallToolResult {
	r := &mcp.CallToolResult{}
	r.SetError(err)
	return r
}

// ServeStreams serves one agent over two streams, until in ends or ctx does.
func ServeStreams(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	return newServer(o).mcp.Run(ctx, &mcp.IOTransport{Reader: io.NopCloser(in), Writer: stays{out}})
}

// stays is a writer that nobody closes.
type stays struct{ io.Writer }

// Close implements io.Closer.
func (stays) Close() error { return nil }

// ServeHTTP serves agents of this machine until ctx ends: requests for other hosts, or of pages of other
// origins, are refused. l has to be of the loopback interface.
func ServeHTTP(ctx context.Context, o Options, l net.Listener) error {
	s := newServer(o)
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s.mcp }, &mcp.StreamableHTTPOptions{SessionTimeout: time.Hour})
	h := &http.Server{Handler: local(http.NewCrossOriginProtection().Handler(handler)), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() {
		<-ctx.Done()
		_ = h.Close()
		close(ended)
	}()
	err := h.Serve(l)
	if ctx.Err() != nil {
		<-ended
		return ctx.Err()
	}
	return err
}

// mostRequest is how many bytes a request may have: a change that is to be compared.
const mostRequest = 8 << 20

// local refuses requests that name another host than this machine, or that a page of another origin sent.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r.Host) || r.Header.Get("Origin") != "" && !isLocal(originHost(r.Header.Get("Origin"))) {
			http.Error(w, "only for this machine", http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostRequest)
		next.ServeHTTP(w, r)
	})
}

// originHost is the host of an origin, "" for one that has none.
func originHost(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return host
}

// isLocal reports a name or an address of the loopback interface, with or without a port.
func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
