package cluster_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// watchedAPI is a fakeAPI whose lists can be watched.
type watchedAPI struct {
	*fakeAPI
	mu     sync.Mutex
	events map[string][]event
	// changed is closed and made anew at each event.
	changed chan struct{}
	// down answers nothing; expired has watches answered by 410, once each.
	down    bool
	expired map[string]bool
	open    map[string]int
}

type event struct {
	Type    string         `json:"type"`
	Object  map[string]any `json:"object"`
	version int
}

func newWatchedAPI(t *testing.T, dir string) (*watchedAPI, cluster.Options) {
	t.Helper()
	f, o := newFakeAPI(t, dir)
	w := &watchedAPI{fakeAPI: f, events: map[string][]event{}, changed: make(chan struct{}), expired: map[string]bool{}, open: map[string]int{}}
	for _, list := range f.items {
		for _, one := range list {
			f.version++
			one["metadata"].(map[string]any)["resourceVersion"] = strconv.Itoa(f.version)
		}
	}
	s := httptest.NewServer(w)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	o.Config = &rest.Config{Host: s.URL}
	return w, o
}

func (w *watchedAPI) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	down := w.down
	w.mu.Unlock()
	switch {
	case down:
		panic(http.ErrAbortHandler)
	case r.URL.Query().Get("watch") == "true":
		w.watch(out, r)
	default:
		w.fakeAPI.ServeHTTP(out, r)
	}
}

func (w *watchedAPI) watch(out http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	w.fakeAPI.mu.Lock()
	no := w.refuse[path]
	w.fakeAPI.mu.Unlock()
	if no != nil && no.times != 0 {
		status(out, no.code)
		return
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	seconds, _ := strconv.Atoi(r.URL.Query().Get("timeoutSeconds"))
	end := time.After(time.Duration(seconds) * time.Second)
	out.(http.Flusher).Flush()
	w.count(path, 1)
	defer w.count(path, -1)
	for {
		w.mu.Lock()
		if w.down {
			w.mu.Unlock()
			panic(http.ErrAbortHandler) // the answer breaks off
		}
		events, changed, expired := w.events[path], w.changed, w.expired[path]
		delete(w.expired, path)
		w.mu.Unlock()
		if expired {
			_ = json.NewEncoder(out).Encode(map[string]any{"type": "ERROR", "object": map[string]any{"kind": "Status", "code": 410, "reason": "Expired", "status": "Failure"}})
			return
		}
		for _, e := range events {
			if e.version > from {
				_ = json.NewEncoder(out).Encode(e)
				from = e.version
			}
		}
		out.(http.Flusher).Flush()
		select {
		case <-changed:
		case <-end:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func (w *watchedAPI) count(path string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open[path] += n
}

// wake has open watches look at what changed.
func (w *watchedAPI) wake(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	close(w.changed)
	w.changed = make(chan struct{})
}

// put makes, changes or, where o is nil, deletes the object of a name; silent makes no event of it.
func (w *watchedAPI) put(path, namespace, name string, o map[string]any, silent bool) {
	w.fakeAPI.mu.Lock()
	w.version++
	version, kind := w.version, "ADDED"
	var left []map[string]any
	var gone map[string]any
	for _, was := range w.items[path] {
		if m := was["metadata"].(map[string]any); m["name"] == name && m["namespace"] == namespace {
			gone, kind = was, "MODIFIED"
			continue
		}
		left = append(left, was)
	}
	if o != nil {
		o["metadata"].(map[string]any)["resourceVersion"] = strconv.Itoa(version)
		left = append(left, o)
	} else {
		o, kind = gone, "DELETED"
	}
	w.items[path] = left
	w.fakeAPI.mu.Unlock()
	if !silent {
		w.wake(func() { w.events[path] = append(w.events[path], event{kind, o, version}) })
	}
}

// followed is a feed and the mesh that its updates lead to.
type followed struct {
	t    *testing.T
	feed *cluster.Feed
	mesh *mesh.Mesh
	last *cluster.Update
}

func follow(t *testing.T, o cluster.Options) *followed {
	t.Helper()
	feed, err := cluster.Follow(t.Context(), o, cluster.FeedOptions{Gather: 20 * time.Millisecond, Poll: 100 * time.Millisecond, Renew: time.Second, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	f := &followed{t: t, feed: feed}
	f.next()
	return f
}

func (f *followed) next() {
	f.t.Helper()
	u, err := f.feed.Next(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	f.last = u
	if u.Whole != nil {
		f.mesh = mesh.Build(config.Options{Gaps: u.Whole.Cluster.Gaps, Editable: true}, u.Whole.Objects)
	} else if len(u.Deltas) > 0 {
		f.mesh = f.mesh.With(u.Deltas...)
	}
}

// until takes updates until the mesh is as it should be.
func (f *followed) until(what string, is func() bool) {
	f.t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); f.next() {
		if time.Now().After(end) {
			f.t.Fatalf("never: %s; outages %v", what, f.last.Outages)
		}
	}
}

func (f *followed) mode(namespace, name string) resolve.Mode {
	for _, w := range f.mesh.Workloads() {
		if w.Ref.Namespace == namespace && w.Ref.Name == name && len(w.Ports) > 0 {
			return w.Ports[0].Decision.Mode
		}
	}
	return resolve.Unset
}
