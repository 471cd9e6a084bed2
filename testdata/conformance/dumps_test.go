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
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/dump"
	"istio.io/istio/pkg/test"
)

// TestDumps: proxies that run what istiod sends them, as dumps, differ in nothing from what mtlsctl
// makes of the same world: DUMPS random worlds from seed SEED on, read as manifests and as pods.
func TestDumps(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "DUMPS", 60)
	var mu sync.Mutex
	compared, ports, hosts := 0, 0, 0
	group(first, count, generate, func(seed uint64, w world) {
		if unknown(w) != "" {
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
	r := verify.Run(mesh.Build(config.Options{}, in.Objects), &dumps.Fleet, verify.Options{Hosts: true})
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

// TestPlanted: proxies that run what istiod would send for other policies and rules are found,
// every port and every host of them.
func TestPlanted(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "PLANTED", 40)
	var mu sync.Mutex
	ports, hosts := 0, 0
	group(first, count, generate, func(seed uint64, w world) {
		if unknown(w) != "" {
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
	r := verify.Run(o.mesh, &dumps.Fleet, verify.Options{Hosts: true})
	found := map[string]bool{}
	for i := range r.Items {
		if x := &r.Items[i]; x.Check != nil {
			found[fmt.Sprint(x.Pod, " ", x.About())] = true
		}
	}
	for _, m := range c.members {
		if !m.proxy || m.pod == nil {
			continue
		}
		pod := m.namespace + "/" + podName(m)
		for port, was := range before.modes[m.String()] {
			is := after.modes[m.String()][port]
			unsettled := slices.ContainsFunc(r.Items, func(x verify.Item) bool {
				return x.Pod.String() == pod && x.Port == int32(port) && (x.State == verify.Settled || x.Config == "NONE")
			})
			named := slices.ContainsFunc(r.Items, func(x verify.Item) bool { return x.Pod.String() == pod && x.Port == int32(port) })
			if modeOnly(was) == modeOnly(is) || was == invalid || is == invalid || unsettled || !named && port != unnamed {
				continue
			}
			ports++
			about := fmt.Sprint(pod, " ", port)
			if port == unnamed {
				about = pod + " *"
			}
			if !found[about] {
				missed = append(missed, fmt.Sprintf("%s: %s, runs %s", about, was, is))
			}
		}
		for key, was := range before.calls[m.String()] {
			is := after.calls[m.String()][key]
			if is == nil || o.unsure[m.String()] || wordsOf(was) == wordsOf(is) || strings.Contains(wordsOf(was), " ") || strings.Contains(wordsOf(is), " ") || was[nobody] != "" || is[nobody] != "" {
				continue
			}
			if x := slices.IndexFunc(r.Items, func(x verify.Item) bool { return x.Pod.String() == pod && x.Host == key }); x >= 0 && r.Items[x].State == verify.Settled {
				continue
			}
			hosts++
			if !found[pod+" "+key] {
				missed = append(missed, fmt.Sprintf("%s -> %s: %v, runs %v", pod, key, was, is))
			}
		}
	}
	return missed, ports, hosts, nil
}
