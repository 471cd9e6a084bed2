package cluster_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestVersions: a kind is read in whatever version a server has it, however the server
// says so, and one that is not there is told from one that is lost.
func TestVersions(t *testing.T) {
	t.Parallel()
	const gatewayAPI = "gateway.networking.k8s.io"
	for name, says := range map[string]discovery{"in one answer": inOne, "in lists": inLists, "groups alone": asGroups, "not at all": forbidden} {
		for _, c := range []struct {
			kind     string
			resource string
			version  string
			also     map[string][]string // other resources of the group
			unknown  bool                // a version that mtlsctl does not know
		}{
			{kind: "TCPRoute", resource: "tcproutes." + gatewayAPI, version: "v1"},
			{kind: "TCPRoute", resource: "tcproutes." + gatewayAPI, version: "v1alpha2", also: map[string][]string{"gateways." + gatewayAPI: {"v1"}}},
			{kind: "TCPRoute", resource: "tcproutes." + gatewayAPI, version: "v1beta7", unknown: true},
			{kind: "PeerAuthentication", resource: "peerauthentications.security.istio.io", version: "v1beta1"},
			{kind: "DestinationRule", resource: "destinationrules.networking.istio.io", version: "v1alpha3"},
			{kind: "Sidecar", resource: "sidecars.networking.istio.io", version: "v2", unknown: true},
		} {
			t.Run(fmt.Sprintf("%s, %s %s", name, c.kind, c.version), func(t *testing.T) {
				t.Parallel()
				api, o := newFakeAPI(t, bookinfo)
				api.says, api.versions = says, map[string][]string{c.resource: {c.version}}
				for resource, versions := range c.also {
					api.versions[resource] = versions
				}
				group := c.resource[strings.Index(c.resource, ".")+1:]
				for url := range api.items { // what the world had of the kind is in that version too
					if strings.HasSuffix(url, "/v1/"+plurals[c.kind]) {
						delete(api.items, url)
					}
				}
				api.add(t, map[string]any{
					"apiVersion": group + "/" + c.version, "kind": c.kind,
					"metadata": map[string]any{"name": "there", "namespace": "bookinfo"}, "spec": map[string]any{},
				})
				in := readCluster(t, o)
				found := slices.ContainsFunc(in.Objects, func(o resolve.Object) bool { return string(o.Kind) == c.kind && o.Ref().Name == "there" })
				said := slices.ContainsFunc(in.Cluster.Absent, func(a string) bool { return a == c.resource })
				// Who is told nothing cannot know of a version that nobody knows: it has to say so.
				if !found && !(c.unknown && says == forbidden && said) {
					t.Errorf("the object is lost; absent %q, gaps %v\n%s", in.Cluster.Absent, in.Cluster.Gaps, strings.Join(api.asked, "\n"))
				}
				if found && said {
					t.Error("it is there, and said to be absent")
				}
			})
		}
	}
}

// TestNotInstalled: a kind of Istio's without CRD is said, one of another project's is
// not; one that the server says it has, and then does not, is a gap.
func TestNotInstalled(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]discovery{"in one answer": inOne, "in lists": inLists, "groups alone": asGroups} {
		api, o := newFakeAPI(t, bookinfo)
		api.says, api.versions = says, map[string][]string{"sidecars.networking.istio.io": nil, "gateways.gateway.networking.k8s.io": {"v1"}}
		in := readCluster(t, o)
		want := []string{"sidecars.networking.istio.io"}
		if says == asGroups { // nobody knows whether these are not there, or in another version
			want = nil
		}
		if !slices.Contains(in.Cluster.Absent, "sidecars.networking.istio.io") || want != nil && !slices.Equal(in.Cluster.Absent, want) || len(in.Cluster.Gaps) > 0 {
			t.Errorf("%s: absent %q, gaps %v", name, in.Cluster.Absent, in.Cluster.Gaps)
		}
	}
	api, o := newFakeAPI(t, bookinfo)
	api.says = inOne
	api.refuse["/apis/networking.istio.io/v1/sidecars"] = &refusal{code: 404, times: -1}
	if in := readCluster(t, o); len(in.Cluster.Gaps) != 1 || in.Cluster.Gaps[0].Kind != resolve.KindSidecar {
		t.Errorf("absent %q, gaps %v", in.Cluster.Absent, in.Cluster.Gaps)
	}
}

// TestConnectionLost: a server that goes away is waited for once, not by every list.
func TestConnectionLost(t *testing.T) {
	t.Parallel()
	api, o := newFakeAPI(t, bookinfo)
	const answers, tries = 11, 7
	api.left = answers + 1
	in := readCluster(t, o)
	api.mu.Lock() // answers that were given up may still be on their way
	n := len(api.asked)
	api.mu.Unlock()
	if n >= answers+len(in.Cluster.Gaps)*tries {
		t.Errorf("the API server was asked %d times: every kind was tried to the end", n)
	}
	if len(in.Cluster.Gaps) < 10 {
		t.Errorf("gaps %v", in.Cluster.Gaps)
	}
	for _, g := range in.Cluster.Gaps {
		if g.Reason != "the connection broke off" {
			t.Errorf("%s", g)
		}
	}
}
