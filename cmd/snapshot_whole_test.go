package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// TestSnapshotWhole: a snapshot that was cut or changed is an error that names what is
// missing, one among other files is not read, one of old is read with a warning.
func TestSnapshotWhole(t *testing.T) {
	t.Parallel()
	bytes, err := os.ReadFile(snapshotOf(t, newFakeCluster(t, filepath.Join("..", "testdata", "mesh", "bookinfo"))))
	if err != nil {
		t.Fatal(err)
	}
	whole := string(bytes)
	_, old, _ := strings.Cut(whole, "  digest: ")
	old = strings.Replace(whole, "  digest: "+old[:strings.IndexByte(old, '\n')+1], "", 1)
	for name, c := range map[string]struct {
		text, says string
		code       int
		directory  bool
	}{
		"whole":                {whole, "read cluster fake", 0, false},
		"windows":              {strings.ReplaceAll(whole, "\n", "\r\n"), "read cluster fake", 0, false},
		"of old":               {old, "has no digest: it may be incomplete\n  hint: take it again", 0, false},
		"cut at a document":    {whole[:strings.LastIndex(whole, "\n---\n")+1], "mesh.yaml: the snapshot is incomplete: it lacks 1 of 1 StatefulSet.apps\nhint: copy it again", 3, false},
		"cut in a document":    {whole[:len(whole)-20], "mesh.yaml: the snapshot was changed after it was taken", 3, false},
		"nothing but a head":   {whole[:strings.Index(whole, "\n---\napiVersion: apps")+1], "it lacks 5 of 5 Deployment.apps", 3, false},
		"changed":              {strings.Replace(whole, "mode: STRICT", "mode: DISABLE", 1), "mesh.yaml: the snapshot was changed after it was taken", 3, false},
		"a changed head":       {strings.Replace(whole, "  name: fake\n", "  name: other\n", 1), "mesh.yaml: the snapshot was changed after it was taken", 3, false},
		"gaps taken out":       {strings.Replace(whole, "  absent:\n", "  Absent:\n", 1), "mesh.yaml: the snapshot was changed after it was taken", 3, false},
		"more":                 {whole + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n", "mesh.yaml: the snapshot was changed after it was taken", 3, false},
		"behind another":       {"apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n---\n" + whole, "a snapshot among other files is not read", 3, false},
		"found in a directory": {whole, "mesh.yaml:3: a snapshot among other files is not read", 3, true},
		"in a list":            {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: mtlsctl.io/v1alpha1, kind: Snapshot, metadata: {name: x}, spec: {}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: x}}\n", "a snapshot among other files is not read", 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "mesh.yaml")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if c.directory {
				file = dir
			}
			s, _, errs := captured()
			if code := cmd.Main([]string{"describe", "-f", file}, s); code != c.code || !strings.Contains(errs.String(), c.says) {
				t.Errorf("exit %d, want %d and %q\n%s", code, c.code, c.says, errs)
			}
		})
	}
}
