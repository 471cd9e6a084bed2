package cmd_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

var carriedFlags = regexp.MustCompile(`(mtlsctl [a-z-]+)((?: -[fkn] (?:'[^']*'|\S+)| --(?:kubeconfig|context|traffic|prometheus|access-log|proxies) (?:'[^']*'|\S+)| -A)+)`)

// unflagged is output without the flags that follow-up commands repeat: what differs between a
// run and one that answers the same from elsewhere.
func unflagged(text string) string { return carriedFlags.ReplaceAllString(text, "$1") }

// followedUp names the file in which a transcript writes down the follow-up commands that were
// tried already.
const followedUp = "FOLLOWED_UP"

// followUp is a command at the end of a line, or of a cell of a table.
var followUp = regexp.MustCompile(`(?m)(?:why|details|results|runbook|more|decides): mtlsctl ((?:describe|connections|analyze|migrate-plan|explain|rbac) .*?)(?:  .*)?$`)

// placeholder is a word in capitals that a person has to replace.
var placeholder = regexp.MustCompile(`(^| )-*[A-Z]{2,}( |$)`)

// transcribed runs a command of a transcript, and then each follow-up command that it printed: a
// command that is pasted has to work. The exit code is 99 where one does not.
func transcribed(args []string, s console.Streams) int {
	tried, width := os.Getenv(followedUp), s.Width
	if tried == "" || width != 0 || slices.ContainsFunc(args, func(a string) bool { return a == "-" || a == "-o" || strings.HasPrefix(a, "--color") }) {
		return cmd.Main(args, s)
	}
	var printed bytes.Buffer
	again := s
	s.Out, s.Err = io.MultiWriter(s.Out, &printed), io.MultiWriter(s.Err, &printed)
	code := cmd.Main(args, s)
	if code == 2 {
		return code
	}
	for _, m := range followUp.FindAllStringSubmatch(printed.String(), -1) {
		line := strings.TrimSuffix(m[1], ")")
		known, _ := os.ReadFile(tried)
		if placeholder.MatchString(line) || strings.Contains(string(known), line+"\n") {
			continue
		}
		if err := os.WriteFile(tried, append(known, line+"\n"...), 0o600); err != nil {
			panic(err)
		}
		if problem := pasted(line, code, again); problem != "" {
			fmt.Fprintf(s.Err, "the follow-up command %q of mtlsctl %q does not work: %s\n", line, args, problem)
			return 99
		}
	}
	return code
}

// pasted runs a command line as a shell reads it; what it says where that fails, or where it
// finds less input than the run before, whose exit code is given.
func pasted(line string, before int, s console.Streams) string {
	text, err := exec.Command("sh", "-c", "mtlsctl() { for word; do printf '%s\\0' \"$word\"; done; }; mtlsctl "+line).Output()
	if err != nil {
		return err.Error()
	}
	args := strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
	if i := slices.Index(args, "--out"); i >= 0 {
		folder, err := os.MkdirTemp("", "plan")
		if err != nil {
			return err.Error()
		}
		defer os.RemoveAll(folder)
		args[i+1] = filepath.Join(folder, "plan")
	}
	var out, errs bytes.Buffer
	s.Out, s.Err, s.In = &out, &errs, new(bytes.Buffer)
	code := cmd.Main(args, s)
	incomplete := strings.Contains(out.String(), "INCOMPLETE") || before == 3 || args[0] == "migrate-plan"
	if code == 2 || code == 3 && !incomplete {
		return fmt.Sprintf("exit code %d\n%s", code, errs.String())
	}
	return ""
}

// manyFollowUps fails a whole run of the transcripts that tried next to none.
func manyFollowUps(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) < 20 {
		return // a part of the transcripts
	}
	tried := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tried += bytes.Count(text, []byte("\n"))
	}
	if tried < 60 {
		t.Errorf("only %d follow-up commands were tried", tried)
	}
}

// TestFollowUpOfOddPaths: a path that a shell or a list of flags would take apart arrives whole.
func TestFollowUpOfOddPaths(t *testing.T) {
	t.Parallel()
	var mesh []byte
	for _, file := range []string{"bookinfo.yaml", "policies.yaml", "rules.yaml"} {
		text, err := os.ReadFile(filepath.Join("..", "testdata", "mesh", "bookinfo", file))
		if err != nil {
			t.Fatal(err)
		}
		mesh = append(append(mesh, text...), "\n---\n"...)
	}
	for _, name := range []string{"a b", "a,b", "it's", `a"b`, "$(touch pwned)", "-f"} {
		folder := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "mesh.yaml"), mesh, 0o600); err != nil {
			t.Fatal(err)
		}
		s, out, errs := captured()
		typed := `"` + strings.ReplaceAll(folder, `"`, `""`) + `"` // a list of one
		if code := cmd.Main([]string{"connections", "--assume-injected=bookinfo", "-f", typed, "-n", "bookinfo"}, s); code == 2 {
			t.Fatalf("%s: %s", name, errs)
		}
		found := followUp.FindAllStringSubmatch(out.String(), -1)
		if len(found) == 0 {
			t.Errorf("%s: no follow-up command in\n%s", name, out)
		}
		for _, m := range found {
			again, _, _ := captured()
			if problem := pasted(m[1], 0, again); problem != "" || !strings.Contains(m[1], "--assume-injected=bookinfo") || !strings.Contains(m[1], "-n bookinfo") {
				t.Errorf("%s: %q: %s", name, m[1], problem)
			}
		}
	}
}

// TestFollowUpKeepsSecrets: what is secret on a command line is not printed.
func TestFollowUpKeepsSecrets(t *testing.T) {
	t.Parallel()
	s, out, errs := captured()
	cmd.Main([]string{"connections", "-f", filepath.Join("..", "testdata", "mesh", "bookinfo"), "--token", "s3cret", "--as", "me"}, s)
	if text := out.String() + errs.String(); strings.Contains(text, "s3cret") || !strings.Contains(text, "mtlsctl connections --as me -f ") {
		t.Errorf("the follow-up commands are of\n%s", text)
	}
}
