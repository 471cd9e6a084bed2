package apiserver

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// foretold is a change that mtlsctl foretells, and that is then really made.
type foretold struct {
	name string
	// file is what is applied, "" for nothing; flags is what mtlsctl is told beside it.
	file  string
	flags []string
	// first makes the cluster what the change needs, really are the arguments of the
	// kubectl that makes it: FILE is the file; nil is apply -f FILE.
	first  func(*testing.T, *story)
	really []string
	// then is what the controllers of a cluster do about it.
	then func(*testing.T, *story)
	// effects are those that it has in truth, and note is what mtlsctl has to say to
	// stderr.
	effects, note string
}

// TestDiffForetells holds what mtlsctl says of a change, of the cluster and of a
// snapshot of it, against what the change does: the difference of the snapshots
// before and after the real kubectl made it. The changes are made one after another.
func TestDiffForetells(t *testing.T) {
	s := start(t)
	st := &story{server: s, pods: s.tell(t, changing)}
	s.kubectl(t, "apply", "-f", changing) // from now on the objects tell what was applied
	config := s.as("root").kubeconfig(t)
	for _, c := range slices.Concat(ofPolicies, ofWorkloads, ofNamespaces, ofPruning, ofMerging) {
		t.Run(c.name, func(t *testing.T) { st.foretells(t, config, &c) })
	}
}

func (st *story) foretells(t *testing.T, config string, c *foretold) {
	dir := t.TempDir()
	if c.first != nil {
		c.first(t, st)
	}
	was := taken(t, config, filepath.Join(dir, "was.yaml"))
	change := append(slices.Clone(c.flags), "-o", "json")
	file := written(t, dir, "change.yaml", c.file)
	if c.file != "" {
		change = append(change, "-f", file)
	}
	live := mtlsctl(t, append([]string{"diff", "--kubeconfig", config}, change...)...)
	kept := mtlsctl(t, append([]string{"diff", was}, change...)...)
	st.happens(t, c, file)
	is := taken(t, config, filepath.Join(dir, "is.yaml"))
	truth := mtlsctl(t, "diff", was, is, "-o", "json")
	if got := changesOf(t, truth).effects(); got != c.effects {
		t.Errorf("kubectl's change has the effects %q, want %q\n%s", got, c.effects, mtlsctl(t, "diff", was, is).stdout)
	}
	c.holds(t, truth, "the cluster", live)
	c.holds(t, truth, "a snapshot", kept)
}

// happens makes the change.
func (st *story) happens(t *testing.T, c *foretold, file string) {
	t.Helper()
	really := slices.Clone(c.really)
	if really == nil {
		really = []string{"apply", "-f", "FILE"}
	}
	for i := range really {
		really[i] = strings.ReplaceAll(really[i], "FILE", file)
	}
	st.server.kubectl(t, really...)
	if c.then != nil {
		c.then(t, st)
	}
}

// holds fails the test unless what was foretold of a base is the truth.
func (c *foretold) holds(t *testing.T, truth output, base string, told output) {
	t.Helper()
	wrong := cmp.Diff(whatChanges(t, truth), whatChanges(t, told))
	if told.code != truth.code {
		wrong += "exit codes differ\n"
	}
	if wrong != "" {
		t.Errorf("of %s: - what kubectl's change did, + what diff foretold (exit %d and %d)\n%s%s", base, truth.code, told.code, wrong, told.stderr)
	}
	if !strings.Contains(told.stderr, c.note) {
		t.Errorf("of %s: stderr does not say %q\n%s", base, c.note, told.stderr)
	}
	complete(t, told)
}

// byControllers are the kinds that nobody applies: that others of them will come is
// not foretold.
var byControllers = map[string]bool{"Pod": true, "ReplicaSet": true, "EndpointSlice": true}

// promised makes what a pod shows of its injection what its template promised of it.
var promised = strings.NewReplacer("init container istio-proxy is in the pod (native sidecar)", "namespace label istio-injection=enabled")

// whatChanges is a DiffList without what has to differ between a change that is
// foretold and one that was made: the names of the sides, places, and the objects
// that controllers write.
func whatChanges(t *testing.T, out output) any {
	t.Helper()
	changesOf(t, out)
	var list map[string]any
	if err := json.Unmarshal([]byte(promised.Replace(out.stdout)), &list); err != nil {
		t.Fatal(err)
	}
	delete(list, "base")
	delete(list, "head")
	delete(list["totals"].(map[string]any), "objectsDifferent") // counts those of controllers
	objects := list["objects"].(map[string]any)
	for status, refs := range objects {
		objects[status] = slices.DeleteFunc(refs.([]any), func(ref any) bool { return byControllers[ref.(map[string]any)["kind"].(string)] })
	}
	return without(list)
}
