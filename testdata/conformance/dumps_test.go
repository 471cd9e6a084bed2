package conformance

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/dump"
	"istio.io/istio/pkg/test"
)

// TestDumps: proxies that run what istiod sends them, as dumps, differ in nothing from what mtlsctl
// makes of the same world: DUMPS random worlds from seed SEED on, read as manifests and as pods.
func TestDumps(t *testing.T) {
	dumps(t, generate, number(t, "DUMPS", 60))
}

// TestMixedDumps is the same for meshes with ambient: of sidecars that know HBONE, and of ztunnel.
func TestMixedDumps(t *testing.T) {
	dumps(t, generateMixed, number(t, "MIXEDDUMPS", 40))
}

func dumps(t *testing.T, generate func(uint64) world, count uint64) {
	first := number(t, "SEED", fixedSeed)
	var mu sync.Mutex
	compared, ports, hosts := 0, 0, 0
	group(first, count, generate, func(seed uint64, w world) {
		if refusedThen(w) != "" {
			return
		}
		for _, running := range []bool{false, true} {
			var r *verify.Report
			var bad []string
			var err error
			failed := test.Wrap(func(f test.Failer) { r, bad, err = verified(f, w, seed%2 == 0, running) })
			if err == nil {
				err = failed
			}
			mu.Lock()
			if err != nil {
				t.Errorf("seed %d, running %v: %v", seed, running, err)
			}
			if len(bad) > 0 {
				if again, _, _ := verifiedAgain(w, seed%2 == 0, running); len(again) > 0 {
					t.Errorf("seed %d, running %v: %d invented: %s", seed, running, len(bad), strings.Join(bad[:min(3, len(bad))], "\n  "))
				}
			}
			if r != nil {
				compared += len(r.Proxies)
				for _, p := range r.Proxies {
					ports, hosts = ports+p.Ports, hosts+p.Hosts
				}
			}
			mu.Unlock()
		}
	})
	t.Logf("%d proxies, %d ports, %d hosts", compared, ports, hosts)
	if ports == 0 || hosts == 0 {
		t.Error("nothing was compared")
	}
}

func verifiedAgain(w world, camel, running bool) (bad []string, r *verify.Report, err error) {
	failed := test.Wrap(func(f test.Failer) { r, bad, err = verified(f, w, camel, running) })
	if err == nil {
		err = failed
	}
	return bad, r, err
}

// verified compares istiod's own dumps of a world with the world.
func verified(t test.Failer, w world, camel, running bool) (*verify.Report, []string, error) {
	c, err := newCluster(w)
	if err != nil {
		return nil, nil, err
	}
	folder, err := os.MkdirTemp("", "dumps")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(folder)
	if _, err := writeDumps(t, w, c, folder, camel); err != nil {
		return nil, nil, err
	}
	dumps, err := dump.Read(context.Background(), dump.Options{Paths: []string{folder}})
	if err != nil {
		return nil, nil, err
	}
	if len(dumps.Problems) > 0 {
		return nil, nil, fmt.Errorf("%v", dumps.Problems)
	}
	text := w.YAML()
	if running {
		if text, err = w.running(c); err != nil {
			return nil, nil, err
		}
	}
	in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text), Applied: true})
	if err != nil {
		return nil, nil, err
	}
	o, err := resolveWorld(w, c)
	if err != nil {
		return nil, nil, err
	}
	r := verify.Run(mesh.Build(asTested(), in.Objects), &dumps.Fleet, verify.Options{Hosts: true})
	return r, invented(r, o, c), nil
}

// invented are the differences that are none, but for what istiod does by chance.
func invented(r *verify.Report, o *ours, c *cluster) (bad []string) {
	for i := range r.Items {
		x := &r.Items[i]
		if x.Check == nil {
			continue
		}
		member := ""
		for _, m := range c.members {
			if m.namespace == x.Pod.Namespace && podName(m) == x.Pod.Name {
				member = m.String()
			}
		}
		host, _, _ := strings.Cut(x.Host, ":")
		if o.ties[fmt.Sprint(member, " ", x.Port)] || x.Host != "" && (o.ties[member+" -> "+host] || o.ties[member+" -> "+x.Host] || o.nobodys[host] || o.alike[host]) {
			continue
		}
		bad = append(bad, fmt.Sprintf("%s %s %s: %s", x.Check.Code, member, x.About(), x.Message))
	}
	return bad
}

// TestHealthyMesh: nothing is invented in a mesh of 200 pods.
func TestHealthyMesh(t *testing.T) {
	w, err := parseWorld(town(200, 40))
	if err != nil {
		t.Fatal(err)
	}
	if err := setEnvironment(w.environment()); err != nil {
		t.Fatal(err)
	}
	bad, r, err := verifiedAgain(w, false, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(bad) > 0 || len(r.Proxies) != 200 || len(r.Unseen) > 0 || len(r.Lacks) > 0 {
		t.Errorf("%d invented, %d proxies, %d unseen, lacks %v\n%s", len(bad), len(r.Proxies), len(r.Unseen), r.Lacks, strings.Join(bad[:min(5, len(bad))], "\n"))
	}
}

// gatewayWorld has a gateway with servers of all kinds.
const gatewayWorld = `apiVersion: v1
kind: Namespace
metadata: {name: edge, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: edge}
spec:
  selector: {matchLabels: {app: gateway}}
  template:
    metadata: {labels: {app: gateway}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: edge}
spec:
  selector: {app: gateway}
  ports:
  - {name: http, port: 80, targetPort: 8080}
  - {name: https, port: 443, targetPort: 8443}
  - {name: mesh, port: 444, targetPort: 8444}
  - {name: tls, port: 445, targetPort: 8445}
  - {name: far, port: 15443, targetPort: 15443}
  - {name: tcp, port: 9000, targetPort: 9000}
  - {name: nobody, port: 9001, targetPort: 9001}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: all, namespace: edge}
spec:
  selector: {app: gateway}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: ["a.example.com"], tls: {mode: SIMPLE, credentialName: a}}
  - {port: {number: 444, name: mesh, protocol: TLS}, hosts: ["*"], tls: {mode: ISTIO_MUTUAL}}
  - {port: {number: 445, name: tls, protocol: TLS}, hosts: ["b.example.com"], tls: {mode: PASSTHROUGH}}
  - {port: {number: 15443, name: far, protocol: TLS}, hosts: ["*.local"], tls: {mode: AUTO_PASSTHROUGH}}
  - {port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: all, namespace: edge}
spec:
  hosts: ["*"]
  gateways: [all]
  http: [{route: [{destination: {host: gateway, port: {number: 80}}}]}]
  tcp: [{match: [{port: 9000}], route: [{destination: {host: gateway, port: {number: 80}}}]}, {match: [{port: 444}], route: [{destination: {host: gateway, port: {number: 80}}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: b, namespace: edge}
spec:
  hosts: ["b.example.com"]
  gateways: [all]
  tls: [{match: [{port: 445, sniHosts: ["b.example.com"]}], route: [{destination: {host: gateway, port: {number: 80}}}]}]
`

// TestGateways: what a gateway's listeners are is what its servers say.
func TestGateways(t *testing.T) {
	routed, err := parseWorld(gatewayWorld)
	if err != nil {
		t.Fatal(err)
	}
	if err := setEnvironment(routed.environment()); err != nil {
		t.Fatal(err)
	}
	unrouted := slices.DeleteFunc(slices.Clone(routed), func(d document) bool { return d.kind() == "VirtualService" })
	for n, w := range []world{routed, routed, unrouted} {
		bad, r, err := verifiedAgain(w, false, n == 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(bad) > 0 || len(r.Proxies) != 1 || r.Proxies[0].Ports < 6 {
			t.Errorf("%d proxies: %s", len(r.Proxies), strings.Join(bad, "\n"))
		}
		for _, i := range r.Items {
			if i.Port != 0 {
				t.Logf("%d: %s, runs %s", i.Port, i.Config, i.Proxy)
			}
		}
	}
}

// town are pods behind Services, in four namespaces with policies and rules of all kinds.
func town(pods, services int) string {
	var b strings.Builder
	b.WriteString("apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: istio-system}\nspec: {mtls: {mode: STRICT}}\n")
	for n := range 4 {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n%d, labels: {istio-injection: enabled}}\n", n)
	}
	b.WriteString("---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: n1}\nspec: {mtls: {mode: PERMISSIVE}}\n")
	for s := range services {
		ns := s % 4
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Service\nmetadata: {name: s%d, namespace: n%d}\nspec: {selector: {app: s%d}, ports: [{name: http, port: 80, targetPort: 8080}]}\n", s, ns, s)
		switch s % 5 {
		case 1:
			fmt.Fprintf(&b, "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: s%d, namespace: n%d}\nspec: {host: s%d, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}, subsets: [{name: all, labels: {app: s%d}}]}\n", s, ns, s, s)
		case 2:
			fmt.Fprintf(&b, "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: s%d, namespace: n%d}\nspec: {selector: {matchLabels: {app: s%d}}, mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}}}\n", s, ns, s)
		}
	}
	for p := range pods {
		s := p % services
		fmt.Fprintf(&b, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d%d, namespace: n%d}\nspec:\n  selector: {matchLabels: {app: s%d}}\n  template:\n    metadata: {labels: {app: s%d}}\n    spec: {containers: [{name: app, image: a, ports: [{containerPort: 8080}]}]}\n", p, s%4, s, s)
	}
	return b.String()
}

// TestPlanted: proxies that run what istiod would send for other policies and rules are found,
// every port and every host of them.
func TestPlanted(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "PLANTED", 40)
	var mu sync.Mutex
	ports, hosts := 0, 0
	group(first, count, generate, func(seed uint64, w world) {
		if refusedThen(w) != "" {
			return
		}
		var missed []string
		var p, h int
		var err error
		failed := test.Wrap(func(f test.Failer) { missed, p, h, err = planted(f, w, seed%2 == 0) })
		if err == nil {
			err = failed
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if len(missed) > 0 {
			t.Errorf("seed %d: not found: %s", seed, strings.Join(missed[:min(3, len(missed))], "\n  "))
		}
		ports, hosts = ports+p, hosts+h
	})
	t.Logf("%d ports and %d hosts that differ", ports, hosts)
	if ports == 0 || hosts == 0 {
		t.Error("nothing differed")
	}
}

// planted gives the proxies of a world the configuration of one without policies, or without
// rules, and says which of istiod's own differences verify does not find.
func planted(t test.Failer, w world, policies bool) (missed []string, ports, hosts int, err error) {
	kind := "DestinationRule"
	if policies {
		kind = "PeerAuthentication"
	}
	other := slices.DeleteFunc(slices.Clone(w), func(d document) bool { return d.kind() == kind })
	if len(other) == len(w) {
		return nil, 0, 0, nil
	}
	c, err := newCluster(w)
	if err != nil {
		return nil, 0, 0, err
	}
	before, err := truth(t, w, c)
	if err != nil {
		return nil, 0, 0, err
	}
	after, err := truthOf(t, other, c, w.ports())
	if err != nil {
		return nil, 0, 0, err
	}
	folder, err := os.MkdirTemp("", "dumps")
	if err != nil {
		return nil, 0, 0, err
	}
	defer os.RemoveAll(folder)
	if _, err := writeDumps(t, other, c, folder, policies); err != nil {
		return nil, 0, 0, err
	}
	dumps, err := dump.Read(context.Background(), dump.Options{Paths: []string{folder}})
	if err != nil {
		return nil, 0, 0, err
	}
	o, err := resolveWorld(w, c)
	if err != nil {
		return nil, 0, 0, err
	}
	p := &plantedCheck{report: verify.Run(o.mesh, &dumps.Fleet, verify.Options{Hosts: true}), found: map[string]bool{}}
	for i := range p.report.Items {
		if x := &p.report.Items[i]; x.Check != nil {
			p.found[fmt.Sprint(x.Pod, " ", x.About())] = true
		}
	}
	for _, m := range c.members {
		if m.proxy && m.pod != nil {
			p.portsOf(m, before.modes[m.String()], after.modes[m.String()])
			if !o.unsure[m.String()] {
				p.hostsOf(m, before.calls[m.String()], after.calls[m.String()])
			}
		}
	}
	return p.missed, p.ports, p.hosts, nil
}

// plantedCheck looks which differences of istiod's own answers a report has.
type plantedCheck struct {
	report       *verify.Report
	found        map[string]bool
	missed       []string
	ports, hosts int
}

func (p *plantedCheck) portsOf(m *member, before, after map[uint32]string) {
	pod := m.namespace + "/" + podName(m)
	for port, was := range before {
		is := after[port]
		at := slices.IndexFunc(p.report.Items, func(x verify.Item) bool { return x.Pod.String() == pod && x.Port == int32(port) })
		unsettled := at >= 0 && (p.report.Items[at].State == verify.Settled || p.report.Items[at].Config == "NONE")
		if modeOnly(was) == modeOnly(is) || was == invalid || is == invalid || unsettled || at < 0 && port != unnamed {
			continue
		}
		p.ports++
		about := fmt.Sprint(pod, " ", port)
		if port == unnamed {
			about = pod + " *"
		}
		if !p.found[about] {
			p.missed = append(p.missed, fmt.Sprintf("%s: %s, runs %s", about, was, is))
		}
	}
}

func (p *plantedCheck) hostsOf(m *member, before, after calls) {
	pod := m.namespace + "/" + podName(m)
	for key, was := range before {
		is := after[key]
		if is == nil || wordsOf(was) == wordsOf(is) || strings.Contains(wordsOf(was), " ") || strings.Contains(wordsOf(is), " ") || was[nobody] != "" || is[nobody] != "" {
			continue
		}
		at := slices.IndexFunc(p.report.Items, func(x verify.Item) bool { return x.Pod.String() == pod && x.Host == key })
		if at >= 0 && p.report.Items[at].State == verify.Settled {
			continue
		}
		if p.hosts++; !p.found[pod+" "+key] {
			p.missed = append(p.missed, fmt.Sprintf("%s -> %s: %v, runs %v", pod, key, was, is))
		}
	}
}
