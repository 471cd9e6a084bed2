package cmd_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/cmd"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// TestShow: a report that was saved looks in every format of its command like one that was
// just made.
func TestShow(t *testing.T) {
	t.Parallel()
	const shop, bookinfo, market = "-f ../testdata/mesh/shop", "-f ../testdata/mesh/bookinfo", "-f ../testdata/mesh/market"
	for _, line := range []string{
		"analyze --fail-on never " + shop, "test ../testdata/expect/shop.yaml", "analyze --exceptions --config ../testdata/config/market.yaml " + market,
		"environments -f ../testdata/gitops/flux --source redis=../testdata/gitops/redis", "analyze --fail-on never --allow-incomplete -f ../testdata/gitops/argocd",
		"graph " + market, "graph --edges possible --by namespace " + bookinfo, "graph --traffic ../testdata/traffic/market.csv --max-nodes 3 " + market, "graph --focus deploy/pay " + market,
		"connections --summary " + market, "connections --matrix " + shop, "describe --summary " + shop, "connections --matrix --verdict passthrough-tls " + shop,
		"connections " + shop, "connections " + bookinfo, "connections " + market, "connections --expand " + bookinfo, "connections --expand " + market,
		"connections -n bookinfo --verdict broken " + bookinfo, "connections --verdict passthrough-tls " + bookinfo,
		"connections --from deploy/productpage --to reviews:9102 " + bookinfo, "connections --traffic ../testdata/traffic/market.csv " + bookinfo,
		"connections --traffic ../testdata/traffic/market.csv " + market, "connections --expand --traffic ../testdata/traffic/market.csv " + market,
		"describe " + shop, "describe " + bookinfo, "describe " + market, "describe --sort-by port " + bookinfo, "describe --sort-by mode --mode STRICT,NONE " + market, "describe --mode TLS " + bookinfo,
		"describe deploy/productpage.bookinfo " + bookinfo, "describe deploy/reviews svc/reviews ns/legacy sts/mysqldb " + bookinfo, "describe ns/bookinfo " + bookinfo,
		"describe deploy " + market, "describe svc --traffic ../testdata/traffic/market.csv " + market, "describe deploy --traffic ../testdata/traffic/market.csv " + market, "describe ns " + shop,
		"describe pa " + bookinfo, "describe pa " + market, "describe pa " + shop, "describe dr " + bookinfo, "describe dr " + shop,
		"diff ../testdata/mesh/bookinfo --fail-on never -f ../testdata/diff/bookinfo.yaml", "diff ../testdata/mesh/shop --fail-on any " + bookinfo,
		"diff ../testdata/mesh/market --expand --fail-on broken " + shop, "diff ../testdata/mesh/market --fail-on never " + market,
		"migrate-plan --status " + market, "migrate-plan --status --traffic ../testdata/traffic/market.csv " + market, "migrate-plan --explain deploy/reviews " + bookinfo,
		"migrate-plan --explain deploy --traffic ../testdata/traffic/market.csv " + market, "migrate-plan --status --only BLOCKED " + market,
		"migrate-plan --fail-on never " + bookinfo, "migrate-plan --fail-on never --traffic ../testdata/traffic/market.csv " + market, "migrate-plan --fail-on never --to PERMISSIVE " + shop,
		"verify --proxies ../testdata/proxies/bug-report", "verify pod/pay-7d9-a.shop --proxies ../testdata/proxies/bug-report", "verify deploy -A --proxies ../testdata/proxies/bug-report",
		"describe --proxies ../testdata/proxies/bug-report", "describe deploy/pay.shop ns/shop svc/web.shop --proxies ../testdata/proxies/bug-report",
		"connections --proxies ../testdata/proxies/bug-report", "connections --expand --proxies ../testdata/proxies/bug-report",
		"explain", "explain rules", "explain 3.2.3", "explain MTLS0106", "explain auto-mtls",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			showsAs(t, strings.Fields(line))
		})
	}
}

// twins is a world with one number for two ports, and two Service ports for one.
const twins = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gossip, namespace: shop}
spec:
  template:
    metadata: {labels: {app: gossip}}
    spec:
      containers:
      - name: app
        ports:
        - {name: gossip-tcp, containerPort: 9094}
        - {name: gossip-udp, containerPort: 9094, protocol: UDP}
        - {name: http-web, containerPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: gossip, namespace: shop}
spec:
  selector: {app: gossip}
  ports:
  - {name: http-web, port: 80, targetPort: 8080}
  - {name: http-other, port: 81, targetPort: 8080}
  - {name: tcp-gossip, port: 9094, targetPort: 9094}
---
apiVersion: v1
kind: Service
metadata: {name: gossip-canary, namespace: shop}
spec: {selector: {app: gossip}, ports: [{name: http-web, port: 80, targetPort: 8080}]}
`

// TestShowTwins: what has one number or one name with something else is told apart.
func TestShowTwins(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "twins.yaml")
	if err := os.WriteFile(file, []byte(twins), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"describe", "describe --sort-by port", "describe deploy/gossip", "describe svc/gossip", "describe ns/shop", "connections", "connections --expand", "migrate-plan --status"} {
		showsAs(t, append(strings.Fields(command), "-f", file))
	}
}

// showsAs compares what a command prints in each of its formats with what show makes of its
// saved report.
func showsAs(t *testing.T, command []string) {
	t.Helper()
	words := format.Words()
	if command[0] == "analyze" && !slices.Contains(command, "--exceptions") || command[0] == "test" || command[0] == "diff" || command[0] == "verify" {
		words = format.CheckedWords()
	}
	if command[0] == "graph" {
		words = format.DrawnWords()
	}
	for _, saved := range []string{"json", "yaml"} {
		report := printed(t, append(slices.Clone(command), "-o", saved)...)
		for _, word := range words {
			word = strings.Replace(word, "TEMPLATE", "{.kind}", 1)
			want := printed(t, append(slices.Clone(command), "-o", word)...)
			got, code := shown([]byte(report), word)
			if diff := cmp.Diff(unflagged(want), unflagged(got)); diff != "" || code != 0 {
				t.Errorf("saved as %s, shown as %s: exit code %d (-made +shown)\n%s", saved, word, code, diff)
			}
		}
	}
}

func shown(report []byte, format string) (string, int) {
	var out, errs bytes.Buffer
	code := cmd.Main([]string{"show", "-", "-o", format}, console.Streams{
		Out: &out, Err: &errs, In: bytes.NewReader(report), Env: func(string) string { return "" }, Now: func() time.Time { return time.Unix(0, 0) },
	})
	return out.String(), code
}
