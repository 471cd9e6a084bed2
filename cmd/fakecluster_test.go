package cmd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	sigsyaml "sigs.k8s.io/yaml"
)

// fakeCluster answers lists and ConfigMaps as an API server does, in JSON: what it is about
// is what becomes of what was read.
type fakeCluster struct {
	lists map[string][]map[string]any // by URL
	// groups are the versions of each group with their resources.
	groups map[string]map[string][]string

	mu     sync.Mutex
	events map[string][]string // of watches, by URL
	// refused are URLs that the user may not read; down has the server answer nothing.
	refused map[string]bool
	down    bool
}

// newFakeCluster serves the objects of the files of directories, and returns a kubeconfig.
func newFakeCluster(t *testing.T, dirs ...string) (kubeconfig string) {
	t.Helper()
	_, kubeconfig = newWatchedCluster(t, dirs...)
	return kubeconfig
}

// newWatchedCluster is newFakeCluster with the server, which can be changed.
func newWatchedCluster(t *testing.T, dirs ...string) (f *fakeCluster, kubeconfig string) {
	t.Helper()
	f = &fakeCluster{lists: map[string][]map[string]any{}, groups: map[string]map[string][]string{}, events: map[string][]string{}, refused: map[string]bool{}}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no objects in %s: %v", dir, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for part := range strings.SplitSeq("\n"+string(text), "\n---") {
				var o map[string]any
				if err := sigsyaml.Unmarshal([]byte(part), &o); err != nil {
					t.Fatalf("%s: %v", file, err)
				}
				if len(o) > 0 {
					f.add(o)
				}
			}
		}
	}
	s := httptest.NewServer(f)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: fake, clusters: [{name: fake, cluster: {server: "%s"}}], contexts: [{name: fake, context: {cluster: fake, user: me}}], users: [{name: me, user: {}}]}`, s.URL)
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return f, kubeconfig
}

func (f *fakeCluster) add(o map[string]any) {
	kind, version := o["kind"].(string), o["apiVersion"].(string)
	plural := strings.ToLower(kind) + "s"
	switch {
	case strings.HasSuffix(kind, "y"):
		plural = strings.TrimSuffix(plural, "ys") + "ies"
	case strings.HasSuffix(kind, "s"):
		plural = strings.ToLower(kind) + "es"
	}
	url := "/apis/" + version + "/" + plural
	if group, v, named := strings.Cut(version, "/"); !named {
		url = "/api/" + version + "/" + plural
	} else {
		if f.groups[group] == nil {
			f.groups[group] = map[string][]string{}
		}
		if !slices.Contains(f.groups[group][v], plural) {
			f.groups[group][v] = append(f.groups[group][v], plural)
		}
	}
	f.lists[url] = append(f.lists[url], o)
}

// ServeHTTP implements http.Handler.
func (f *fakeCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !f.serves(w, r) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/apis" {
		var groups []any
		for group, versions := range f.groups {
			var short []any
			for version := range versions {
				short = append(short, map[string]any{"groupVersion": group + "/" + version, "version": version})
			}
			groups = append(groups, map[string]any{"name": group, "versions": short})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
		return
	}
	if space, name, one := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/v1/namespaces/"), "/configmaps/"); one {
		for _, o := range f.lists["/api/v1/configmaps"] {
			if m := o["metadata"].(map[string]any); m["namespace"] == space && m["name"] == name {
				_ = json.NewEncoder(w).Encode(o)
				return
			}
		}
	}
	list, ok := f.lists[r.URL.Path]
	if !ok && !strings.HasPrefix(r.URL.Path, "/api/v1/") || strings.Contains(r.URL.Path, "/namespaces/") {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"no"}`)
		return
	}
	version := strings.TrimPrefix(strings.TrimPrefix(filepath.Dir(r.URL.Path), "/apis/"), "/api/")
	kind := map[string]string{ // of core kinds that the cluster has none of
		"pods": "Pod", "services": "Service", "namespaces": "Namespace", "configmaps": "ConfigMap", "endpoints": "Endpoints",
		"serviceaccounts": "ServiceAccount", "replicationcontrollers": "ReplicationController",
	}[filepath.Base(r.URL.Path)]
	if len(list) > 0 {
		kind = list[0]["kind"].(string)
	}
	kind += "List"
	_ = json.NewEncoder(w).Encode(map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"resourceVersion": strconv.Itoa(len(f.events[r.URL.Path]))}, "items": append([]map[string]any{}, list...)})
}

// serves answers watches, and what may not be read or not be answered; true is left to do.
func (f *fakeCluster) serves(w http.ResponseWriter, r *http.Request) bool {
	f.mu.Lock()
	down, refused := f.down, f.refused[r.URL.Path]
	f.mu.Unlock()
	switch {
	case down:
		panic(http.ErrAbortHandler)
	case refused:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"no"}`)
		return false
	case r.URL.Query().Get("watch") == "true":
		f.watch(w, r)
		return false
	}
	return true
}

func (f *fakeCluster) watch(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	seconds, _ := strconv.Atoi(r.URL.Query().Get("timeoutSeconds"))
	for end := time.Now().Add(time.Duration(seconds) * time.Second); time.Now().Before(end) && r.Context().Err() == nil; time.Sleep(5 * time.Millisecond) {
		f.mu.Lock()
		if f.down {
			f.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		events := f.events[r.URL.Path]
		f.mu.Unlock()
		for ; from < len(events); from++ {
			fmt.Fprintln(w, events[from])
		}
		w.(http.Flusher).Flush()
	}
}

// change adds, replaces or, where gone, deletes an object, and makes the event of it.
func (f *fakeCluster) change(t *testing.T, url, text string, gone bool) {
	t.Helper()
	var o map[string]any
	if err := sigsyaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	m, kind := o["metadata"].(map[string]any), "ADDED"
	m["resourceVersion"] = strconv.Itoa(len(f.events[url]) + 1)
	left := slices.DeleteFunc(f.lists[url], func(was map[string]any) bool {
		w := was["metadata"].(map[string]any)
		return w["name"] == m["name"] && w["namespace"] == m["namespace"]
	})
	switch {
	case gone:
		kind = "DELETED"
	case len(left) < len(f.lists[url]):
		kind = "MODIFIED"
	}
	if f.lists[url] = left; !gone {
		f.lists[url] = append(f.lists[url], o)
	}
	event, err := json.Marshal(map[string]any{"type": kind, "object": o})
	if err != nil {
		t.Fatal(err)
	}
	f.events[url] = append(f.events[url], string(event))
}
