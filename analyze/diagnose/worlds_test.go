package diagnose_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

const folder = "../../testdata/diagnose"

// world is a mesh in which a symptom has one cause. The header of its file says which line it is
// about, who calls whom, the first cause that is wanted, and what its fix leads to.
type world struct {
	name, text, symptom string
	header              map[string]string
}

func worlds(t *testing.T) (list []world) {
	t.Helper()
	files, err := filepath.Glob(folder + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w := world{name: strings.TrimSuffix(filepath.Base(file), ".yaml"), header: map[string]string{}}
		for line := range strings.Lines(string(text)) {
			if key, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "# "), ": "); ok && strings.HasPrefix(line, "# ") {
				w.header[key] = value
			}
		}
		parts := []string{string(text)}
		for _, base := range strings.Fields(w.header["base"]) {
			text, err := os.ReadFile(filepath.Join(folder, "base", base+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, string(text))
		}
		w.text, w.symptom = strings.Join(parts, "\n---\n"), w.header["symptom"]
		list = append(list, w)
	}
	return list
}

func meshOf(t *testing.T, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range in.Problems {
		t.Errorf("%s: %s", p.Position, p.Message)
	}
	return mesh.Build(config.Options{MeshConfig: in.MeshConfig, Editable: true}, in.Objects)
}

// asked are the ends that a header names.
func asked(t *testing.T, m *mesh.Mesh, w world) (a diagnose.Ask) {
	t.Helper()
	if from := w.header["from"]; from != "" {
		end, err := resolve.ParseEnd(from)
		if err != nil {
			t.Fatal(err)
		}
		if a.Clients, err = m.Names(mesh.Where{}).WorkloadsOf(end); err != nil {
			t.Fatal(err)
		}
	}
	if to := w.header["to"]; to != "" {
		target, err := resolve.ParseTarget(to)
		if err != nil {
			t.Fatal(err)
		}
		called, err := m.CalledNames(mesh.Where{}).Call(target)
		if err != nil {
			t.Fatal(err)
		}
		a.Host, a.Port = called.One()
		a.Subset = target.Subset
	}
	return a
}

func answers(t *testing.T, w world, line string) []diagnose.Answer {
	t.Helper()
	m := meshOf(t, w.text)
	var log diagnose.Log
	var parsed *evidence.Incident
	if i, ok := traffic.ParseIncident(line); ok {
		parsed = &i
	}
	log.Add(line, parsed)
	return log.Answers(m, &diagnose.Options{Checks: checks.All(), Try: true}, asked(t, m, w))
}

// TestWorlds: in each world the first cause of the symptom is the one that was planted, and its fix,
// applied, repairs it.
func TestWorlds(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, w := range worlds(t) {
		covered[w.symptom] = true
		t.Run(w.name, func(t *testing.T) {
			s, ok := diagnose.Find(w.symptom)
			if !ok {
				t.Fatalf("no symptom %q", w.symptom)
			}
			line := s.Lines[0].Example
			if given := w.header["line"]; given != "" {
				line = given
			}
			got := answers(t, w, line)
			if len(got) != 1 || got[0].Symptom != s {
				t.Fatalf("%d answers, want one of %s", len(got), s.Name)
			}
			first := got[0].Causes[0]
			want := w.header["cause"]
			if state := first.State.String(); first.Suspect.Name != want || state != orLikely(w.header["state"]) {
				t.Errorf("first cause %s (%s), want %s\n%s", first.Suspect.Name, state, want, described(got[0]))
			}
			fixed := "no fix"
			if len(first.Fixes) > 0 {
				if fixed = "told"; first.Fixes[0].Tried {
					fixed = "tried, " + first.Fixes[0].After.String()
				}
			}
			if fixed != w.header["fix"] {
				t.Errorf("fix is %s, want %s\n%s", fixed, w.header["fix"], described(got[0]))
			}
		})
	}
	for _, s := range diagnose.All() {
		if !covered[s.Name] {
			t.Errorf("symptom %s has no world in testdata/diagnose", s.Name)
		}
	}
}

func orLikely(state string) string {
	if state == "" {
		return "likely"
	}
	return state
}

func described(a diagnose.Answer) string {
	var b bytes.Buffer
	for _, c := range a.Causes {
		b.WriteString("  " + c.State.String() + " " + c.Suspect.Name + "\n")
		for _, f := range c.Facts {
			b.WriteString("      " + f.Topic + ": " + f.Text + " " + f.Position.String() + "\n")
		}
		for _, f := range c.Fixes {
			b.WriteString("      fix: " + f.Text + "\n")
		}
	}
	return b.String()
}

// TestExamples: each example line of the catalogue is recognised as the symptom that has it.
func TestExamples(t *testing.T) {
	t.Parallel()
	lines := map[string]int{}
	for _, s := range diagnose.All() {
		for _, l := range s.Lines {
			words := l.Example
			if i, ok := traffic.ParseIncident(l.Example); ok {
				words = i.Text
			}
			r, ok := diagnose.Recognise(words)
			switch {
			case !ok:
				t.Errorf("%s: %q is not recognised", s.Name, l.Example)
			case r.Symptom != s:
				t.Errorf("%s: %q is recognised as %s", s.Name, l.Example, r.Name)
			case r.Line.Log != l.Log:
				t.Errorf("%s: %q is recognised as of the %s, not the %s", s.Name, l.Example, r.Line.Log, l.Log)
			}
			lines[s.Name]++
		}
	}
	if len(lines) < 40 {
		t.Errorf("%d symptoms, want 40", len(lines))
	}
}

// TestNames: names of symptoms and suspects are stable words, each once.
func TestNames(t *testing.T) {
	t.Parallel()
	suspects := map[string]*diagnose.Suspect{}
	seen := map[string]bool{}
	for _, s := range diagnose.All() {
		if seen[s.Name] {
			t.Errorf("two symptoms %s", s.Name)
		}
		seen[s.Name] = true
		if len(s.Suspects) == 0 || s.Means == "" || s.Not == "" {
			t.Errorf("%s has no suspects, or does not say what it is and is not", s.Name)
		}
		for _, x := range s.Suspects {
			if o := suspects[x.Name]; o != nil && o != x {
				t.Errorf("two suspects %s", x.Name)
			}
			if suspects[x.Name] = x; x.Fix == "" || x.Text == "" {
				t.Errorf("%s has no fix, or no text", x.Name)
			}
		}
	}
	t.Logf("%d symptoms, %d suspects: %v", len(seen), len(suspects), slices.Sorted(maps.Keys(suspects)))
}
