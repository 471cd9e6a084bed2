package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// worst are worlds in which each of many things could be held against each of many others.
// A world of n may cost twice one of n/2, and a little where numbers get longer; pairs says
// why one may cost more, since each of its pairs is an answer of its own.
var worst = []struct {
	name  string
	world func(n int) string
	pairs string
	large bool
}{
	{"rules with one wildcard host", func(n int) string {
		return each(n, rule(`"*.a.svc.cluster.local"`, "trafficPolicy: {tls: {mode: DISABLE}}")) + each(n/6, served)
	}, "", false},
	{"rules with one host", func(n int) string {
		return each(n, rule("w0.a.svc.cluster.local", "trafficPolicy: {tls: {mode: DISABLE}}")) + each(2, served)
	}, "", false},
	{"rules with a subset each", func(n int) string {
		return each(n, rule("w0.a.svc.cluster.local", "subsets: [{name: s%[1]d, labels: {app: w0}, trafficPolicy: {tls: {mode: DISABLE}}}]")) + each(2, served)
	}, "", true},
	{"rules with a selector each", func(n int) string {
		return each(n, rule("w0.a.svc.cluster.local", "workloadSelector: {matchLabels: {app: w%[1]d}}, trafficPolicy: {tls: {mode: DISABLE}}")) + each(n, served)
	}, "each client is asked which of the rules for the host selects it", true},
	{"entries of a rule for ports", func(n int) string {
		return ports(n) + fmt.Sprintf(rule("many.a.svc.cluster.local", "trafficPolicy: {portLevelSettings: [%[2]s]}"), 0, list(n, "{port: {number: %[1]d}, tls: {mode: DISABLE}}"))
	}, "each port looks for its entry, and as many repairs are proved as effort allows", true},
	{"policies with a selector each", func(n int) string {
		return each(n, manifest("security", "PeerAuthentication", "selector: {matchLabels: {app: w%[1]d}}, mtls: {mode: STRICT}")) + each(n, served)
	}, "", false},
	{"policies without selector", func(n int) string {
		return each(n, manifest("security", "PeerAuthentication", "mtls: {mode: STRICT}")) + each(n/4, served)
	}, "", false},
	{"authorization policies", func(n int) string {
		return each(n, manifest("security", "AuthorizationPolicy", `selector: {matchLabels: {app: w%[1]d}}, rules: [{from: [{source: {principals: ["cluster.local/ns/a/sa/x%[1]d"]}}]}]`)) + each(n, served)
	}, "each principal looks for its workloads", false},
	{"Sidecars", func(n int) string {
		return each(n, manifest("networking", "Sidecar", `workloadSelector: {labels: {app: w%[1]d}}, egress: [{hosts: ["./w%[1]d.a.svc.cluster.local"]}]`)) + each(n, served)
	}, "each workload looks for its Sidecar", false},
	{"hosts of a Sidecar", func(n int) string {
		return fmt.Sprintf(manifest("networking", "Sidecar", "egress: [{hosts: [%[2]s]}]"), 0, list(n, `"./w%[1]d.a.svc.cluster.local"`)) + each(n, served)
	}, "", false},
	{"VirtualServices with one host", func(n int) string {
		return each(n, manifest("networking", "VirtualService", "hosts: [w0.a.svc.cluster.local], http: [{route: [{destination: {host: w0.a.svc.cluster.local, subset: s%[1]d}}]}]")) + each(2, served)
	}, "", false},
	{"VirtualServices with one wildcard", func(n int) string {
		return each(n, manifest("networking", "VirtualService", `hosts: ["*.a.svc.cluster.local"], http: [{route: [{destination: {host: w%[1]d.a.svc.cluster.local}}]}]`)) + each(n/4, served)
	}, "", false},
	{"ServiceEntries with one host", func(n int) string {
		return each(n, manifest("networking", "ServiceEntry", "hosts: [x.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, endpoints: [{address: 10.0.0.1, ports: {http: %[1]d}}]")) + each(2, served)
	}, "", false},
	{"one host in each namespace", func(n int) string {
		return each(n, strings.ReplaceAll("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n%[1]d, labels: {istio-injection: enabled}}\n"+
			manifest("networking", "ServiceEntry", "hosts: [x.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS")+served, "namespace: a", "namespace: n%[1]d"))
	}, "each namespace is asked which of the hosts it prefers", false},
	{"Gateways", func(n int) string {
		return each(n, manifest("networking", "Gateway", `selector: {app: w0}, servers: [{port: {number: 443, name: https-%[1]d, protocol: HTTPS}, hosts: ["x%[1]d.example.com"], tls: {mode: SIMPLE, credentialName: c}}]`)) + each(2, served)
	}, "", false},
	{"one object again and again", func(n int) string { return strings.Repeat(each(1, served), n) }, "", false},
	{"lines that are no YAML", func(n int) string { return strings.Repeat("---\nkind: PeerAuthentication\n  x: [\n", n) }, "", false},
}

// served is a workload with a Service of its own.
const served = `---
apiVersion: v1
kind: Service
metadata: {name: w%[1]d, namespace: a}
spec: {selector: {app: w%[1]d}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: w%[1]d, namespace: a}
spec: {selector: {matchLabels: {app: w%[1]d}}, template: {metadata: {labels: {app: w%[1]d}}, spec: {containers: [{name: a, image: a, ports: [{containerPort: 8080}]}]}}}
`

func manifest(group, kind, spec string) string {
	return "---\napiVersion: " + group + ".istio.io/v1\nkind: " + kind + "\nmetadata: {name: o%[1]d, namespace: a}\nspec: {" + spec + "}\n"
}

func rule(host, spec string) string {
	return manifest("networking", "DestinationRule", "host: "+host+", "+spec)
}

// ports is a Service of n ports, and a client.
func ports(n int) string {
	return "---\napiVersion: v1\nkind: Service\nmetadata: {name: many, namespace: a}\nspec: {selector: {app: w0}, ports: [" +
		list(n, "{name: http-%[1]d, port: %[1]d, targetPort: %[1]d}") + "]}\n" + each(2, served)
}

// each is a text for 0..n-1, list the same as items, from 1000.
func each(n int, text string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, text, i)
	}
	return b.String()
}

func list(n int, item string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(item, 1000+i)
	}
	return strings.Join(items, ", ")
}

// The sizes of the worst worlds, the first twice the second, and by how many times the cost
// of the first may be that of the second.
const (
	worstOf  = 240
	largest  = 4 * worstOf
	doubling = 2.25
	// largest is the first size of worlds of which only so many repairs are proved, which
	// takes a number of that size to see; pairing is for worlds whose pairs are answers, which take little each.
	pairing = 3.2
)

// costsOfWorst holds twice a world against the world: lines for the recorded costs.
func costsOfWorst(t *testing.T, counting string, recorded map[string]cost) (lines []string) {
	t.Helper()
	for _, w := range worst {
		var last cost
		size := worstOf
		if w.large {
			size = largest
		}
		for _, n := range []int{size / 2, size} {
			file := filepath.Join(t.TempDir(), "world.yaml")
			if err := os.WriteFile(file, []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {istio-injection: enabled}}\n"+w.world(n)), 0o600); err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("%s %d", w.name, n)
			now := costOfArgs(t, counting, []string{"analyze", "--fail-on", "never", "-f", file}, 4)
			lines = append(lines, costLine(name, now))
			compareCosts(t, name, now, recorded[name])
			most := doubling
			if w.pairs != "" {
				most = pairing
			}
			if last.statements > 0 && now.statements > most*last.statements {
				t.Errorf("%s: twice as many take %.2f times the statements, more than %.2f: something is done for each pair", name, now.statements/last.statements, most)
			}
			last = now
		}
	}
	return lines
}
