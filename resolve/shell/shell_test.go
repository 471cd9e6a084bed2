package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// words are what tenants may try.
var words = []string{
	"plain", "deploy/web.shop", "a b", "$(touch pwned)", "`touch pwned`", "a'b", `a"b`, "a\nb", "a\n\nb\tc", "-rf", "--flag=x", "a;b", "a&b|c>d<e", "*", "~", "!x", "#x", "a\\nb", `\`, "'", "''", "größe",
	"\x1b[31m", "a\u202eb", "\xff", "##[error]x", "::error::x", "%s%n", "-", "--", "", "{a,b}", "$HOME", "${x}", "a=b", "\u200b", "\r",
}

// TestWord: every word arrives at a command as it is, and nothing of it is run.
func TestWord(t *testing.T) {
	t.Parallel()
	var line strings.Builder
	line.WriteString("for w in")
	for _, w := range words {
		quoted := shell.Word(w)
		if strings.ContainsAny(quoted, "\n\r\x1b") || strings.Contains(quoted, "##[") {
			t.Errorf("%q becomes more than a line: %q", w, quoted)
		}
		line.WriteString(" " + quoted)
	}
	line.WriteString(`; do printf '%s\0' "$w"; done`)
	command := exec.Command("sh", "-c", line.String())
	command.Dir = t.TempDir()
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, line.String())
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(got) != len(words) {
		t.Fatalf("%d words arrive of %d: %q", len(got), len(words), got)
	}
	for i, w := range words {
		if got[i] != w {
			t.Errorf("%q arrives as %q, written %s", w, got[i], shell.Word(w))
		}
	}
}

// FuzzWord: whatever it is, it stays one line that a shell can read.
func FuzzWord(f *testing.F) {
	for _, w := range words {
		f.Add(w)
	}
	f.Fuzz(func(t *testing.T, w string) {
		out, err := exec.Command("sh", "-c", `printf '%s' `+shell.Word(w)).Output()
		want := w
		if strings.Contains(shell.Word(w), "$(printf '") && shell.Word(w)[0] == '"' {
			want = strings.TrimRight(strings.ReplaceAll(w, "\x00", ""), "\n") // no word of a shell has a NUL
		}
		if err != nil || string(out) != want {
			t.Errorf("%q arrives as %q: %v", w, out, err)
		}
	})
}
