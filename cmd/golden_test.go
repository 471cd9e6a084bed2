package cmd_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGolden writes every report kind in every format. The name of a golden is
// report.format.
func TestGolden(t *testing.T) {
	t.Chdir("..")
	const names, kind = `{range .items[*]}{.name}{"\n"}{end}`, "{.kind}"
	reports := map[string]struct{ command, jsonpath string }{
		"workloads":    {"describe", names},
		"workload":     {"describe deploy/productpage.bookinfo", names},
		"naked":        {"describe sts/mysqldb", names},
		"service":      {"describe svc/productpage.bookinfo", names},
		"namespace":    {"describe ns/bookinfo", names},
		"policy":       {"describe pa/default.bookinfo", names},
		"shadowed":     {"describe pa/productpage-debug.bookinfo", names},
		"rule":         {"describe dr/reviews.bookinfo dr/mysqldb.bookinfo", names},
		"access":       {"describe authorizationpolicy/pay.market -f testdata/mesh/market", names},
		"connections":  {"connections", `{range .items[?(@.verdict=="broken")]}{.clients} {.host}:{.ports[*]} {.endpoints[*].server.name}{"\n"}{end}`},
		"expanded":     {"connections --expand --to reviews", `{range .items[?(@.verdict=="broken")]}{.client.name} {.host}:{.port}{"\n"}{end}`},
		"call":         {"connections --from deploy/productpage --to reviews:9102", "{.derivation[*].topic}"},
		"summary":      {"connections --summary", names},
		"summed":       {"describe --summary", names},
		"matrix":       {"connections --matrix", `{range .items[*]}{.from} {.to} {.verdict}{"\n"}{end}`},
		"graph":        {"graph --edges possible", "{range .elements.edges[*].data}{.source} {.target} {.verdict}{\"\\n\"}{end}"},
		"report":       {"analyze --fail-on never", "{.items[*].code}"},
		"change":       {"diff testdata/mesh/bookinfo --fail-on never -f testdata/diff/bookinfo.yaml", "{.items[*].effect}"},
		"standing":     {"migrate-plan --status --traffic testdata/traffic/market.csv", "{.items[*].status}"},
		"way":          {"migrate-plan --fail-on never --traffic testdata/traffic/market.csv", "{.items[*].kind}"},
		"aloud":        {"migrate-plan --explain deploy/reviews", "{.items[*].ports[*].leaf}"},
		"environments": {"environments -f testdata/gitops/argocd --source redis=testdata/gitops/redis", names},
		"register":     {"analyze --exceptions --config testdata/config/market.yaml", "{.items[*].state}"},
		"expected":     {"test testdata/expect/bookinfo.yaml", "{.items[*].held}"},
		"verified":     {"verify --proxies testdata/proxies/bug-report", "{.items[*].code}"},
		"onepod":       {"verify pod/web-5c8-x.shop --proxies testdata/proxies/bug-report", "{.items[*].state}"},
		"diagnosed":    {"diagnose 503,UC,upstream_reset_before_response_started{connection_termination} --from deploy/productpage --to reviews:9102", "{.items[*].causes[*].name}"},
		"symptom":      {"explain filter_chain_not_found", kind},
		"symptoms":     {"explain symptoms", names},
		"page":         {"explain MTLS0106", kind},
		"topic":        {"explain auto-mtls", kind},
		"contents":     {"explain", names},
		"law":          {"explain 3.2.3", kind},
		"laws":         {"explain rules", names},
	}
	formats := []string{"table", "wide", "json", "yaml", "name", "markdown", "jsonpath"}
	for report, r := range reports {
		formats := formats
		if report == "report" || report == "expected" || report == "verified" {
			formats = append(slices.Clone(formats), "sarif", "junit", "github", "gitlab", "html", "csv")
		}
		if slices.Contains([]string{"workloads", "connections", "summary", "matrix"}, report) {
			formats = append(slices.Clone(formats), "html", "csv")
		}
		if report == "graph" {
			formats = append(slices.Clone(formats), "dot", "mermaid", "csv")
		}
		for _, format := range formats {
			t.Run(report+"."+format, func(t *testing.T) {
				args := append(strings.Fields(r.command), "-o", format)
				if format == "jsonpath" {
					args[len(args)-1] += "=" + r.jsonpath
				}
				if !slices.Contains([]string{"explain", "diff", "test", "verify"}, args[0]) && !slices.Contains(args, "-f") {
					args = append(args, "-f", "testdata/mesh/bookinfo")
				}
				if args[0] == "verify" { // which finds differences
					golden(t, filepath.Join("testdata", "render", report+"."+format), []byte(printed(t, args...)))
					return
				}
				golden(t, filepath.Join("testdata", "render", report+"."+format), answer(t, nil, args...))
			})
		}
	}
}

// golden compares with a file, after rewriting it where asked.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\nmake golden writes it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-golden +got); make golden rewrites it\n%s", file, diff)
	}
}
