package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/testdata/conformance/dataplane"
)

// servers are the modes of the table, each with its PeerAuthentication.
var servers = []string{"strict", "permissive", "disable", "none"}

// sendings are what DestinationRules have clients send, by the name of their Services.
var sendings = map[string]string{
	"auto": "", "plain": "{mode: DISABLE}", "mesh": "{mode: ISTIO_MUTUAL}",
	"simple":   "{mode: SIMPLE, insecureSkipVerify: true}",
	"verified": "{mode: SIMPLE}",
	"mutual":   "{mode: MUTUAL, clientCertificate: FOLDER/chain.pem, privateKey: FOLDER/key.pem, insecureSkipVerify: true}",
}

// spoken is a port of every Service, and what its clients speak.
type spoken struct {
	name   string
	number int
	bytes  []dataplane.Bytes
}

var spokenPorts = []spoken{
	{"http", 8080, []dataplane.Bytes{dataplane.HTTP1, dataplane.HTTP2}},
	{"http2", 8081, []dataplane.Bytes{dataplane.HTTP2}},
	{"grpc", 8082, []dataplane.Bytes{dataplane.GRPC}},
	{"any", 8083, []dataplane.Bytes{dataplane.HTTP1, dataplane.HTTP2, dataplane.GRPC, dataplane.Text, dataplane.OwnTLS}},
	{"tcp", 8084, []dataplane.Bytes{dataplane.Text, dataplane.HTTP1, dataplane.OwnTLS}},
	{"tls", 8085, []dataplane.Bytes{dataplane.OwnTLS}},
	{"https", 8086, []dataplane.Bytes{dataplane.OwnTLS}},
	{"mysql", 3306, []dataplane.Bytes{dataplane.ServerFirst}},
	{"tcp-smtp", 8088, []dataplane.Bytes{dataplane.ServerFirst}},
	{"smtp", 8089, []dataplane.Bytes{dataplane.ServerFirst}},
}

// table is the world in which every cell of the verdict table is a call.
func table(folder string) string {
	var b strings.Builder
	writeFrame(&b)
	for _, name := range append(slices.Clone(servers), "web", "outside") {
		writeDeployment(&b, name, name != "none" && name != "outside")
	}
	for _, server := range servers {
		if server != "none" {
			fmt.Fprintf(&b, "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: %s, namespace: shop}\nspec: {selector: {matchLabels: {app: %[1]s}}, mtls: {mode: %s}}\n", server, strings.ToUpper(server))
		}
		for sends, settings := range sendings {
			name := server + "-" + sends
			writeService(&b, name, server)
			if settings != "" {
				writeRule(&b, name, "tls: "+strings.ReplaceAll(settings, "FOLDER", folder))
			}
		}
	}
	return b.String()
}

// realEnvoy is the binary that judges; the test is skipped where it cannot run, and fails in CI.
func realEnvoy(t *testing.T) string {
	t.Helper()
	program, err := dataplane.FindEnvoy("../../bin/envoy")
	if err == nil {
		err = dataplane.Missing()
	}
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	return program
}

// TestDataplane makes every call of the verdict table with real Envoys, and compares what became
// of it with what mtlsctl says.
func TestDataplane(t *testing.T) {
	folder := t.TempDir()
	w, r := startWorld(t, table(folder), folder)
	calls, err := r.calls(w)
	if err != nil {
		t.Fatal(err)
	}
	makeAll(t.Context(), calls)
	r.judge(t, w, calls)
	r.diagnose(t, w, calls)
	r.verify(t, w, filepath.Join(folder, "dumps"))
}

// startWorld runs a world that is made for a folder of files.
func startWorld(t *testing.T, text, folder string) (world, *wired) {
	t.Helper()
	program := realEnvoy(t)
	useUpstream()
	w, err := parseWorld(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := setEnvironment(w.environment()); err != nil {
		t.Fatal(err)
	}
	r, err := w.start(t, program, folder)
	if err != nil {
		t.Fatal(err)
	}
	return w, r
}

// makeAll makes the calls: those to one server one after the other, so that what is seen there is of
// one call.
func makeAll(ctx context.Context, calls []*realCall) {
	lanes := map[*running][]*realCall{}
	for _, c := range calls {
		lanes[c.server] = append(lanes[c.server], c)
	}
	var all sync.WaitGroup
	for _, lane := range lanes {
		all.Go(func() {
			for _, c := range lane {
				c.make(ctx)
			}
		})
	}
	all.Wait()
}

// calls are all of the table.
func (r *wired) calls(w world) (list []*realCall, err error) {
	m, err := readWorld(w, "")
	if err != nil {
		return nil, err
	}
	speaks := map[int32][]dataplane.Bytes{}
	for _, p := range spokenPorts {
		speaks[int32(p.number)] = p.bytes
	}
	for con := range m.Connections(outbound.Filter{Naked: true}) {
		for _, x := range con.Client.Workloads {
			client := r.pods[x.Ref.Name]
			if client.name != "web" && client.name != "outside" || con.Server == nil || con.Server.Workload == nil {
				continue
			}
			for _, b := range speaks[con.Port.Number] {
				c := &realCall{Connection: con, client: client, server: r.pods[con.Server.Workload.Ref.Name], bytes: b, token: fmt.Sprintf("token-%06d", len(list))}
				c.address = r.addressOf(c)
				list = append(list, c)
			}
		}
	}
	return list, nil
}

// judge compares all calls with what mtlsctl says of them.
func (r *wired) judge(t *testing.T, w world, calls []*realCall) {
	t.Helper()
	m, err := readWorld(w, "")
	if err != nil {
		t.Fatal(err)
	}
	waiting := analyze.Run(m, []*analyze.Check{checks.ServerFirst}).Findings
	tally, verdicts := map[fate]int{}, map[resolve.Verdict]int{}
	for _, c := range calls {
		tally[c.was()]++
		verdicts[c.Outcome.Verdict]++
		if os.Getenv("CALLS") != "" { // all of them, to read
			t.Logf("%s", c)
		}
		if bad := c.contradiction(slices.ContainsFunc(waiting, c.hangsBy)); bad != "" {
			t.Errorf("%s\n\t%s", c, bad)
		}
	}
	t.Logf("%d calls in %s: %v, mtlsctl: %v", len(calls), t.Name(), tally, verdicts)
}
