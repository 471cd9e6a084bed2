package apiserver

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// migrating is the world that is led to STRICT.
const migrating = "worlds/migration.yaml"

// planned is what the test reads of a plan.
type planned struct {
	Kind  string
	ID    string
	Waves []plannedWave `json:"items"`
	Holds []struct {
		Workload struct{ Name, Namespace string }
		Port     int32
		Status   string
	}
}

type plannedWave struct {
	Number  int
	Kind    string
	Changes []struct {
		How    string
		Object struct{ Kind, Namespace, Name string }
	}
}

// migration is one way to STRICT on a real API server.
type migration struct {
	*server
	story  *story
	config string
	// until is the evidence before anything changed, since what a day after shows.
	until, since string
	kinds        []string
}

// TestMigration goes from plaintext to STRICT as an operator does: plan, apply a wave
// with kubectl, look, plan again, until nothing is left to do. After every wave the
// calls are what they were, or better; every wave is taken back once, and applied again.
func TestMigration(t *testing.T) {
	s := start(t)
	pods := s.tell(t, migrating)
	plain, mutual := "none", "mutual_tls"
	web, pay, ledger, stock, report := [2]string{"web", "shop"}, [2]string{"pay", "bank"}, [2]string{"ledger", "bank"}, [2]string{"stock", "depot"}, [2]string{"report", "batch"}
	m := &migration{
		server: s, story: &story{server: s, pods: pods}, config: s.as("root").kubeconfig(t),
		until: prometheus(t, seenCall{web, pay, plain}, seenCall{web, ledger, plain}, seenCall{web, stock, plain}, seenCall{report, ledger, plain}),
		since: prometheus(t, seenCall{web, pay, mutual}, seenCall{web, ledger, mutual}, seenCall{web, stock, mutual}, seenCall{report, ledger, mutual}),
	}
	evidence := m.until
	t.Log(mtlsctl(t, "migrate-plan", "-A", "--kubeconfig", m.config, "--prometheus", evidence, "--window", "1d").stdout)
	for round := 0; ; round++ {
		p, dir := m.plan(t, evidence)
		if len(p.Waves) == 0 {
			break
		}
		if round == 20 {
			t.Fatalf("analyze/migrate/plan: no end after %q", m.kinds)
		}
		if m.wave(t, p.Waves[0], dir); p.Waves[0].Kind == "inject" {
			evidence = m.since // a day later
		}
	}
	for _, kind := range []string{"repair", "inject", "freeze", "accept", "offer", "workloads", "mesh"} {
		if !slices.Contains(m.kinds, kind) {
			t.Errorf("analyze/migrate/plan: no wave of kind %s in %q", kind, m.kinds)
		}
	}
	m.arrived(t)
	if owner := s.kubectl(t, "get", "destinationrule", "ledger", "-n", "shop", "-o", `jsonpath={.metadata.annotations.example\.com/owner} {.spec.trafficPolicy.connectionPool.tcp.maxConnections}`); owner != "ledgers 100" {
		t.Errorf("what others wrote into a replaced rule is %q, want \"ledgers 100\"", owner)
	}
}

// plan asks for one, written to a folder.
func (m *migration) plan(t *testing.T, evidence string) (p planned, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "plan")
	out := mtlsctl(t, "migrate-plan", "-A", "--kubeconfig", m.config, "--prometheus", evidence, "--window", "1d", "--out", dir, "-o", "json", "--fail-on", "never")
	if err := json.Unmarshal([]byte(out.stdout), &p); err != nil || out.code != 0 {
		t.Fatalf("migrate-plan prints no plan: exit %d: %v\n%s%s", out.code, err, out.stdout, out.stderr)
	}
	return p, dir
}

// wave applies one, looks, takes it back, looks, and applies it again.
func (m *migration) wave(t *testing.T, w plannedWave, dir string) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(dir, "[0-9]*-"+w.Kind))
	if err != nil || len(folders) == 0 {
		t.Fatalf("there is no folder for wave %d %s in %s", w.Number, w.Kind, dir)
	}
	m.kinds = append(m.kinds, w.Kind)
	before := taken(t, m.config, filepath.Join(t.TempDir(), "before.yaml"))
	folder := folders[0]
	m.use(t, folder, w)
	m.noWorse(t, before, w)
	m.use(t, filepath.Join(folder, "rollback"), w)
	says(t, mtlsctl(t, "diff", before, "cluster", "--kubeconfig", m.config, "--fail-on", "any"), 0, `no (effective )?change`)
	m.use(t, folder, w)
	m.noWorse(t, before, w)
}

// use gives the files of a folder to the API server, as the runbook says, and does what
// controllers would.
func (m *migration) use(t *testing.T, folder string, w plannedWave) {
	t.Helper()
	for _, step := range []struct {
		file string
		args []string
	}{
		{"apply.yaml", []string{"apply", "--server-side", "--force-conflicts", "--field-manager=mtlsctl"}},
		{"replace.yaml", []string{"replace"}},
		{"delete.yaml", []string{"delete"}},
	} {
		file := filepath.Join(folder, step.file)
		if _, err := os.Stat(file); err == nil {
			m.kubectl(t, append(step.args, "-f", file)...)
		}
	}
	for _, c := range w.Changes {
		if c.How == "label" {
			revision := "default"
			if strings.HasSuffix(folder, "rollback") {
				revision = ""
			}
			rollout(c.Object.Namespace, c.Object.Name, revision)(t, m.story)
		}
	}
}

// noWorse compares the cluster with what it was before a wave.
func (m *migration) noWorse(t *testing.T, before string, w plannedWave) {
	t.Helper()
	if out := mtlsctl(t, "diff", before, "cluster", "--kubeconfig", m.config, "--fail-on", "weaker"); out.code != 0 {
		t.Errorf("analyze/migrate/plan: after wave %d %s\n%s%s", w.Number, w.Kind, out.stdout, out.stderr)
	}
}

// arrived looks where everything stands in the end: STRICT, but for the scraped port.
func (m *migration) arrived(t *testing.T) {
	t.Helper()
	var status struct {
		Items []struct {
			Name  string
			Ports []struct {
				Port int32
				Mode string
			}
		}
	}
	out := mtlsctl(t, "migrate-plan", "--status", "-A", "--kubeconfig", m.config, "--prometheus", m.since, "--window", "1d", "-o", "json")
	if err := json.Unmarshal([]byte(out.stdout), &status); err != nil || len(status.Items) < 4 {
		t.Fatalf("migrate-plan prints no plan: exit %d: %v\n%s%s", out.code, err, out.stdout, out.stderr)
	}
	for _, w := range status.Items {
		for _, p := range w.Ports {
			want := "STRICT"
			if w.Name == "web" && p.Port == 9100 {
				want = "PERMISSIVE"
			}
			if p.Mode != want {
				t.Errorf("analyze/migrate/plan: %s:%d ends %s, want %s, after %q", w.Name, p.Port, p.Mode, want, m.kinds)
			}
		}
	}
}
