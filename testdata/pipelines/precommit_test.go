package pipelines

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPreCommit runs the hook of docs with pre-commit. Only the URL of the
// repository is another: a clone of the files as they are now, with the tag of docs.
func TestPreCommit(t *testing.T) {
	t.Parallel()
	needs(t, "git", "pre-commit")
	text := example(t, "pre-commit")
	_, rest, _ := strings.Cut(text, "rev: ")
	here := text
	if here = strings.Replace(text, "https://github.com/mtlsctl/mtlsctl", "file://"+clone(t, strings.Fields(rest)[0]), 1); here == text {
		t.Fatalf("docs, pipeline pre-commit names another repository:\n%s", text)
	}
	environment := append(plain("PRE_COMMIT_HOME="+t.TempDir()), goFolders(t, t.TempDir())...)
	dir := repository(t, map[string]string{".pre-commit-config.yaml": here})
	hook := func() output { return execute(t, dir, environment, "pre-commit", "run", "--all-files", "--verbose") }
	if got := hook(); got.code != 1 || !strings.Contains(got.stdout, "2 errors, 3 warnings") {
		t.Fatalf("docs, pipeline pre-commit: deploy/ has errors, and the hook ends with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	clean(t, dir)
	commit(t, dir)
	if got := hook(); got.code != 0 || !strings.Contains(got.stdout, "Passed") {
		t.Errorf("docs, pipeline pre-commit: deploy/ is clean, and the hook ends with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// clone commits the repository's files as they are now to another, and tags them.
func clone(t *testing.T, tag string) string {
	t.Helper()
	files, err := tracked()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, file := range files {
		write(t, filepath.Join(dir, string(file)), read(t, filepath.Join(root, string(file))))
	}
	git(t, dir, "init", "-q", "-b", "main")
	commit(t, dir)
	git(t, dir, "tag", tag)
	return dir
}
