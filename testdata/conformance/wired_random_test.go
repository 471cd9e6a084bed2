package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/testdata/conformance/dataplane"
)

// TestDataplaneRandom makes all calls in WIRED random meshes, from seed WIREDSEED on: policies for the
// mesh, namespace, workloads and ports, and rules for hosts and ports, as they come.
func TestDataplaneRandom(t *testing.T) {
	first := number(t, "WIREDSEED", fixedSeed)
	for seed := first; seed < first+number(t, "WIRED", 6); seed++ {
		t.Run(fmt.Sprint("WIREDSEED=", seed), func(t *testing.T) {
			folder := t.TempDir()
			w, r := startWorld(t, randomTable(rand.New(rand.NewPCG(seed, 28)), folder), folder)
			calls, err := r.calls(w)
			if err != nil {
				t.Fatal(err)
			}
			// Servers that speak first are in the table: each of their calls that hangs takes seconds.
			calls = slices.DeleteFunc(calls, func(c *realCall) bool { return c.bytes == dataplane.ServerFirst })
			makeAll(t.Context(), calls)
			r.judge(t, w, calls)
			if t.Failed() {
				t.Logf("the world:\n%s", w.YAML())
			}
		})
	}
}

// randomTable is a world like that of the table, in which chance sets every mode.
func randomTable(r *rand.Rand, folder string) string {
	var b strings.Builder
	mode := func() string { return []string{"STRICT", "PERMISSIVE", "DISABLE", "UNSET"}[r.IntN(4)] }
	settings := func() string {
		names := []string{"plain", "mesh", "simple", "verified", "mutual"}
		return strings.ReplaceAll(sendings[names[r.IntN(len(names))]], "FOLDER", folder)
	}
	writeFrame(&b)
	policy := func(name, namespace, rest string) {
		fmt.Fprintf(&b, "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: %s, namespace: %s}\nspec: {%s}\n", name, namespace, rest)
	}
	for _, namespace := range []string{"istio-system", "shop"} {
		if r.IntN(2) == 0 {
			policy("default", namespace, "mtls: {mode: "+mode()+"}")
		}
	}
	writeDeployment(&b, "web", true)
	writeDeployment(&b, "outside", false)
	for n := range 5 {
		server := fmt.Sprint("server", n)
		writeDeployment(&b, server, r.IntN(5) > 0)
		if r.IntN(3) > 0 {
			rest := fmt.Sprintf("selector: {matchLabels: {app: %s}}, mtls: {mode: %s}", server, mode())
			if r.IntN(2) == 0 {
				rest += fmt.Sprintf(", portLevelMtls: {%d: {mode: %s}}", spokenPorts[r.IntN(len(spokenPorts))].number, mode())
			}
			policy(server, "shop", rest)
		}
		for k := range 2 {
			name := fmt.Sprint(server, "-", k)
			writeService(&b, name, server)
			if r.IntN(3) == 0 {
				continue
			}
			traffic := "tls: " + settings()
			if r.IntN(2) == 0 {
				traffic += fmt.Sprintf(", portLevelSettings: [{port: {number: %d}, tls: %s}]", spokenPorts[r.IntN(len(spokenPorts))].number, settings())
			}
			writeRule(&b, name, traffic)
		}
	}
	return b.String()
}
