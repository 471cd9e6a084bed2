package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// anAgent is the SDK's client of a run of mcp, over standard input and output.
func anAgent(t *testing.T, args ...string) *mcp.ClientSession {
	t.Helper()
	in, out := io.Pipe()
	back, answers := io.Pipe()
	var errs text
	code := make(chan int, 1)
	go func() {
		code <- cmd.Main(append([]string{"mcp"}, args...), cmd.Streams{In: in, Out: answers, Err: &errs, Env: noEnv, Now: time.Now})
		_ = answers.Close()
	}()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), &mcp.IOTransport{Reader: back, Writer: out}, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	t.Cleanup(func() {
		_ = session.Close()
		if c := <-code; c != 0 {
			t.Errorf("mcp ended with %d: %s", c, errs.String())
		}
	})
	return session
}

func noEnv(string) string { return "" }

// toolAnswer is what a tool answers.
type toolAnswer struct {
	ExitCode int             `json:"exitCode"`
	Notes    []string        `json:"notes"`
	Answer   json.RawMessage `json:"answer"`
	Text     string          `json:"text"`
	Page     *struct {
		List            string
		From, Of, Pages int
	} `json:"page"`
	failed string
}

func call(t *testing.T, s *mcp.ClientSession, tool string, arguments map[string]any) toolAnswer {
	t.Helper()
	r, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	var a toolAnswer
	told := r.Content[0].(*mcp.TextContent).Text
	if err := json.Unmarshal([]byte(told), &a); err != nil || r.IsError {
		a.failed = told
	}
	return a
}

const bookinfo = "../testdata/mesh/bookinfo"

const aStrictPolicy = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: all, namespace: bookinfo}\nspec: {mtls: {mode: STRICT}}\n"

// TestAgentAnswers: each tool answers with the JSON of its command, and its exit code.
func TestAgentAnswers(t *testing.T) {
	t.Parallel()
	s := anAgent(t, "-f", bookinfo)
	tools, err := s.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, c := range []struct {
		tool      string
		arguments map[string]any
		command   []string
		stdin     string
	}{
		{"summary", nil, []string{"describe", "--summary", "-f", bookinfo}, ""},
		{"describe", nil, []string{"describe", "-f", bookinfo}, ""},
		{"describe", map[string]any{"names": []string{"deploy/productpage.bookinfo"}}, []string{"describe", "deploy/productpage.bookinfo", "-f", bookinfo}, ""},
		{"describe", map[string]any{"mode": "PERMISSIVE", "namespace": "bookinfo"}, []string{"describe", "--mode", "PERMISSIVE", "-n", "bookinfo", "-f", bookinfo}, ""},
		{"connections", map[string]any{"verdict": "mtls"}, []string{"connections", "--verdict", "mtls", "-f", bookinfo}, ""},
		{"call", map[string]any{"from": "deploy/productpage.bookinfo", "to": "reviews.bookinfo:9080"}, []string{"connections", "--from", "deploy/productpage.bookinfo", "--to", "reviews.bookinfo:9080", "-f", bookinfo}, ""},
		{"analyze", nil, []string{"analyze", "-f", bookinfo}, ""},
		{"diagnose", map[string]any{"line": "503 UF"}, []string{"diagnose", "503 UF", "-f", bookinfo}, ""},
		{"plan_status", nil, []string{"migrate-plan", "--status", "-f", bookinfo}, ""},
		{"explain", map[string]any{"topic": "MTLS0201"}, []string{"explain", "MTLS0201"}, ""},
		{"diff", map[string]any{"manifests": aStrictPolicy}, []string{"diff", bookinfo, "-f", "-"}, aStrictPolicy},
	} {
		tried[c.tool] = true
		var out, errs bytes.Buffer
		code := cmd.Main(append(c.command, "-o", "json"), cmd.Streams{In: strings.NewReader(c.stdin), Out: &out, Err: &errs, Env: noEnv, Now: time.Now})
		got := call(t, s, c.tool, c.arguments)
		if got.failed != "" || got.ExitCode != code {
			t.Errorf("%s %v: exit code %d, the command's is %d: %s", c.tool, c.arguments, got.ExitCode, code, got.failed)
			continue
		}
		if diff := cmp.Diff(anyJSON(t, out.Bytes()), anyJSON(t, got.Answer)); diff != "" {
			t.Errorf("%s %v: the command -, the tool +\n%s", c.tool, c.arguments, diff)
		}
	}
	for _, tool := range tools.Tools {
		if !tried[tool.Name] || !tool.Annotations.ReadOnlyHint || tool.Description == "" {
			t.Errorf("tool %s: tried %v, read-only %v", tool.Name, tried[tool.Name], tool.Annotations.ReadOnlyHint)
		}
	}
}

// anyJSON is a text as values, without the time that reading took.
func anyJSON(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// TestAgentIsHeld: what an agent gives is a name, never a flag, a file or another line.
func TestAgentIsHeld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.yaml")
	if err := os.WriteFile(secret, []byte(aStrictPolicy), 0o600); err != nil {
		t.Fatal(err)
	}
	s := anAgent(t, "-f", bookinfo)
	before := slices.Sorted(filesOf(t, dir))
	for _, word := range []string{"--filename=" + secret, "-f" + secret, secret, "--output-file=" + filepath.Join(dir, "out"), "git:HEAD:.", "cluster", "-", "--", "a\nb", "", "../..", "\u202e", strings.Repeat("x", 100_000)} {
		for _, a := range []toolAnswer{
			call(t, s, "describe", map[string]any{"names": []string{word}}), call(t, s, "describe", map[string]any{"namespace": word}), call(t, s, "describe", map[string]any{"mode": word}),
			call(t, s, "call", map[string]any{"from": word, "to": word}), call(t, s, "explain", map[string]any{"topic": word}), call(t, s, "diagnose", map[string]any{"line": word, "from": word}),
			call(t, s, "plan_status", map[string]any{"names": []string{word}}), call(t, s, "diff", map[string]any{"manifests": word}),
		} {
			if text := a.failed + string(a.Answer); regexp.MustCompile(`"name": ?"all"`).MatchString(text) {
				t.Errorf("%q made it read another file: %s", word, text)
			}
		}
	}
	if after := slices.Sorted(filesOf(t, dir)); !slices.Equal(before, after) {
		t.Errorf("it wrote %v", after)
	}
}

func filesOf(t *testing.T, dir string) func(func(string) bool) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string) bool) {
		for _, e := range entries {
			if !yield(e.Name()) {
				return
			}
		}
	}
}

// TestAgentPages: a long list comes in pages, and all of them together are the list.
func TestAgentPages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var world strings.Builder
	world.WriteString("apiVersion: v1\nkind: Namespace\nmetadata: {name: big, labels: {istio-injection: enabled}}\n")
	const workloads = 900
	for i := range workloads {
		name := "pay-" + strings.Repeat("a", i%20) + string(rune('a'+i%26)) + strings.Repeat("b", i/26)
		world.WriteString("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + ", namespace: big}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: app, image: x, ports: [{containerPort: 80}]}]}}}\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "big.yaml"), []byte(world.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := anAgent(t, "-f", dir)
	seen, pages := 0, 1
	for page := 1; page <= pages; page++ {
		a := call(t, s, "describe", map[string]any{"page": page})
		if a.Page == nil || a.failed != "" {
			t.Fatalf("page %d: %+v", page, a)
		}
		if pages = a.Page.Pages; a.Page.From != seen || len(a.Answer) > 210_000 {
			t.Errorf("page %d begins with %d, want %d; %d bytes", page, a.Page.From, seen, len(a.Answer))
		}
		var list map[string]any
		if err := json.Unmarshal(a.Answer, &list); err != nil {
			t.Fatal(err)
		}
		seen += len(list[a.Page.List].([]any))
	}
	if seen != workloads || pages < 2 {
		t.Errorf("%d items in %d pages", seen, pages)
	}
	if a := call(t, s, "describe", map[string]any{"page": pages + 1}); a.failed == "" {
		t.Error("there is a page behind the last")
	}
	if err := os.WriteFile(filepath.Join(dir, "big.yaml"), []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: big}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if a := call(t, s, "describe", nil); a.Page != nil {
		t.Error("files are not read anew")
	}
}

// TestAgentHTTP: over HTTP only agents of this machine are served.
func TestAgentHTTP(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	var errs text
	go cmd.Main([]string{"mcp", "-f", bookinfo, "--listen", address}, cmd.Streams{In: strings.NewReader(""), Out: io.Discard, Err: &errs, Env: noEnv, Now: time.Now})
	for end := time.Now().Add(30 * time.Second); !strings.Contains(errs.String(), "serving"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not serve: %s", errs.String())
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(ctx, &mcp.StreamableClientTransport{Endpoint: "http://" + address}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a := call(t, session, "summary", nil); a.failed != "" || !strings.Contains(string(a.Answer), "bookinfo") {
		t.Errorf("summary: %+v", a)
	}
	_ = session.Close()
	for _, c := range []struct{ host, origin string }{{"evil.example", ""}, {"evil.example:80", ""}, {"", "http://evil.example"}, {"", "null"}, {"127.0.0.1.evil.example", ""}} {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		if r.Host = c.host; c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("host %q, origin %q: %s", c.host, c.origin, answer.Status)
		}
	}
}

// TestAgentAsksOneByOne: questions at the same time get the answers of their own.
func TestAgentAsksOneByOne(t *testing.T) {
	t.Parallel()
	s := anAgent(t, "-f", bookinfo)
	var all sync.WaitGroup
	for _, topic := range []string{"MTLS0201", "MTLS0202", "MTLS0203", "MTLS0204"} {
		all.Go(func() {
			if a := call(t, s, "explain", map[string]any{"topic": topic}); !strings.Contains(string(a.Answer), topic) {
				t.Errorf("%s: %+v", topic, a)
			}
		})
	}
	all.Wait()
}
