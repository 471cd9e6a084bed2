package cmd_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOrderNeverShows shuffles the documents of a mesh: every format writes the
// same bytes, but for the lines on which things stand.
func TestOrderNeverShows(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/mesh/bookinfo/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no mesh", err)
	}
	var documents []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, strings.Split(string(text), "\n---\n")...)
	}
	documents = append(documents, extraRules...)
	for _, args := range [][]string{
		{"describe", "-o", "table"}, {"describe", "-o", "name"}, {"describe", "ns/bookinfo"}, {"describe", "--sort-by", "mode"}, {"describe", "--sort-by", "port"},
		{"describe", "-o", `jsonpath={.items[*].ports[*].decision.shadowed[*]['by','mode','because']}`},
		{"describe", "deploy"}, {"describe", "dr"}, {"describe", "svc/reviews"},
		{"migrate-plan", "--status"}, {"migrate-plan", "--explain"}, {"migrate-plan", "--fail-on", "never", "--traffic", "../testdata/traffic/market.csv", "-o", "markdown"},
		{"migrate-plan", "--fail-on", "never", "--traffic", "../testdata/traffic/market.csv", "-o", "jsonpath={.items}"},
		{"graph", "--edges", "possible", "-o", "dot"}, {"graph", "--by", "service", "--max-nodes", "2", "-o", "mermaid"}, {"connections", "--matrix"}, {"connections", "--summary"},
		{"connections"}, {"connections", "--expand"}, {"connections", "-o", "name"}, {"connections", "--from", "reviews", "--to", "reviews:9102"},
		{"connections", "-o", `jsonpath={range .items[*]}{.clientSet} {.host} {.ports} {.subsets} {.sends} {.verdict} {.because} {range .endpoints[*]}{.port} {.subset} {.server} {.row} {.clientSet} {end}{"\n"}{end}{.clientSets}{.clientGroups}`}, {"connections", "--expand", "-o", `jsonpath={range .items[*]}{.client.name} {.host} {.port} {.subset} {.sends} {.verdict} {.because}{"\n"}{end}`},
		{"diff", "--fail-on", "never", "../testdata/mesh/shop", "-o", "name"}, {"diff", "--fail-on", "never", "../testdata/mesh/bookinfo", "-o", "name"},
		{"diff", "--fail-on", "never", "../testdata/mesh/bookinfo", "-o", diffPath}, {"diff", "--fail-on", "never", "../testdata/mesh/shop", "-o", diffPath},
	} {
		want := shuffled(t, documents, args)
		for range 10 {
			rand.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
			if diff := cmp.Diff(want, shuffled(t, documents, args)); diff != "" {
				t.Fatalf("%v: order of the input shows:\n%s", args, diff)
			}
		}
	}
}

// diffPath is all of a DiffList but places.
const diffPath = `jsonpath={.totals} {.clientSets} {.objects}{"\n"}{range .items[*]}{.effect} {.type} {.host} {.workload} {.port} {.was} {.is} {.because} {.object} {.clientSet} {.servers}{"\n"}{end}{range .items[?(@.type=="finding")]}{.finding.message}{"\n"}{end}`

// extraRules make several answers for one host: rules to merge, subsets, clients of
// their own.
var extraRules = []string{
	"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: bookinfo}\nspec: {host: ratings, subsets: [{name: v1, labels: {app: ratings}}]}",
	"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: b, namespace: bookinfo}\nspec: {host: ratings, trafficPolicy: {tls: {mode: DISABLE}}}",
	"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: c, namespace: bookinfo}\nspec: {host: ratings, workloadSelector: {matchLabels: {app: reviews}}, trafficPolicy: {tls: {mode: SIMPLE}}}",
	"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: d, namespace: istio-system}\nspec: {host: '*.local', trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}",
}

// shuffled leaves out lines with positions, which do depend on the order.
func shuffled(t *testing.T, documents, args []string) string {
	t.Helper()
	out := answer(t, bytes.NewBufferString(strings.Join(documents, "\n---\n")), append(slices.Clone(args), "-f", "-")...)
	var kept []string
	for line := range strings.Lines(string(out)) {
		if at := strings.Index(line, "<stdin>"); at >= 0 {
			line = line[:at]
		}
		kept = append(kept, strings.TrimRight(line, " \n"))
	}
	return strings.Join(kept, "\n")
}
