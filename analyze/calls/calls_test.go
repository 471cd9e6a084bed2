package calls_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

func build(t *testing.T, dir string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	return mesh.Build(config.Options{}, in.Objects)
}

func read(t *testing.T, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	return mesh.Build(config.Options{}, in.Objects)
}

// ambient is a client of ztunnel and hosts that only some of Envoy's clients would know.
const ambient = `apiVersion: v1
kind: Namespace
metadata: {name: bank, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: bank}
spec: {selector: {matchLabels: {app: pay}}, template: {metadata: {labels: {app: pay}}, spec: {containers: [{name: app, image: app}]}}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: tie, namespace: east}
spec: {hosts: [tie.com], resolution: NONE, ports: [{number: 81, name: tcp}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: tie, namespace: west}
spec: {hosts: [tie.com], resolution: DNS, ports: [{number: 90, name: tcp}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: own, namespace: west}
spec: {hosts: [own.com], exportTo: ["."], resolution: DNS, ports: [{number: 90, name: tcp}]}
`

// TestRowsAreComplete: every connection of a mesh is in exactly one row, with its client
// and its server, whichever way rows are told apart; and the totals are theirs.
func TestRowsAreComplete(t *testing.T) {
	t.Parallel()
	for _, world := range []string{"bookinfo", "market", "shop", "ambient"} {
		m := read(t, ambient)
		if world != "ambient" {
			m = build(t, "../../testdata/mesh/"+world)
		}
		type one struct {
			client, server, host, subset string
			variant                      int
			port                         int32
			verdict                      resolve.Verdict
		}
		server := func(e *outbound.Endpoint) string {
			switch {
			case e == nil:
				return ""
			case e.Workload == nil:
				return e.Address
			}
			return e.Workload.Ref.String()
		}
		want := map[one]int{}
		for c := range m.Connections(outbound.Filter{}) {
			for _, w := range c.Client.Workloads {
				want[one{w.Ref.String(), server(c.Server), c.Host.Name, c.Subset, w.Variant, c.Port.Number, c.Outcome.Verdict}]++
			}
		}
		all := calls.Of(m, calls.Query{}, nil)
		for _, apart := range []bool{false, true} {
			got := map[one]int{}
			for _, r := range all.Rows(apart) {
				for _, p := range r.Parts {
					if p.Outcome.Verdict != r.Outcome.Verdict || !slices.Contains(r.Ports, p.Port.Number) || !slices.Contains(r.Subsets, p.Subset) {
						t.Errorf("%s: a row has a part of another row", world)
					}
					for w := range p.Clients.Each {
						got[one{w.Ref.String(), server(p.Server), p.Host.Name, p.Subset, w.Variant, p.Port.Number, p.Outcome.Verdict}]++
						if !slices.ContainsFunc(r.Clients.Groups, func(g *calls.Group) bool { return slices.Contains(g.Workloads, w) }) {
							t.Errorf("%s: %s is no client of its row", world, w.Ref)
						}
					}
				}
			}
			for c, n := range want {
				if got[c] != n {
					t.Errorf("%s, apart %t: %+v is in %d parts of rows, want %d", world, apart, c, got[c], n)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s, apart %t: %d connections in rows, want %d", world, apart, len(got), len(want))
			}
		}
		sum := 0
		for _, n := range want {
			sum += n
		}
		if totals := all.Totals(); totals.Items != sum || totals.Groups != len(all.Clients()) {
			t.Errorf("%s: %d items of %d groups, want %d of %d", world, totals.Items, totals.Groups, sum, len(all.Clients()))
		}
	}
}

// TestRowsAreAdmitted: whoever is in a part of a row is denied by the policies that the row says,
// or by none.
func TestRowsAreAdmitted(t *testing.T) {
	t.Parallel()
	denied := 0
	for _, world := range []string{"bookinfo", "market", "shop"} {
		m := build(t, "../../testdata/mesh/"+world)
		court := authz.In(m)
		for _, r := range calls.Of(m, calls.Query{}, nil).Rows(false) {
			for _, p := range r.Parts {
				for w := range p.Clients.Each {
					a := court.Admit(&p.Connection, authz.Of(w))
					if a.Denied() != r.Denied() || a.Denied() && a.Key() != r.Key() {
						t.Errorf("%s: %s -> %s:%d is %s, its row %s", world, w.Ref, p.Host.Name, p.Port.Number, a.Key(), r.Key())
					}
					if a.Denied() {
						denied++
					}
				}
			}
		}
	}
	if denied == 0 {
		t.Error("no call of these worlds is denied: take another")
	}
}

// TestBroken: the row to look at is one that breaks, its client from outside.
func TestBroken(t *testing.T) {
	t.Parallel()
	m := build(t, "../../testdata/mesh/shop")
	rows := calls.Of(m, calls.Query{}, nil).Rows(false)
	r, w := calls.Broken(rows)
	if r == nil {
		t.Fatal("shop has no broken row any more: take another story")
	}
	if r.Outcome.Verdict != resolve.VerdictBroken || w == nil {
		t.Errorf("the broken row is %s, its client %v", r.Outcome.Verdict, w)
	}
	if r, w := calls.Broken(rows[len(rows)-1:]); r != nil || w != nil {
		t.Errorf("the best row breaks: %s", strings.Join(r.Subsets, ","))
	}
}
