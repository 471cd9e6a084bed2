package dump_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
	"github.com/mtlsctl/mtlsctl/resolve/source/dump"
)

// readText reads one file of a name.
func readText(t *testing.T, name, text string) *dump.Input {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := dump.Read(t.Context(), dump.Options{Paths: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

const (
	snake = `warning: something of kubectl
{"configs": [
 {"@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump", "bootstrap": {"admin": {}, "node": {"id": "sidecar~10.0.0.7~web-5c8.x.shop~shop.svc.cluster.local",
  "metadata": {"NAMESPACE": "shop", "ISTIO_VERSION": "1.31.0", "OWNER": "kubernetes://apis/apps/v1/namespaces/shop/deployments/web", "LABELS": {"my_app": "a_b"}}}}},
 {"dynamic_active_clusters": [{"cluster": {"name": "outbound|80|v_1|pay.shop.svc.cluster.local", "type": "EDS", "transport_socket_matches": [
  {"name": "tlsMode-istio", "match": {"tlsMode": "istio"}, "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
   "common_tls_context": {"tls_certificate_sds_secret_configs": [{"name": "default"}], "combined_validation_context": {"default_validation_context": {"match_typed_subject_alt_names": [{"san_type": "URI", "matcher": {"exact": "spiffe://a/ns/b/sa/c"}}]}}}}}},
  {"name": "tlsMode-disabled", "match": {}, "transport_socket": {"name": "envoy.transport_sockets.raw_buffer"}}],
  "metadata": {"filter_metadata": {"istio": {"config": "/apis/networking.istio.io/v1/namespaces/shop/destination-rule/my_rule"}}}}}]},
 {"dynamic_endpoint_configs": [{"endpoint_config": {"cluster_name": "outbound|80|v_1|pay.shop.svc.cluster.local", "endpoints": [{"lb_endpoints": [
  {"endpoint": {"address": {"socket_address": {"address": "10.0.0.8", "port_value": 8080}}}, "metadata": {"filter_metadata": {"envoy.transport_socket_match": {"tlsMode": "istio"}}}},
  {"endpoint": {"address": {"envoy_internal_address": {"server_listener_name": "connect_originate", "endpoint_id": "10.0.0.9:8080"}}}, "metadata": {"filter_metadata": {"envoy.transport_socket_match": {"tunnel": "http"}, "envoy.filters.listener.original_dst": {"local": "10.0.0.9:8080"}}}}]}]}}]},
 {"dynamic_listeners": [{"name": "virtualInbound", "active_state": {"listener": {"name": "virtualInbound", "traffic_direction": "INBOUND", "address": {"socket_address": {"address": "0.0.0.0", "port_value": 15006}},
  "filter_chains": [{"name": "virtualInbound-blackhole", "filter_chain_match": {"destination_port": 15006}},
   {"name": "0.0.0.0_8080", "filter_chain_match": {"destination_port": 8080, "transport_protocol": "tls"}, "transport_socket": {"typed_config": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", "require_client_certificate": true, "common_tls_context": {"tls_certificate_sds_secret_configs": [{"name": "default"}]}}}},
   {"filter_chain_match": {"destination_port": 9090}}]}, "last_updated": "2026-11-29T08:00:01Z"},
  "error_state": {"details": "no such filter", "last_update_attempt": "2026-11-29T09:00:00Z"}}]}]}
`
)

// camel is a text as istioctl writes its keys.
func camel(text string) string {
	for _, key := range []string{
		"dynamic_active_clusters", "transport_socket_matches", "transport_socket", "typed_config", "common_tls_context", "tls_certificate_sds_secret_configs", "combined_validation_context", "default_validation_context",
		"match_typed_subject_alt_names", "san_type", "filter_metadata", "dynamic_endpoint_configs", "endpoint_config", "cluster_name", "lb_endpoints", "socket_address", "port_value", "envoy_internal_address", "server_listener_name",
		"endpoint_id", "dynamic_listeners", "active_state", "traffic_direction", "filter_chains", "filter_chain_match", "destination_port", "transport_protocol", "require_client_certificate", "last_updated", "error_state", "last_update_attempt",
	} {
		var b strings.Builder
		for i, part := range strings.Split(key, "_") {
			if i > 0 {
				part = strings.ToUpper(part[:1]) + part[1:]
			}
			b.WriteString(part)
		}
		text = strings.ReplaceAll(text, `"`+key+`"`, `"`+b.String()+`"`)
	}
	return text
}

// TestSpellings: both ways to write keys come to the same proxy.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"snake.json": snake, "camel.json": camel(snake)} {
		in := readText(t, name, text)
		if len(in.Problems) > 0 || len(in.Fleet.Envoys) != 1 {
			t.Fatalf("%s: %v", name, in.Problems)
		}
		e := in.Fleet.Envoys[0]
		if e.Pod != (proxy.Pod{Namespace: "shop", Name: "web-5c8.x"}) || e.Kind != proxy.Sidecar || e.Workload != (resolve.Ref{Kind: resolve.KindDeployment, Namespace: "shop", Name: "web"}) || e.Labels["my_app"] != "a_b" || !e.Whole {
			t.Errorf("%s: node %+v", name, e.Node)
		}
		if got := [3]resolve.Mode{e.Port(8080).Mode(), e.Port(9090).Mode(), e.Port(1).Mode()}; got != [3]resolve.Mode{resolve.Strict, resolve.Disable, resolve.None} {
			t.Errorf("%s: modes %v", name, got)
		}
		if ports := e.Ports(); !slices.Equal(ports, []int32{8080, 9090}) {
			t.Errorf("%s: ports %v", name, ports)
		}
		c := e.Clusters[0]
		ends := e.Endpoints[c.Name()]
		if len(ends) != 2 || c.To(&ends[0]) != resolve.SendsIstioMutual || c.To(&ends[1]) != resolve.SendsPlaintext || ends[1].Address != "10.0.0.9:8080" || !c.PerEndpoint() {
			t.Errorf("%s: endpoints %+v", name, ends)
		}
		if c.Rule.Name != "my_rule" || c.Subset != "v_1" || !slices.Equal(c.MeshTLS()[0].Names, []string{"spiffe://a/ns/b/sa/c"}) {
			t.Errorf("%s: cluster %+v", name, c)
		}
		if len(e.Rejected) != 1 || e.Rejected[0].Details != "no such filter" || e.Updated.IsZero() {
			t.Errorf("%s: rejected %+v", name, e.Rejected)
		}
	}
}

// TestSyncs: istiod's own list, the older form of it, and istioctl's.
func TestSyncs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		whole bool
	}{
		"syncz.json": {`[{"proxy": "web-1.shop", "cluster_id": "a", "resources": {"LDS": {"sent": "2", "acked": "1", "lastError": "no"}, "CDS": {"sent": "1", "acked": "1"}}}]`, false},
		"old.json":   {`[{"proxy": "web-1.shop", "istio_version": "1.20", "listener_sent": "2", "listener_acked": "1", "cluster_sent": "1", "cluster_acked": "1"}]`, false},
		"status.json": {`{"resources": [{"@type": "type.googleapis.com/envoy.service.status.v3.ClientConfig", "node": {"id": "web-1.shop"}, "genericXdsConfigs": [
			{"typeUrl": "type.googleapis.com/envoy.config.listener.v3.Listener", "configStatus": "STALE"}, {"typeUrl": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "configStatus": "SYNCED"}]}]}
			{"resources": []}`, true},
	} {
		in := readText(t, name, c.text)
		s, ok := in.Fleet.SyncOf(proxy.Pod{Namespace: "shop", Name: "web-1"})
		if !ok || !in.Fleet.Synced || in.Fleet.Whole != c.whole || len(in.Fleet.Envoys) > 0 {
			t.Errorf("%s: %+v %v", name, in.Fleet, in.Problems)
		}
		for _, x := range s.Types {
			if x.Stale != (x.Type == "LDS") {
				t.Errorf("%s: %+v", name, x)
			}
		}
	}
}

// TestZtunnels: workloads and policies are lists, or maps of older versions.
func TestZtunnels(t *testing.T) {
	t.Parallel()
	const workload = `{"name": "pay-1", "namespace": "shop", "workloadIps": ["10.0.0.7"], "protocol": "HBONE", "node": "one", "authorizationPolicies": ["istio-system/istio_converted_static_strict", "shop/converted_peer_authentication_gone"]}`
	const policy = `{"name": "istio_converted_static_strict", "namespace": "istio-system", "action": "Deny", "rules": [[[{"notPrincipals": [{"Presence": {}}]}], [{"notDestinationPorts": [9090]}]]]}`
	for name, text := range map[string]string{
		"lists.json": `{"workloads": [` + workload + `], "policies": [` + policy + `], "certificates": []}`,
		"maps.json":  `{"workloads": {"/10.0.0.7": ` + workload + `}, "policies": {"x": ` + policy + `}, "workloadState": {"uid": {"state": "Up", "info": {"name": "pay-1", "namespace": "shop"}}}}`,
	} {
		in := readText(t, name, text)
		if len(in.Fleet.Ztunnels) != 1 {
			t.Fatalf("%s: %v", name, in.Problems)
		}
		z := in.Fleet.Ztunnels[0]
		w := z.Workload(proxy.Pod{Namespace: "shop", Name: "pay-1"})
		if w == nil || !w.HBONE || z.Mode(w, 8080) != resolve.Strict || z.Mode(w, 9090) != resolve.Permissive {
			t.Errorf("%s: %+v", name, z)
		}
		if got := z.Dangling(w); !slices.Equal(got, []string{"shop/converted_peer_authentication_gone"}) {
			t.Errorf("%s: dangling %v", name, got)
		}
		if name == "maps.json" && z.Node != "one" {
			t.Errorf("%s: node %q", name, z.Node)
		}
	}
}

// TestArchives: what is in an archive is read, whatever packs it. Links and paths that lead out of
// it are left out, and nothing is written.
func TestArchives(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"bug-report/proxies/shop/web-1/config_dump?include_eds": snake, "bug-report/cluster/crs": "kind: List\n", "bug-report/proxies/shop/web-1/istio-proxy.log": "{",
		"../../../proxies/shop/pay-1/stats/prometheus": "# TYPE istio_requests_total counter\nistio_requests_total{reporter=\"destination\",connection_security_policy=\"none\",destination_service=\"a\"} 3\n",
	}
	var tarred, zipped bytes.Buffer
	w, z := tar.NewWriter(&tarred), zip.NewWriter(&zipped)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(text)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Write([]byte(text))
		f, other := z.Create(name)
		if err = errors.Join(err, other); err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteHeader(&tar.Header{Name: "bug-report/proxies/shop/link/config_dump", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	g := gzip.NewWriter(&packed)
	_, err := g.Write(tarred.Bytes())
	if err = errors.Join(err, g.Close()); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"a.tar": tarred.Bytes(), "a.tar.gz": packed.Bytes(), "a.zip": zipped.Bytes()} {
		dir := t.TempDir()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := dump.Read(t.Context(), dump.Options{Paths: []string{file}, Mesh: true})
		if err != nil || len(in.Problems) > 0 || in.Files != 2 || len(in.Mesh) != 1 {
			t.Fatalf("%s: %v %+v", name, err, in)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s: something was written: %v", name, entries)
		}
		var pods []string
		for _, e := range in.Fleet.Envoys {
			pods = append(pods, e.Pod.String())
		}
		if !slices.Equal(pods, []string{"shop/pay-1", "shop/web-5c8.x"}) {
			t.Errorf("%s: %v", name, pods)
		}
		if got := in.Fleet.Envoys[0].Traffic; len(got) != 1 || got[0].Plaintext != 3 {
			t.Errorf("%s: traffic %v", name, got)
		}
		if name == "a.tar" {
			continue // it may end where a file does
		}
		// An archive that was cut off is a problem, and what came before counts.
		if err := os.WriteFile(file, text[:len(text)*2/3], 0o600); err != nil {
			t.Fatal(err)
		}
		if in, err := dump.Read(t.Context(), dump.Options{Paths: []string{file}}); err != nil || len(in.Problems) == 0 {
			t.Errorf("%s cut off: %v %+v", name, err, in)
		}
	}
}

// TestMemory: a dump of 20 MB is read resource by resource.
func TestMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "large.json")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	filler := strings.Repeat(`{"name": "envoy.filters.http.lua", "typed_config": {"inline_code": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}, `, 40)
	fmt.Fprint(f, `{"configs": [{"dynamic_active_clusters": [`)
	const clusters = 4000
	for i := range clusters {
		fmt.Fprintf(f, `{"cluster": {"name": "outbound|80||s%d.shop.svc.cluster.local", "type": "EDS", "filters": [%s{}]}}`, i, filler)
		if i < clusters-1 {
			fmt.Fprint(f, ",")
		}
	}
	fmt.Fprint(f, `]}]}`)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Size() < 16<<20 {
		t.Fatal(err, info.Size())
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	in, err := dump.Read(t.Context(), dump.Options{Paths: []string{file}})
	runtime.ReadMemStats(&after)
	if err != nil || len(in.Fleet.Envoys) != 1 || len(in.Fleet.Envoys[0].Clusters) != clusters {
		t.Fatal(err, in.Problems)
	}
	if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 80 {
		t.Errorf("%d MiB were allocated for a dump of 20", got)
	}
}
