package cmd_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

var fences = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestRunbookCommands types every command of mtlsctl that a runbook has for its waves, as
// the mesh is by then: none may be one that is not understood.
func TestRunbookCommands(t *testing.T) {
	t.Parallel()
	mesh, traffic := filepath.Join("..", "testdata", "mesh", "market"), filepath.Join("..", "testdata", "traffic", "market.csv")
	dir := filepath.Join(t.TempDir(), "plan")
	answer(t, nil, "migrate-plan", "-f", mesh, "--traffic", traffic, "--fail-on", "never", "--out", dir)
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	body, _, _ := strings.Cut(string(page), "\n## Roll back everything")
	base := []string{"-f", mesh}
	ran := 0
	for _, wave := range strings.Split(body, "\n## Wave ")[1:] {
		folder, _, _ := strings.Cut(wave[strings.Index(wave, "Folder: ")+len("Folder: "):], "\n")
		apply := filepath.Join(dir, folder, "apply.yaml")
		if _, err := os.Stat(apply); err == nil {
			base = append(base, "-f", apply)
		}
		for _, line := range strings.Split(strings.Join(fences.FindAllString(wave, -1), "\n"), "\n") {
			if args, ours := typedArgs(line, dir, mesh, traffic, base); ours {
				ran++
				s, _, errs := captured()
				if code := cmd.Main(args, s); code > 1 {
					t.Errorf("%s: %s: exit code %d\n%s", folder, line, code, errs)
				}
			}
		}
	}
	if ran < 15 {
		t.Errorf("only %d commands in the runbook:\n%s", ran, page)
	}
}

// typedArgs are the arguments of a line that calls mtlsctl, with files for the cluster.
func typedArgs(line, dir, mesh, traffic string, base []string) (args []string, ours bool) {
	command, ours := strings.CutPrefix(line, "mtlsctl ")
	if !ours {
		return nil, false
	}
	command = strings.NewReplacer(`--prometheus "$PROMETHEUS"`, "--traffic "+traffic, "--plan .", "--plan "+dir).Replace(command)
	args = strings.Fields(command)
	if args[0] == "diff" {
		return append(args, mesh, "--fail-on", "never"), true
	}
	return append(args, base...), true
}
