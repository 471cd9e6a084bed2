package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
	"github.com/mtlsctl/mtlsctl/resolve/source/dump"
)

// fleet is what the admin ports of all sidecars print.
func (r *wired) fleet(ctx context.Context, folder string) (*proxy.Fleet, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	for _, p := range r.pods {
		if !p.proxy {
			continue
		}
		text, err := p.Admin(ctx, "/config_dump?include_eds")
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, p.name+".json"), text, 0o644)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.member, err)
		}
	}
	dumps, err := dump.Read(ctx, dump.Options{Paths: []string{folder}})
	if err == nil && len(dumps.Problems) > 0 {
		err = fmt.Errorf("%v", dumps.Problems)
	}
	if err != nil {
		return nil, err
	}
	return &dumps.Fleet, nil
}

// verify compares what the Envoys run with the world that istiod made it of, where nothing may differ,
// and with one in which a policy and a rule are others, where both have to be found.
func (r *wired) verify(t *testing.T, w world, folder string) {
	t.Helper()
	fleet, err := r.fleet(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	healthy := r.verified(t, w, fleet)
	for _, i := range healthy.Items {
		if i.Check != nil {
			t.Errorf("invented: %s: %s %s, runs %s", i.Check.Code, i.Pod, i.About(), i.Proxy)
		}
	}
	ports, hosts := 0, 0
	for _, p := range healthy.Proxies {
		ports, hosts = ports+p.Ports, hosts+p.Hosts
	}
	if ports == 0 || hosts == 0 {
		t.Error("nothing was compared")
	}
	found := map[string]int{}
	for _, i := range r.verified(t, w.planted(), fleet).Items {
		if i.Check != nil {
			found[fmt.Sprint(i.Pod.Name, " ", i.Host != "")]++
		}
	}
	if found["permissive false"] < len(spokenPorts) || found["web true"] < len(spokenPorts) {
		t.Errorf("planted: a policy for %d ports and a rule for as many ports of a host; found %v", len(spokenPorts), found)
	}
	t.Logf("%d proxies, %d ports, %d hosts as configured; planted and found: %v", len(healthy.Proxies), ports, hosts, found)
}

// verified is the report about a world of which the pods run.
func (r *wired) verified(t *testing.T, w world, fleet *proxy.Fleet) *verify.Report {
	t.Helper()
	text, err := w.running(r.cluster)
	if err != nil {
		t.Fatal(err)
	}
	pods, err := parseWorld(text)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readWorld(pods, "")
	if err != nil {
		t.Fatal(err)
	}
	return verify.Run(m, fleet, verify.Options{Hosts: true})
}

// planted is the table with a STRICT server for the PERMISSIVE one, and without the rule that sends
// plaintext to the STRICT one.
func (w world) planted() (other world) {
	for _, d := range w {
		switch {
		case d.kind() == "DestinationRule" && d.name() == "strict-plain":
			continue
		case d.kind() == "PeerAuthentication" && d.name() == "permissive":
			parsed, err := parseWorld(strings.ReplaceAll(d.YAML(), "mode: PERMISSIVE", "mode: STRICT"))
			if err != nil {
				panic(err) // it was YAML before
			}
			d = parsed[0]
		}
		other = append(other, d)
	}
	return other
}
