package public_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// TestAt: lists are transparent, keys of maps are not fields.
func TestAt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, path  string
		name, known bool
	}{
		{"VirtualService", "spec.http.0.match.1.headers.host.exact", false, false},
		{"VirtualService", "spec.http.0.headers.request.set.host", false, false},
		{"VirtualService", "spec.http.0.route.0.destination.host", true, true},
		{"VirtualService", "spec.http.0.retries.attempts", true, true},
		{"VirtualService", "spec.http.0.directResponse.body.string", false, false},
		{"DestinationRule", "spec.subsets.0.trafficPolicy.portLevelSettings.0.loadBalancer.consistentHash.httpCookie.attributes.0.value", false, false},
		{"DestinationRule", "spec.trafficPolicy.portLevelSettings.0.tls.mode", true, true},
		{"Deployment", "spec.template.spec.containers.0.env.0.value", false, false},
		{"Deployment", "spec.template.spec.containers.0.env.0.name", true, true},
		{"Nothing", "spec.hosts", false, false},
	} {
		f := public.Of(c.kind).At(strings.Split(c.path, "."))
		if f.Name() != c.name || f.Known() != c.known {
			t.Errorf("%s %s is a name: %v, known: %v", c.kind, c.path, f.Name(), f.Known())
		}
	}
}
