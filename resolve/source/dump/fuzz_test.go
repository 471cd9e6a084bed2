package dump

import (
	"bufio"
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// FuzzRead: any text is a dump or an error, and what was read of it can be asked anything.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`{"configs": [{"bootstrap": {"node": {"id": "sidecar~10.0.0.7~web.shop~d", "metadata": {"ISTIO_VERSION": "1"}}}}, {"dynamic_listeners": [{"active_state": {"listener": {"name": "virtualInbound", "filter_chains": [{"filter_chain_match": {"destination_port": {"value": 80}}, "transport_socket": {"typed_config": {"@type": "a.DownstreamTlsContext"}}}]}}}]}]}`,
		`[{"name": "outbound|80||a", "type": "EDS", "transportSocketMatches": [{"match": {"a": 1}}], "loadAssignment": {"endpoints": [{"lbEndpoints": [{}]}]}}]`,
		`{"workloads": {"a": {"workloadIps": [], "authorizationPolicies": ["a/istio_converted_static_strict"]}}, "policies": [{"rules": [[[{"destinationPorts": [1]}]]]}], "certificates": [{"identity": "a", "state": {"Unavailable": "b"}, "certChain": [{"pem": "c"}]}]}`,
		`{"dynamicActiveSecrets": [{"name": "default", "secret": {"tlsCertificate": {"certificateChain": {"inlineBytes": "YQ=="}}}}], "dynamicWarmingSecrets": [{}]}`,
		`[{"proxy": "a.b", "cluster_id": "", "resources": {"LDS": {"sent": "1"}}}]`, "istio_requests_total{reporter=\"destination\"} 1\n", "configs:\n- dynamic_listeners: []\n", "{\"a_\\\"b\": \"", "[[[[[[[[[[[[", "200\n{}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		fleet, err := read("proxies/a/b/x", bytes.NewReader(text), newCache())
		if err != nil {
			return
		}
		fleet.Settle()
		for _, e := range fleet.Envoys {
			for _, port := range append(e.Ports(), 0, 8080) {
				_ = e.Port(port).Mode()
			}
			for i := range e.Clusters {
				c := &e.Clusters[i]
				c.PerEndpoint()
				c.MeshTLS()
				for _, end := range append(e.Endpoints[c.Name()], proxy.Endpoint{}) {
					c.To(&end)
				}
			}
			if own := e.Secret(proxy.OwnCertificate); own != nil {
				proxy.LeadsTo(own.Chain, e.Roots())
			}
			_, _ = e.Revision()
		}
		for _, z := range fleet.Ztunnels {
			for i := range z.Workloads {
				z.Mode(&z.Workloads[i], 80)
				z.Dangling(&z.Workloads[i])
			}
		}
	})
}

// FuzzArchive: any archive is read or is a problem, within its bounds.
func FuzzArchive(f *testing.F) {
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), true)
	f.Add(append(append([]byte("proxies/a/b/config_dump"), make([]byte, 234)...), []byte("ustar\x0000")...), false)
	f.Fuzz(func(t *testing.T, text []byte, packed bool) {
		r := &walker{ctx: context.Background(), mesh: true, left: 1 << 20, in: &Input{}, cache: newCache()}
		b := bufio.NewReader(bytes.NewReader(text))
		if packed {
			_ = r.gzip(b, "a.tar.gz", time.Time{})
		} else {
			_ = r.tar(b, "a.tar")
		}
		r.in.Fleet.Settle()
	})
}

// TestFold: underscores of keys go, those of values and of names with dots stay.
func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a_b": "c_d", "e.f_g": {"h_i" : 1}}`: `{"ab": "c_d", "e.f_g": {"hi" : 1}}`,
		`{"a\"_b": ["c_d:"]}`:                  `{"a\"_b": ["c_d:"]}`,
		`"a_b`:                                 `"a_b`,
	} {
		if got := string(foldKeys([]byte(text))); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestHostile: what is nested without end, or without end large, ends.
func TestHostile(t *testing.T) {
	t.Parallel()
	deep := bytes.Repeat([]byte(`{"configs":[`), 100_000)
	wide := append([]byte(`{"configs": [{"bootstrap": {"node": "`), bytes.Repeat([]byte("x"), largestPiece+1)...)
	for name, text := range map[string][]byte{"deep": deep, "wide": wide, "brackets": bytes.Repeat([]byte("["), 1_000_000)} {
		if _, err := read(name, bytes.NewReader(text), newCache()); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
