package source_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// fakeAPI answers lists as an API server does, in JSON and in pages; what it is
// about is not that it is one, which the live suite looks at, but what the reader
// does with each kind of answer.
type fakeAPI struct {
	// items are the objects by URL of their list: "/apis/apps/v1/deployments".
	items map[string][]map[string]any

	mu sync.Mutex
	// refuse answers a URL with a status instead, so many times; -1 is always.
	refuse map[string]*refusal
	asked  []string
	// cut is a URL whose answer breaks off.
	cut string
}

// config is a ConfigMap of Istio's.
func (f *fakeAPI) config(name string) map[string]any {
	for _, o := range f.items["/api/v1/configmaps"] {
		if o["metadata"].(map[string]any)["name"] == name {
			return o
		}
	}
	return nil
}

type refusal struct {
	code, times int
	// later is true for pages after the first only.
	later bool
}

// plurals are the resources of the kinds in the stories.
var plurals = map[string]string{
	"Namespace": "namespaces", "Service": "services", "Deployment": "deployments", "StatefulSet": "statefulsets",
	"PeerAuthentication": "peerauthentications", "DestinationRule": "destinationrules", "ConfigMap": "configmaps",
	"CronJob": "cronjobs", "DaemonSet": "daemonsets", "EndpointSlice": "endpointslices", "Pod": "pods",
	"MutatingWebhookConfiguration": "mutatingwebhookconfigurations",
}

// newFakeAPI serves the objects of a directory.
func newFakeAPI(t *testing.T, dir string) (*fakeAPI, source.ClusterOptions) {
	t.Helper()
	f := &fakeAPI{items: map[string][]map[string]any{}, refuse: map[string]*refusal{}}
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
			if err := yaml.Unmarshal([]byte(part), &o); err != nil {
				t.Fatal(err)
			}
			if len(o) > 0 {
				f.add(t, o)
			}
		}
	}
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return f, source.ClusterOptions{Config: &rest.Config{Host: s.URL}, Context: "fake", ChunkSize: 2}
}

func (f *fakeAPI) add(t *testing.T, o map[string]any) {
	plural := plurals[o["kind"].(string)]
	if plural == "" {
		t.Fatalf("fake API: what is the resource of %s?", o["kind"])
	}
	version := o["apiVersion"].(string)
	url := "/apis/" + version + "/" + plural
	if !strings.Contains(version, "/") {
		url = "/api/" + version + "/" + plural
	}
	o["metadata"].(map[string]any)["managedFields"] = []any{map[string]any{"manager": "test"}}
	f.items[url] = append(f.items[url], o)
}

// ServeHTTP implements http.Handler.
func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r.Method+" "+r.URL.Path)
	if r.URL.Path == f.cut {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "{")
		return
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	if no := f.refuse[r.URL.Path]; no != nil && no.times != 0 && (from > 0 || !no.later) {
		no.times--
		status(w, no.code)
		return
	}
	if r.URL.Path == "/apis" {
		_ = json.NewEncoder(w).Encode(f.groups())
		return
	}
	if space, name, one := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/v1/namespaces/"), "/configmaps/"); one {
		f.configMap(w, space, name)
		return
	}
	if !strings.Contains(r.URL.Path, "/v1/") {
		status(w, http.StatusNotFound)
		return
	}
	all := f.items[r.URL.Path]
	end := len(all)
	if limit, _ := strconv.Atoi(r.URL.Query().Get("limit")); limit > 0 {
		end = min(from+limit, end)
	}
	meta := map[string]any{}
	if end < len(all) {
		meta["continue"] = strconv.Itoa(end)
	}
	version, plural := strings.TrimPrefix(strings.TrimPrefix(filepath.Dir(r.URL.Path), "/apis/"), "/api/"), filepath.Base(r.URL.Path)
	kind := "List"
	for k, p := range plurals {
		if p == plural {
			kind = k + "List"
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"apiVersion": version, "kind": kind, "metadata": meta, "items": append([]map[string]any{}, all[min(from, end):end]...)})
}

func (f *fakeAPI) configMap(w http.ResponseWriter, namespace, name string) {
	for _, o := range f.items["/api/v1/configmaps"] {
		if m := o["metadata"].(map[string]any); m["namespace"] == namespace && m["name"] == name {
			_ = json.NewEncoder(w).Encode(o)
			return
		}
	}
	status(w, http.StatusNotFound)
}

func (f *fakeAPI) groups() map[string]any {
	var groups []any
	for _, name := range []string{"apps", "batch", "discovery.k8s.io", "security.istio.io", "networking.istio.io", "admissionregistration.k8s.io"} {
		groups = append(groups, map[string]any{"name": name, "versions": []any{map[string]any{"groupVersion": name + "/v1", "version": "v1"}}})
	}
	return map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
}

func status(w http.ResponseWriter, code int) {
	reason := map[int]string{403: "Forbidden", 404: "NotFound", 410: "Expired", 429: "TooManyRequests", 401: "Unauthorized"}[code]
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d,"message":"no"}`, reason, code)
}
