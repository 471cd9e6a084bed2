package plan_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

const trustDir = testdata + "/plan/trust/"

// trustWorld reads a world whose trust domain is changed, with documents added.
func trustWorld(t *testing.T, more ...string) plan.World {
	t.Helper()
	text, err := os.ReadFile(trustDir + "shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(append([]string{string(text)}, more...), "\n---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return worldOf(t, file)
}

// trustPlan plans the way to another trust domain.
func trustPlan(t *testing.T, w plan.World, to string) *plan.Plan {
	t.Helper()
	change, refusal := plan.TrustChangeOf(w.Mesh, to)
	if refusal != nil {
		t.Fatal(refusal.Why)
	}
	return plan.New(w, plan.Options{Trust: change})
}

// TestTrust: the waves of a change, with everything that names the former domain; the order of the input
// changes nothing.
func TestTrust(t *testing.T) {
	w := trustWorld(t)
	got := told(trustPlan(t, w, "acme.prod"))
	golden := trustDir + "shop.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		r.Shuffle(len(w.Objects), func(i, j int) { w.Objects[i], w.Objects[j] = w.Objects[j], w.Objects[i] })
		if again := told(trustPlan(t, plan.World{Objects: w.Objects, Mesh: resolved(w.Objects)}, "acme.prod")); again != got {
			t.Fatalf("in another order\n%s\nwant\n%s", again, got)
		}
	}
}

// TestTrustGoesOn: after each wave the rest of the plan follows, until the domain is the new one alone;
// each wave taken back is the world before it.
func TestTrustGoesOn(t *testing.T) {
	w := trustWorld(t)
	for {
		change, refusal := plan.TrustChangeOf(w.Mesh, "acme.prod")
		if refusal != nil {
			if !strings.Contains(refusal.Why, "already") {
				t.Error(refusal)
			}
			return
		}
		p := plan.New(w, plan.Options{Trust: change})
		if change.From != "old.prod" || len(p.Waves) == 0 {
			t.Fatalf("%+v: %d waves, %v", change, len(p.Waves), p.Proof.Failed)
		}
		next := p.Waves[0]
		if next.Kind == plan.Renew {
			next = p.Waves[1] // nothing in the input changes when certificates do
		}
		deltas := next.Model().Deltas(w.Mesh)
		after := w.Mesh.With(deltas...)
		back := plan.Wave{Changes: next.Undo()}
		if before := after.With(back.Model().Deltas(after)...); spelledOut(before.Inputs()) != spelledOut(w.Mesh.Inputs()) {
			t.Fatalf("%s, taken back, is another world", next.Kind)
		}
		w = plan.World{Objects: after.Inputs(), Mesh: resolved(after.Inputs())}
	}
}

// spelledOut are the mesh configurations of objects.
func spelledOut(objects []resolve.Object) string {
	var out []string
	for _, o := range objects {
		if m, ok := o.Value.(*resolve.MeshConfig); ok {
			out = append(out, m.Text)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// TestTrustHeld: what keeps a change from being proved, and that nothing is planned then.
func TestTrustHeld(t *testing.T) {
	for name, c := range map[string]struct{ add, held, failed string }{
		"ambient": {
			add:  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: job, namespace: shop}\nspec: {template: {metadata: {labels: {app: job, istio.io/dataplane-mode: ambient, sidecar.istio.io/inject: \"false\"}}, spec: {containers: [{name: a}]}}}",
			held: "deploy/job.shop BLOCKED ztunnel accepts the trust domain of its own certificates only",
		},
		"waypoint": {
			add:  "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: waypoint, namespace: shop}\nspec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}",
			held: "BLOCKED a waypoint and the ztunnels",
		},
		"named alone": {
			add:    "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: later, namespace: shop}\nspec: {action: DENY, rules: [{from: [{source: {notPrincipals: [acme.prod/ns/shop/sa/web]}}]}]}",
			failed: "aliases: AuthorizationPolicy shop/later: its notPrincipals would not name the same callers as today, for example spiffe://old.prod/ns/shop/sa/web",
		},
	} {
		p := trustPlan(t, trustWorld(t, c.add), "acme.prod")
		var held []string
		for _, h := range p.Holds {
			held = append(held, h.Workload.Typed()+" "+h.Status.String()+" "+h.Why[0].Text)
		}
		got := strings.Join(held, "; ")
		if len(p.Waves) > 0 || !strings.Contains(got, c.held) || !strings.Contains(strings.Join(p.Proof.Failed, "; "), c.failed) || (got == "") != (c.held == "") || !p.Blocked() {
			t.Errorf("%s: %d waves, held %q, failed %q", name, len(p.Waves), got, p.Proof.Failed)
		}
	}
}

// TestTrustByHand: a mesh configuration that no file of a plan can hold is changed by a person.
func TestTrustByHand(t *testing.T) {
	for name, config := range map[string]string{
		"an operator's":  "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: {meshConfig: {trustDomain: old.prod}}",
		"a snapshot's":   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    trustDomain: old.prod\n    accessLogFormat: " + public.Token + "1",
		"the other name": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    trust_domain: old.prod",
	} {
		file := filepath.Join(t.TempDir(), "world.yaml")
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		p := trustPlan(t, worldOf(t, file), "acme.prod")
		if len(p.Waves) != 4 || p.Waves[0].Changes[0].How != plan.Hand || p.Waves[0].Changes[0].What != "trustDomainAliases: [acme.prod old.prod]" {
			t.Errorf("%s: %s", name, told(p))
		}
	}
}

// TestTrustRefused: what no plan can be asked for.
func TestTrustRefused(t *testing.T) {
	other := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-next, namespace: istio-system}\ndata: {mesh: \"trustDomain: other.prod\"}"
	for name, c := range map[string]struct {
		world plan.World
		to    string
		want  string
	}{
		"already":       {trustWorld(t), "old.prod", "old.prod is the trust domain already"},
		"two domains":   {trustWorld(t, other), "acme.prod", "the control planes have several trust domains (old.prod, other.prod)"},
		"nowhere":       {plan.World{Mesh: resolved(nil)}, "acme.prod", "the input has no mesh configuration of revision default"},
		"half the mesh": {trustWorld(t, strings.ReplaceAll(other, "other.prod", "acme.prod")), "acme.prod", ""},
	} {
		change, refusal := plan.TrustChangeOf(c.world.Mesh, c.to)
		switch {
		case c.want == "" && (refusal != nil || change != plan.TrustChange{From: "old.prod", To: c.to}):
			t.Errorf("%s: %+v, %+v", name, change, refusal)
		case c.want != "" && (refusal == nil || !strings.HasPrefix(refusal.Why, c.want) || refusal.Hint == ""):
			t.Errorf("%s: %+v", name, refusal)
		}
	}
	for domain, valid := range map[string]bool{"acme.prod": true, "a": true, "acme.prod.": true, "": false, ".": false, "Acme": false, "a..b": false, "*.prod": false, "a_b": false, strings.Repeat("a", 64): false} {
		if why := plan.ValidTrustDomain(domain); (why == "") != valid {
			t.Errorf("%q: %q", domain, why)
		}
	}
}
