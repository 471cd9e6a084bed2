package render_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// whole hides that a View can be streamed.
type whole struct{ format.View }

// TestStream: what is written item by item is what would be written at once, and
// that is what encoding/json makes of the same structs.
func TestStream(t *testing.T) {
	t.Parallel()
	pairs := connections(t, "../testdata/mesh/bookinfo")
	pairs.Expand = true
	for name, view := range map[string]format.View{
		"bookinfo": connections(t, "../testdata/mesh/bookinfo"), "bookinfo expanded": pairs,
		"none": render.Connections{Calls: calls.Of(mesh.Build(resolve.Options{}, nil), calls.Query{}, nil)},
	} {
		for _, word := range []string{"json", "yaml"} {
			if diff := cmp.Diff(string(formatted(t, word, whole{view})), string(formatted(t, word, view))); diff != "" {
				t.Errorf("%s as %s (-at once +streamed):\n%s", name, word, diff)
			}
		}
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(view.Data()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(formatted(t, "json", view))); diff != "" {
			t.Errorf("%s (-encoding/json +streamed):\n%s", name, diff)
		}
	}
}

// TestStreamStops: a reader that is gone ends the work at once.
func TestStreamStops(t *testing.T) {
	t.Parallel()
	f, err := format.Parse("json")
	if err != nil {
		t.Fatal(err)
	}
	w := &gone{after: 1}
	if err := format.Write(w, f, pairsOf(town(t, 40)), format.Options{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
	if w.writes != 2 {
		t.Errorf("%d writes, want 2", w.writes)
	}
}

type gone struct{ after, writes int }

func (g *gone) Write(p []byte) (int, error) {
	if g.writes++; g.writes > g.after {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

// TestStreamMemory: a hundred times the items need no more memory.
func TestStreamMemory(t *testing.T) {
	view := pairsOf(town(t, 300)) // 180,000 items
	f, err := format.Parse("json")
	if err != nil {
		t.Fatal(err)
	}
	m := &watcher{}
	runtime.GC()
	runtime.ReadMemStats(&m.MemStats)
	before := m.HeapAlloc
	if err := format.Write(m, f, view, format.Options{}); err != nil {
		t.Fatal(err)
	}
	if grown := int64(m.most) - int64(before); grown > 32<<20 {
		t.Errorf("the heap grew by %d MB while %d MB were written", grown>>20, m.written>>20)
	}
}

// watcher looks at the heap now and then.
type watcher struct {
	runtime.MemStats
	most            uint64
	writes, written int
}

func (w *watcher) Write(p []byte) (int, error) {
	w.written += len(p)
	if w.writes++; w.writes%100 == 0 {
		runtime.ReadMemStats(&w.MemStats)
		w.most = max(w.most, w.HeapAlloc)
	}
	return len(p), nil
}

// BenchmarkStream writes every connection of a mesh of 1,000 workloads with two
// service ports each: two million items.
func BenchmarkStream(b *testing.B) {
	view := pairsOf(town(b, 1_000))
	for _, word := range []string{"json", "yaml"} {
		f, err := format.Parse(word)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(word, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := format.Write(io.Discard, f, view, format.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*2_000_000/b.Elapsed().Seconds(), "items/s")
		})
	}
}

// BenchmarkConnections writes the table of the same mesh, and of ten times as many.
func BenchmarkConnections(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		view := town(b, n)
		f, err := format.Parse("table")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := format.Write(io.Discard, f, view, format.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// pairsOf are the connections one by one.
func pairsOf(v render.Connections) render.Connections {
	v.Expand = true
	return v
}

func connections(t testing.TB, dir string) render.Connections {
	t.Helper()
	return read(t, source.Options{Files: []string{dir}})
}

func read(t testing.TB, o source.Options) render.Connections {
	t.Helper()
	in, err := source.Read(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return render.Connections{Calls: calls.Of(mesh.Build(resolve.Options{}, in.Objects), calls.Query{}, nil)}
}

// town is the connections of n workloads, a hundred to a namespace, each with a
// Service of two ports; every tenth has a DestinationRule.
func town(t testing.TB, n int) render.Connections {
	var yaml strings.Builder
	for i := range n {
		ns := fmt.Sprintf("team-%03d", i/100)
		if i%100 == 0 {
			fmt.Fprintf(&yaml, townNamespace, ns)
		}
		fmt.Fprintf(&yaml, townWorkload, ns, fmt.Sprintf("service-%05d", i))
		if i%10 == 0 {
			fmt.Fprintf(&yaml, townRule, ns, fmt.Sprintf("service-%05d", i))
		}
	}
	return read(t, source.Options{Files: []string{"-"}, Stdin: strings.NewReader(yaml.String())})
}

const townNamespace = `
apiVersion: v1
kind: Namespace
metadata: {name: %[1]s, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: %[1]s}
spec: {mtls: {mode: STRICT}}
---`

const townWorkload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[2]s, namespace: %[1]s}
spec:
  template:
    metadata: {labels: {app: %[2]s}}
    spec: {containers: [{name: main, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: %[2]s, namespace: %[1]s}
spec: {selector: {app: %[2]s}, ports: [{name: http, port: 80, targetPort: http}, {name: http-metrics, port: 9090}]}
---`

const townRule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: %[2]s, namespace: %[1]s}
spec: {host: %[2]s, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
---`
