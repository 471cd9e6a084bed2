package plan

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// begun is a plan of a story of which nothing is done yet.
func begun(t *testing.T, story string) (*planner, *run) {
	t.Helper()
	in, err := source.Read(context.Background(), source.Options{Files: []string{filepath.Join("../../../testdata/plan", story+".yaml")}})
	if err != nil {
		t.Fatal(err)
	}
	p := newPlanner(World{in.Objects, mesh.Build(config.Options{Editable: true}, in.Objects)}, Options{To: resolve.Strict})
	p.weigh()
	p.invited()
	return p, &run{planner: p, in: p.intend(), state: p.start, mendings: p.mendedByPort}
}

// TestProofFindsHarm applies waves that nobody should: each is found out, and by what it
// does.
func TestProofFindsHarm(t *testing.T) {
	strict := func(namespace, name string, selector map[string]string) func(*planner) Change {
		return func(p *planner) Change {
			return *p.start.set(saying(newPolicy(namespace, name, selector), resolve.Strict, nil), sameSpec, "", "")
		}
	}
	pay := map[string]string{"app": "pay"}
	for _, c := range []struct {
		story  string
		change func(*planner) Change
		want   string
	}{
		{"rule", strict("bank", "default", nil), "plaintext into a STRICT port"},
		{"hidden", strict("bank", "default", nil), "pay.bank.svc.cluster.local is not visible"},
		{"client", strict("shop", "pay", pay), "deploy/report.batch has no sidecar"},
		{"exceptions", strict("shop", "pay", pay), "kube-apiserver calls the port"},
		{"unknown", strict("elsewhere", "far", nil), "the input does not show"},
		{"disabled-port", func(p *planner) Change {
			was, _ := p.start.mesh.Input(resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: "shop", Name: "pay"})
			return *p.start.set(saying(was, resolve.Strict, map[int32]resolve.Mode{8080: resolve.Permissive}), sameSpec, "", "")
		}, "before all of its proxies accept it"},
		{"disabled-port", func(p *planner) Change {
			was, _ := p.start.mesh.Input(resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: "shop", Name: "pay"})
			return *p.start.set(saying(was, resolve.Permissive, map[int32]resolve.Mode{8080: resolve.Disable}), sameSpec, "", "")
		}, "port 9090 of deploy/pay.shop would be PERMISSIVE"},
		{"disabled-namespace", strict("shop", "pay", pay), "plaintext into a STRICT port"},
	} {
		p, r := begun(t, c.story)
		r.wave(Workloads, []Change{c.change(p)})
		var texts []string
		for _, v := range r.violations {
			texts = append(texts, v.Text)
		}
		if all := strings.Join(texts, "\n"); !strings.Contains(all, c.want) {
			t.Errorf("%s: the proof finds %q, and no %q", c.story, all, c.want)
		}
	}
}

// TestProofFindsWhoWasSeen: nothing declares the call, and no proxy sends it, but a record
// has it: the port may not become STRICT, whoever it was.
func TestProofFindsWhoWasSeen(t *testing.T) {
	to := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	pay := resolve.Peer{Namespace: "bank", Name: "pay"}
	for who, client := range map[string]resolve.Peer{"a client without a name": {}, "cron.batch": {Namespace: "batch", Name: "cron"}} {
		p, r := begun(t, "plain")
		p.Traffic = &evidence.Traffic{Source: "test", From: to.Add(-7 * 24 * time.Hour), To: to, Edges: []evidence.Edge{
			{Client: client, Server: pay, Service: pay, Protocol: "http", Security: resolve.SecurityPlaintext, Count: 3, LastSeen: to.Add(-time.Hour)},
		}}
		p.Traffic.Normalize()
		p.start.adviser = nil // which was asked without
		r.wave(Workloads, []Change{*p.start.set(saying(newPolicy("bank", "default", nil), resolve.Strict, nil), sameSpec, "", "")})
		if len(r.violations) == 0 || !strings.Contains(r.violations[0].Text, who) {
			t.Errorf("plaintext of %s was seen, and the wave passes: %v", who, r.violations)
		}
	}
}

// TestProofFindsNoWayBack: a wave that cannot be taken back is no wave.
func TestProofFindsNoWayBack(t *testing.T) {
	p, r := begun(t, "strict-at-once")
	r.keep()
	ref := resolve.Ref{Kind: resolve.KindDeployment, Namespace: "shop", Name: "pay"}
	c := p.joined(r.state, ref)
	c.Back = resolve.Object{}
	if r.wave(Inject, []Change{*c}); len(r.violations) == 0 || !strings.Contains(r.violations[0].Text, "the rollback would not restore") {
		t.Errorf("taking the label of a namespace that injects away gives a sidecar all the same: %v", r.violations)
	}
}
