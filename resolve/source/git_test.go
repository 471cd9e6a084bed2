package source_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// repository commits files into a repository of the test's own, and goes there.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil && os.Getenv("CI") == "" {
		t.Skip("git is not installed")
	}
	dir := write(t, files)
	t.Chdir(dir)
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
	} {
		t.Setenv(name, value)
	}
	inGit(t, "init", "-q", "-b", "main")
	commit(t)
	return dir
}

func inGit(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func commit(t *testing.T) {
	t.Helper()
	inGit(t, "add", "-A")
	inGit(t, "commit", "-q", "-m", "a change")
}

func serviceNamed(name string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {ports: [{port: 80}]}\n"
}

// TestGitReadsAsTheDirectory: a revision gives what its directory gave, in the same
// order: files and directories, links, patches of kustomizations, other files.
func TestGitReadsAsTheDirectory(t *testing.T) {
	dir := repository(t, map[string]string{
		"deploy/b.yaml": named("b"), "deploy/a/z.yml": named("z"), "deploy/a-b.yaml": named("ab"), "deploy/a.yaml": named("a"),
		"deploy/a/list.json":                `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"j"}}]}`,
		"deploy/overlay/kustomization.yaml": "patches: [{path: patch.yaml}]\n", "deploy/overlay/patch.yaml": named("patched"),
		"deploy/broken.yaml": "a: [\n", "deploy/notes.txt": "no manifest", "deploy/..data/seen.yaml": named("hidden"), "else/where.yaml": named("elsewhere"),
		"deploy/näme with space.yaml": named("odd"),
	})
	for link, target := range map[string]string{"deploy/link.yaml": "../else/where.yaml", "deploy/dangling.yaml": "nowhere.yaml", "deploy/loop.yaml": "loop.yaml", "deploy/dir.yaml": "a"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	commit(t)
	fromDir, fromGit := summary(read(t, source.Options{Files: []string{"deploy"}})), summary(read(t, source.Options{Files: []string{"git:main:deploy/"}}))
	var dirOnly []string
	for _, line := range fromDir { // a link that leads nowhere is a file that cannot be opened there
		if !strings.Contains(line, "cannot be read") && !strings.Contains(line, "a link to a directory") {
			dirOnly = append(dirOnly, line)
		}
	}
	var gitOnly []string
	for _, line := range fromGit {
		if !strings.Contains(line, "is not followed") {
			gitOnly = append(gitOnly, line)
		}
	}
	slices.Sort(dirOnly) // counts come in any order
	slices.Sort(gitOnly)
	if diff := cmp.Diff(names(read(t, source.Options{Files: []string{"deploy"}})), names(read(t, source.Options{Files: []string{"git:main:deploy"}}))); diff != "" {
		t.Errorf("a revision is read in another order (-directory +revision)\n%s", diff)
	}
	if diff := cmp.Diff(dirOnly, gitOnly); diff != "" {
		t.Errorf("a revision is read to something else (-directory +revision)\n%s", diff)
	}
	if n := strings.Count(strings.Join(fromGit, "\n"), "is not followed"); n != 3 {
		t.Errorf("%d links are said not to be followed, want 3: %q", n, fromGit)
	}
}

// TestGitNamesPlaces: positions can be pasted behind -f.
func TestGitNamesPlaces(t *testing.T) {
	repository(t, map[string]string{"deploy/a.yaml": "# one\n---\n" + named("a"), "Pipeline": named("p")})
	in := read(t, source.Options{Files: []string{"git:HEAD:deploy", "git:HEAD:deploy/a.yaml", "git:HEAD:Pipeline"}})
	var places []string
	for _, o := range in.Objects {
		places = append(places, o.Origin.At("").String())
	}
	if diff := cmp.Diff([]string{"git:HEAD:deploy/a.yaml:3", "git:HEAD:Pipeline:1"}, places); diff != "" {
		t.Errorf("objects lie elsewhere (-want +got)\n%s", diff)
	}
}

// TestGitKnowsWhereItIs: ./ is below the current directory, anything else from the
// top; an older revision is what it was.
func TestGitKnowsWhereItIs(t *testing.T) {
	dir := repository(t, map[string]string{"deploy/prod/a.yaml": named("old")})
	if err := os.WriteFile(filepath.Join(dir, "deploy/prod/a.yaml"), []byte(named("new")), 0o644); err != nil {
		t.Fatal(err)
	}
	commit(t)
	t.Chdir(filepath.Join(dir, "deploy"))
	for word, want := range map[string]string{
		"git:main:./prod": "new", "git:main:deploy/prod": "new", "git:main~1:./prod/a.yaml": "old", "git:HEAD^:.": "old", "git:main": "new", "git:main:": "new", "git:main:../deploy": "new",
	} {
		in := read(t, source.Options{Files: []string{word}})
		if len(in.Objects) != 1 || in.Objects[0].Value.GetName() != want {
			t.Errorf("%s reads %v, want Namespace %s", word, summary(in), want)
		}
	}
}

// TestGitSaysWhatIsWrong, and what to do.
func TestGitSaysWhatIsWrong(t *testing.T) {
	repository(t, map[string]string{"deploy/a.yaml": named("a")})
	for word, want := range map[string]string{
		"git::deploy":           "has no revision",
		"git:nope:deploy":       `the repository has no revision "nope"`,
		"git:main:nope":         "revision main has no nope",
		"git:main:../x":         "the path is outside the repository",
		"git:main:/etc":         "the path is outside the repository",
		"git:--help:deploy":     `the repository has no revision "--help"`,
		"git:main:deploy/*":     "revision main has no deploy/*",
		"git:main:deploy/a.yml": "revision main has no deploy/a.yml",
	} {
		failsWith(t, word, want)
	}
	t.Chdir(t.TempDir())
	failsWith(t, "git:main:deploy", "the current directory is not in a git repository")
	t.Setenv("PATH", "")
	failsWith(t, "git:main:deploy", "git is not installed")
}

func failsWith(t *testing.T, word, want string) {
	t.Helper()
	_, err := source.Read(context.Background(), source.Options{Files: []string{word}})
	var g *source.GitError
	if !errors.As(err, &g) || g.Reason != want || g.Hint == "" {
		t.Errorf("%s: %v, want %q and a hint", word, err, want)
	}
}

// TestGitKustomize: a kustomization of a revision is built of that revision, with the
// base that it refers to.
func TestGitKustomize(t *testing.T) {
	dir := repository(t, map[string]string{
		"base/kustomization.yaml": "resources: [svc.yaml]\n", "base/svc.yaml": serviceNamed("shop"),
		"overlays/prod/kustomization.yaml": "resources: [../../base]\nnamePrefix: prod-\n", "big.bin": strings.Repeat("x", 2<<20),
	})
	if err := os.WriteFile(filepath.Join(dir, "base/svc.yaml"), []byte(serviceNamed("renamed")), 0o644); err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{"git:main:overlays/prod": "prod-shop", "overlays/prod": "prod-renamed", "git:main:./overlays/prod/": "prod-shop"} {
		in := read(t, source.Options{Kustomize: []string{word}})
		if len(in.Objects) != 1 || in.Objects[0].Value.GetName() != want {
			t.Errorf("-k %s builds %v, want %s", word, summary(in), want)
		}
	}
	in := read(t, source.Options{Kustomize: []string{"git:main:base/svc.yaml"}})
	if len(in.Problems) != 1 {
		t.Errorf("-k of a file is one problem, got %v", summary(in))
	}
	_, err := source.Read(context.Background(), source.Options{Kustomize: []string{"git:main:nope"}})
	if g := (*source.GitError)(nil); !errors.As(err, &g) {
		t.Errorf("-k of what is not there fails with %v", err)
	}
}

// TestGitSubmodule: what is not there is said.
func TestGitSubmodule(t *testing.T) {
	dir := repository(t, map[string]string{"deploy/a.yaml": named("a")})
	inGit(t, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", dir, "deploy/sub")
	commit(t)
	in := read(t, source.Options{Files: []string{"git:main:deploy"}})
	if len(in.Notes) != 1 || in.Notes[0].Message != "a submodule is not read" || in.Notes[0].Position != (resolve.Position{File: "git:main:deploy/sub"}) {
		t.Errorf("the submodule is noted as %v", in.Notes)
	}
}
