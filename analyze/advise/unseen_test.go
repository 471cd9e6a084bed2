package advise_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestUnseenClients: a port is not said to be ready for STRICT while it is unknown what
// clients send, whatever keeps it unknown.
func TestUnseenClients(t *testing.T) {
	t.Parallel()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(world)})
	if err != nil {
		t.Fatal(err)
	}
	for _, gap := range []resolve.Gap{
		{}, // nothing is missing
		{Kind: resolve.KindDestinationRule, Resource: "destinationrules", Reason: "forbidden"},
		{Kind: resolve.KindSidecar, Resource: "sidecars", Reason: "forbidden"},
		{Kind: resolve.KindEnvoyFilter, Resource: "envoyfilters", Reason: "forbidden"},
		{Kind: resolve.KindMeshConfig, Resource: "configmaps/istio-canary", Revision: "canary", Reason: "forbidden"},
		{Kind: resolve.KindInjector, Resource: "configmaps/istio-sidecar-injector", Revision: "default", Reason: "forbidden"},
	} {
		o := config.Options{}
		if gap.Kind != "" {
			o.Gaps = []resolve.Gap{gap}
		}
		m := mesh.Build(o, in.Objects)
		i := slices.IndexFunc(m.Workloads(), func(w *inbound.Workload) bool { return w.Ref.Name == "pay" })
		w := m.Workloads()[i]
		open := advise.New(m, advise.Options{}).Advise(w, &w.Ports[0]).Open
		unknown := slices.ContainsFunc(open, func(r advise.Reason) bool {
			return strings.Contains(r.Text, "what clients send is unknown") && !r.OfRecord
		})
		if unknown != (gap.Kind != "") {
			t.Errorf("without %q: open are %v", gap.Kind, open)
		}
	}
}
