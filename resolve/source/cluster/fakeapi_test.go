package cluster_test

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

	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
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
	// instead answers a URL with this, and 200.
	instead map[string]string
	// cut is a URL whose answer breaks off.
	cut string
	// left is how many answers there are before the server goes away, 0 for all.
	left int
	// says is how it answers what it serves: asGroups names groups alone.
	says discovery
	// versions are those of a resource where it is not v1.
	versions map[string][]string
	// version is the resourceVersion of now.
	version int
}

type discovery int

const (
	asGroups discovery = iota
	inOne
	inLists
	forbidden
)

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
	"MutatingWebhookConfiguration": "mutatingwebhookconfigurations", "TCPRoute": "tcproutes", "ReferenceGrant": "referencegrants", "Sidecar": "sidecars",
	"PodMonitor": "podmonitors", "ServiceMonitor": "servicemonitors", "Ingress": "ingresses", "AuthorizationPolicy": "authorizationpolicies",
	"ServiceEntry": "serviceentries", "VirtualService": "virtualservices", "Gateway": "gateways", "WorkloadEntry": "workloadentries", "WorkloadGroup": "workloadgroups",
	"APIService": "apiservices", "CustomResourceDefinition": "customresourcedefinitions",
	"IngressClass": "ingressclasses", "GatewayClass": "gatewayclasses", "ScaledObject": "scaledobjects", "ScaledJob": "scaledjobs", "AnalysisTemplate": "analysistemplates",
	"ClusterAnalysisTemplate": "clusteranalysistemplates", "VMServiceScrape": "vmservicescrapes", "VMPodScrape": "vmpodscrapes", "Route": "routes", "HTTPProxy": "httpproxies",
	"IngressRoute": "ingressroutes", "IngressRouteTCP": "ingressroutetcps", "Mapping": "mappings", "TCPMapping": "tcpmappings", "TLSContext": "tlscontexts",
	"ValidatingWebhookConfiguration": "validatingwebhookconfigurations", "ServiceAccount": "serviceaccounts",
	"NetworkPolicy": "networkpolicies", "CiliumNetworkPolicy": "ciliumnetworkpolicies", "CiliumClusterwideNetworkPolicy": "ciliumclusterwidenetworkpolicies",
	"EnvoyFilter": "envoyfilters", "BackendTLSPolicy": "backendtlspolicies", "HTTPRoute": "httproutes", "GRPCRoute": "grpcroutes", "TLSRoute": "tlsroutes",
}

// newFakeAPI serves the objects of a directory.
func newFakeAPI(t *testing.T, dir string) (*fakeAPI, cluster.Options) {
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
	return f, cluster.Options{Config: &rest.Config{Host: s.URL}, Context: "fake", ChunkSize: 2}
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
	meta := o["metadata"].(map[string]any)
	managed, _ := meta["managedFields"].([]any)
	meta["managedFields"] = append(managed, map[string]any{"manager": "test"})
	f.items[url] = append(f.items[url], o)
}

// ServeHTTP implements http.Handler.
func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r.Method+" "+r.URL.Path)
	if f.left--; f.left == 0 {
		f.left++
		panic(http.ErrAbortHandler)
	}
	if f.answerInstead(w, r.URL.Path) {
		return
	}
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
		f.discovered(w)
		return
	}
	if space, name, one := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/v1/namespaces/"), "/configmaps/"); one {
		f.configMap(w, space, name)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/apis/") && strings.Count(r.URL.Path, "/") == 3 {
		if f.says != inLists {
			status(w, http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "APIResourceList", "resources": f.resources(r.URL.Path)})
		return
	}
	if !f.has(r.URL.Path) {
		status(w, http.StatusNotFound)
		return
	}
	all := f.items[r.URL.Path]
	end := len(all)
	if limit, _ := strconv.Atoi(r.URL.Query().Get("limit")); limit > 0 {
		end = min(from+limit, end)
	}
	meta := map[string]any{"resourceVersion": strconv.Itoa(f.version)}
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

// has reports whether a list is served: in v1, or the versions that the test says.
func (f *fakeAPI) has(path string) bool {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	resource := parts[len(parts)-1]
	if parts[0] == "api" {
		return true
	}
	versions, set := f.versions[resource+"."+parts[1]]
	if !set {
		versions = []string{"v1"}
	}
	return slices.Contains(versions, parts[2])
}

// served are the resources of groups by version.
func (f *fakeAPI) served() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	add := func(group, version, resource string) {
		if all[group] == nil {
			all[group] = map[string][]string{}
		}
		all[group][version] = append(all[group][version], resource)
	}
	for group, names := range map[string]string{
		"apps": "deployments statefulsets daemonsets", "batch": "cronjobs", "discovery.k8s.io": "endpointslices",
		"security.istio.io":            "peerauthentications authorizationpolicies",
		"networking.istio.io":          "destinationrules sidecars serviceentries workloadentries workloadgroups virtualservices gateways envoyfilters",
		"admissionregistration.k8s.io": "mutatingwebhookconfigurations validatingwebhookconfigurations",
	} {
		for name := range strings.FieldsSeq(names) {
			if _, set := f.versions[name+"."+group]; !set {
				add(group, "v1", name)
			}
		}
	}
	for name, versions := range f.versions {
		resource, group, _ := strings.Cut(name, ".")
		for _, v := range versions {
			add(group, v, resource)
		}
	}
	return all
}

func (f *fakeAPI) resources(path string) (out []map[string]any) {
	parts := strings.Split(path, "/")
	for _, name := range f.served()[parts[2]][parts[3]] {
		out = append(out, map[string]any{"name": name}, map[string]any{"name": name + "/status"})
	}
	return out
}

// discovered answers /apis.
func (f *fakeAPI) discovered(w http.ResponseWriter) {
	if f.says == forbidden {
		status(w, http.StatusForbidden)
		return
	}
	var groups, items []any
	for group, byVersion := range f.served() {
		var short, long []any
		for version, names := range byVersion {
			var resources []any
			for _, name := range names {
				resources = append(resources, map[string]any{"resource": name})
			}
			short = append(short, map[string]any{"groupVersion": group + "/" + version, "version": version})
			long = append(long, map[string]any{"version": version, "resources": resources, "freshness": "Current"})
		}
		groups = append(groups, map[string]any{"name": group, "versions": short})
		items = append(items, map[string]any{"metadata": map[string]any{"name": group}, "versions": long})
	}
	if f.says == inOne {
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

func status(w http.ResponseWriter, code int) {
	reason := map[int]string{403: "Forbidden", 404: "NotFound", 410: "Expired", 429: "TooManyRequests", 401: "Unauthorized"}[code]
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d,"message":"no"}`, reason, code)
}
