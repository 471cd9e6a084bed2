package source_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// gitops are the files of a repository of testdata/gitops.
func gitops(t *testing.T, name string) map[string]string {
	t.Helper()
	root, files := os.DirFS("../../testdata/gitops/"+name), map[string]string{}
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		files[path] = string(text)
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	return files
}

// deployedTo are the environments, and the objects of each.
func deployedTo(t *testing.T, o source.Options) string {
	t.Helper()
	found, err := source.FindEnvironments(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range found.List {
		b.WriteString(e.Name + "\n")
		for _, d := range e.Deployments {
			fmt.Fprintf(&b, " %s %s/%s %v %v %s %d %v\n", d.Kind, d.Namespace, d.Name, d.Sources, d.Renderers, d.Into, d.Objects, d.Missing)
		}
		one := o
		one.Environment, one.Deployed = e.Name, found
		for _, object := range read(t, one).Objects {
			fmt.Fprintf(&b, "  %s %s %v\n", object.Ref(), object.Origin.At(""), object.Value.GetLabels())
		}
	}
	for _, p := range found.All() {
		b.WriteString(p.Position.String() + " " + p.Message + "\n")
	}
	return b.String()
}

// TestEnvironmentsOfRevision: a git revision deploys what its directory does.
func TestEnvironmentsOfRevision(t *testing.T) {
	for _, name := range []string{"argocd", "flux"} {
		t.Run(name, func(t *testing.T) {
			repository(t, gitops(t, name))
			directory, revision := deployedTo(t, source.Options{Files: []string{"."}}), deployedTo(t, source.Options{Files: []string{"git:HEAD:."}})
			revision = strings.NewReplacer("git:HEAD:", "").Replace(revision)
			if diff := cmp.Diff(directory, revision); diff != "" || !strings.Contains(directory, "prod\n") || !strings.Contains(directory, "PeerAuthentication") {
				t.Errorf("%s\n%s", diff, directory)
			}
		})
	}
}

// TestManagedNamespace: labels come with what is deployed, a manifest of the namespace says more.
func TestManagedNamespace(t *testing.T) {
	t.Parallel()
	found := deployedTo(t, source.Options{Files: []string{"../../testdata/gitops/argocd"}})
	for _, want := range []string{
		"Namespace shop ../../testdata/gitops/argocd/apps/shop.yaml:1 map[istio-injection:enabled]",
		"Namespace legacy ../../testdata/gitops/argocd/plain/app.yaml:1 map[istio-injection:enabled team:legacy]",
	} {
		if !strings.Contains(found, want) {
			t.Errorf("%s is missing in\n%s", want, found)
		}
	}
}
