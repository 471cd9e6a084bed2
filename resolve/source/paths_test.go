package source_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

func named(name string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n"
}

func names(in *source.Input) []string {
	var list []string
	for _, o := range in.Objects {
		list = append(list, o.Value.GetName())
	}
	return list
}

func TestArgumentsAreReadInTheirOrderAndDirectoriesInLexicalOrder(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"d/b.yml": named("b"), "d/a.yaml": named("a"), "d/c/x.JSON": `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}`,
		"d/skip.txt": "a: b: c", "d/.git/y.yaml": named("git"), "z.txt": named("z"),
	})
	in := read(t, source.Options{Files: []string{filepath.Join(dir, "z.txt"), "-", filepath.Join(dir, "d"), filepath.Join(dir, "d", "a.yaml")}, Stdin: strings.NewReader(named("in"))})
	if diff := cmp.Diff([]string{"z", "in", "a", "b", "x"}, names(in)); diff != "" {
		t.Error(diff)
	}
	if in.Stats.Files != 5 || in.Stats.Documents != 5 || in.Stats.Objects[resolve.KindNamespace] != 5 {
		t.Errorf("stats %+v", in.Stats)
	}
}

func TestANamedPathThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, o := range []source.Options{{Files: []string{dir + "/no"}}, {Kustomize: []string{dir + "/no"}}, {MeshConfigFile: dir + "/no"}} {
		_, err := source.Read(context.Background(), o)
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), dir+"/no: no such file or directory") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

func TestAFileThatCannotBeReadIsAProblemInADirectoryAndAnErrorByName(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"a.yaml": named("a")})
	link := filepath.Join(dir, "gone.yaml")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), link); err != nil {
		t.Skip(err)
	}
	in := read(t, source.Options{Files: []string{dir}})
	if len(in.Objects) != 1 || len(in.Problems) != 1 || in.Problems[0].Position.File != link {
		t.Errorf("got %v", summary(in))
	}
	if _, err := source.Read(context.Background(), source.Options{Files: []string{link}}); err == nil {
		t.Error("no error")
	}
}

func TestADirectoryWithoutManifestsIsSaid(t *testing.T) {
	t.Parallel()
	in := read(t, source.Options{Files: []string{t.TempDir()}})
	if len(in.Notes) != 1 {
		t.Errorf("got %v", summary(in))
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := source.Read(ctx, source.Options{Files: []string{write(t, map[string]string{"a.yaml": named("a")})}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestKustomizeDirectoriesAreBuilt(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"kustomization.yaml": "namespace: prod\nresources: [web.yaml]\npatches:\n- path: patch.yaml\n", "web.yaml": "# web\n" + policy,
		"patch.yaml": "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web, namespace: shop}\nspec: {mtls: {mode: DISABLE}}\n",
	})
	in := read(t, source.Options{Kustomize: []string{dir}})
	wantSummary(t, in, "1 PeerAuthentication prod/web")
	if got := in.Objects[0].Origin.At("spec.mtls.mode").String(); got != dir+" (kustomize):8" {
		t.Errorf("position %s", got)
	}
}

func TestAKustomizationThatCannotBeBuiltIsAProblem(t *testing.T) {
	t.Parallel()
	in := read(t, source.Options{Kustomize: []string{t.TempDir()}})
	if len(in.Problems) != 1 || !strings.Contains(in.Problems[0].Message, "unable to find one of 'kustomization.yaml'") {
		t.Errorf("got %v", summary(in))
	}
}

func TestALinkToADirectoryIsSaid(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, "base")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	in, err := source.Read(t.Context(), source.Options{Files: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Notes) == 0 || in.Notes[len(in.Notes)-1].Message != "a link to a directory is not followed" {
		t.Errorf("the last note is not of the link: %+v", in.Notes)
	}
}
