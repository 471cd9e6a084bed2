package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// libraryName is the page about the packages of Go.
const libraryName = "docs/library.md"

// TestLibrary builds the program of docs/library.md, compares what it prints with the page,
// and looks whether it tells an answer that is not whole.
func TestLibrary(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "library.exe") // the name that Windows needs
	if out, err := exec.Command("go", "build", "-o", program, "./testdata/library").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := page(t, libraryName)
	want := consoleBlock.ReplaceAllStringFunc(text, func(block string) string {
		command, _, _ := strings.Cut(consoleBlock.FindStringSubmatch(block)[1], "\n")
		args, ours := strings.CutPrefix(command, "$ go run ./testdata/library ")
		if !ours {
			t.Fatalf("docs/library.md shows a command that nobody runs: %s", command)
		}
		out, code := libraryRun(t, program, strings.Fields(args)...)
		if code != 0 {
			t.Errorf("%s: exit code %d", command, code)
		}
		return "```console\n" + command + "\n" + out + "```"
	})
	if *update {
		if err := os.WriteFile(libraryName, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if text != want {
		t.Errorf("docs/library.md differs from what the program prints; make golden rewrites it\n%s", want)
	}

	dir := t.TempDir()
	for name, c := range map[string]struct {
		text, says string
		code       int
	}{
		"namespace.yaml": {"apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: c, image: d, ports: [{containerPort: 80}]}]}\n", "Pod b/a:80 UNKNOWN: ", 3},
		"broken.yaml":    {"apiVersion: v1\nkind: [\n", "broken.yaml:", 3},
		"empty.yaml":     {"", "", 0},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, code := libraryRun(t, program, file); code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit code %d, want %d and %q in\n%s", name, code, c.code, c.says, out)
		}
	}
	if out, code := libraryRun(t, program, filepath.Join(dir, "nowhere")); code != 2 {
		t.Errorf("a file that there is not: exit code %d\n%s", code, out)
	}
}

func libraryRun(t *testing.T, program string, args ...string) (out string, code int) {
	t.Helper()
	text, err := exec.Command(program, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return string(text), code
}

// TestLibraryPage: all Go code of docs/library.md stands, word by word, in its program or in an
// example, which are compiled and run.
func TestLibraryPage(t *testing.T) {
	t.Parallel()
	flat := func(code string) string {
		var lines []string
		for line := range strings.Lines(code) {
			lines = append(lines, strings.TrimSpace(line))
		}
		return strings.Join(lines, "\n")
	}
	var compiled strings.Builder
	for _, file := range []string{"testdata/library/main.go", "resolve/mesh/example_test.go", "render/wire/example_test.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		compiled.WriteString(flat(string(text)) + "\n\n")
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)\n```").FindAllStringSubmatch(page(t, libraryName), -1)
	if len(blocks) < 4 {
		t.Fatalf("%d blocks of Go code in docs/library.md", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(compiled.String(), flat(block[1])+"\n") {
			t.Errorf("docs/library.md has code that nothing compiles:\n%s", block[1])
		}
	}
}
