package runbook_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// worlds are meshes whose plans have waves of every way to write a change.
func worlds(t *testing.T) map[string]plan.World {
	out := map[string]plan.World{"repaired": worldOf(t, writeStory(t))}
	for _, name := range []string{"bookinfo", "market", "shop"} {
		out[name] = worldOf(t, filepath.Join(testdata, "mesh", name))
	}
	for _, file := range stories(t) {
		out[filepath.Base(file)] = worldOf(t, file)
	}
	return out
}

// writeStory is a mesh with a rule to repair, and a client and a server without sidecars.
func writeStory(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	if err := os.WriteFile(file, []byte(story), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestManifestsRoundTrip: what is printed and read back does what the changes do.
func TestManifestsRoundTrip(t *testing.T) {
	seen := map[runbook.Verb]bool{}
	for name, world := range worlds(t) {
		p := plan.New(world, plan.Options{Join: plan.Everybody})
		base := world.Objects
		for i := range p.Waves {
			w := &p.Waves[i]
			manifests, err := runbook.Manifests(p, w)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range manifests {
				seen[m.Verb] = true
			}
			printed, _ := readBack(t, base, manifests).To(base)
			meant := modelled(base, w.Changes)
			if d := diff.Compare(diff.Side{Mesh: resolved(meant)}, diff.Side{Mesh: resolved(printed)}, diff.ObjectsOf(meant, printed), func(string) bool { return true }); !d.Empty() {
				t.Errorf("%s, wave %s: the files do something else than the changes: %d ports, %d calls", name, runbook.Folder(w), len(d.Ports), len(d.Calls))
			}
			if w.Kind != plan.Inject { // a label that a field manager gives up is nothing that a file says
				back, err := runbook.Rollback(p, w)
				if err != nil {
					t.Fatal(err)
				}
				undone, _ := readBack(t, printed, back).To(printed)
				if d := diff.Compare(diff.Side{Mesh: resolved(base)}, diff.Side{Mesh: resolved(undone)}, diff.ObjectsOf(base, undone), func(string) bool { return true }); !d.Empty() {
					t.Errorf("%s, wave %s: its rollback does not restore what was: %d ports, %d calls", name, runbook.Folder(w), len(d.Ports), len(d.Calls))
				}
			}
			base = printed
		}
		if len(p.Waves) == 0 {
			t.Errorf("%s: no wave: %v", name, p.Proof.Failed)
		}
	}
	for _, v := range runbook.Verbs() {
		if !seen[v] {
			t.Errorf("no story writes %s: give one to manifest_test.go", v.File())
		}
	}
}

// readBack reads files as a diff does, and makes of them the change that kubectl would.
func readBack(t *testing.T, base []resolve.Object, manifests []runbook.Manifest) change.Change {
	t.Helper()
	there := map[resolve.Ref]bool{}
	for _, o := range base {
		there[o.Ref()] = true
	}
	var out change.Change
	for _, m := range manifests {
		file := filepath.Join(t.TempDir(), m.Verb.File())
		if err := os.WriteFile(file, []byte(m.Text), 0o644); err != nil {
			t.Fatal(err)
		}
		in, err := source.Read(context.Background(), source.Options{Files: []string{file}, There: func(r resolve.Ref) bool { return there[r] }, Applied: m.Verb == runbook.Remove})
		if m.Verb == runbook.Remove { // names what is there, and no more of it
			in.Problems = nil
		}
		if err != nil || len(in.Problems) > 0 || len(in.Stats.Skipped) > 0 {
			t.Fatal(err, in.Problems, in.Stats.Skipped, m.Text)
		}
		for _, o := range in.Objects {
			if m.Verb == runbook.Remove {
				out.Remove = append(out.Remove, o.Ref())
			} else {
				out.Apply = append(out.Apply, o)
			}
		}
	}
	return out
}

func modelled(base []resolve.Object, changes []plan.Change) []resolve.Object {
	var c change.Change
	for i := range changes {
		if one := &changes[i]; one.How == plan.Delete {
			c.Remove = append(c.Remove, one.Ref())
		} else {
			c.Apply = append(c.Apply, one.Is)
		}
	}
	out, _ := c.To(base)
	return out
}

// TestRollbackFiles: taking back is what was, under the names of what was.
func TestRollbackFiles(t *testing.T) {
	p := plan.New(worldOf(t, writeStory(t)), plan.Options{Join: plan.Everybody})
	for i := range p.Waves {
		w := &p.Waves[i]
		back, err := runbook.Rollback(p, w)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range back {
			if strings.Contains(m.Text, "mtlsctl.io/plan: plan") {
				t.Errorf("%s/rollback/%s has labels of a plan in the making", runbook.Folder(w), m.Verb.File())
			}
			if w.Kind == plan.Repair && !strings.Contains(m.Text, "tls:\n      mode: DISABLE") {
				t.Errorf("%s/rollback/%s does not say which mode it was:\n%s", runbook.Folder(w), m.Verb.File(), m.Text)
			}
			if w.Kind == plan.Inject && (strings.Contains(m.Text, "sidecar.istio.io/inject") || strings.Contains(m.Text, "mtlsctl.io/")) || strings.Contains(m.Text, "containers") {
				t.Errorf("%s/rollback/%s keeps what it shall take back:\n%s", runbook.Folder(w), m.Verb.File(), m.Text)
			}
			if w.Kind == plan.Inject && !strings.Contains(m.Text, "app: ") {
				t.Errorf("%s/rollback/%s is empty: the API server refuses it:\n%s", runbook.Folder(w), m.Verb.File(), m.Text)
			}
		}
	}
}

// TestManifestText: a file says what it is, and a workload is a part of itself.
func TestManifestText(t *testing.T) {
	p := plan.New(worldOf(t, writeStory(t)), plan.Options{Join: plan.Everybody})
	texts := map[string]string{}
	for i := range p.Waves {
		manifests, err := runbook.Manifests(p, &p.Waves[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range manifests {
			texts[p.Waves[i].Kind.String()+"/"+m.Verb.File()] = strings.ReplaceAll(m.Text, fmt.Sprintf("%02d", p.Waves[i].Number), "NN")
			for _, word := range []string{"creationTimestamp", "status:", "last-applied"} {
				if strings.Contains(m.Text, word) {
					t.Errorf("%s/%s has %s", runbook.Folder(&p.Waves[i]), m.Verb.File(), word)
				}
			}
		}
	}
	i := slices.IndexFunc(p.Waves, func(w plan.Wave) bool { return w.Kind == plan.Inject })
	want := strings.NewReplacer("PLAN", p.ID, "WAVE", fmt.Sprint(p.Waves[i].Number)).Replace(joined)
	if d := cmp.Diff(want, texts["inject/apply.yaml"]); d != "" {
		t.Errorf("inject/apply.yaml differs (-want +got):\n%s", d)
	}
}

const joined = `# Plan PLAN of mtlsctl, wave WAVE: inject deploy/report.batch (restart).
# Why: it calls ports that become STRICT, in plaintext.
# How: kubectl apply --server-side --force-conflicts --field-manager=mtlsctl -f apply.yaml
---
# Deployment batch/report: pod label sidecar.istio.io/inject: "true", which restarts it
# it calls ports that become STRICT, in plaintext
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    mtlsctl.io/plan: PLAN
    mtlsctl.io/wave: "NN"
  name: report
  namespace: batch
spec:
  template:
    metadata:
      labels:
        app: report
        sidecar.istio.io/inject: "true"
        tier: night
`

const story = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: batch}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop, labels: {team: a}}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, image: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, env: [{name: PAY, value: "http://pay"}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: report, namespace: batch}
spec:
  selector: {matchLabels: {app: report}}
  template:
    metadata: {labels: {app: report, tier: night}}
    spec: {containers: [{name: report, image: report, env: [{name: PAY, value: "http://pay.shop"}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: pay
  namespace: shop
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}", owner: team-a}
spec:
  host: pay
  trafficPolicy: {tls: {mode: DISABLE}, connectionPool: {tcp: {maxConnections: 10}}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: batch}
spec: {mtls: {mode: PERMISSIVE}}
`
