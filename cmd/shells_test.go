package cmd_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shells are programs that answer what a shell makes of the words that a person has
// typed so far, in $TYPED; one that has to wait for it waits for $WANT.
var shells = map[string]string{
	// What readline would call, with the words as it would split them.
	"bash": `
		source /usr/share/bash-completion/bash_completion
		source <(mtlsctl completion bash)
		COMP_LINE="$TYPED"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
		read -ra COMP_WORDS <<< "$COMP_LINE"
		[[ "$COMP_LINE" == *" " ]] && COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		__start_mtlsctl mtlsctl "${COMP_WORDS[COMP_CWORD]}"
		printf '%s\n' "${COMPREPLY[@]}"`,
	// An interactive zsh at a terminal of its own: words, tab, and what stands there.
	"zsh": `
		zmodload zsh/zpty
		mtlsctl completion zsh > "$HOME/completion"
		zpty shell "zsh -f -i"
		zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -D -u; source ~/completion; compdef _mtlsctl mtlsctl; echo re""ady'
		zpty -r shell seen "*ready*"
		zpty -w -n shell "$TYPED"$'\t'
		for i in {1..400}; do
			zpty -r -t shell seen && all+="$seen" || sleep 0.05
			[[ $all == *"$WANT"* ]] && break
		done
		print -r -- "$all"`,
	"fish": `
		mtlsctl completion fish | source
		complete -C "$TYPED"`,
}

// TestShells: every shell completes names of the input, one that begins as it was
// typed. Shells that are not there are skipped, but not in CI.
func TestShells(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "mtlsctl"), "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mesh, err := filepath.Abs("../testdata/mesh/bookinfo")
	if err != nil {
		t.Fatal(err)
	}
	for shell, program := range shells {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(shell); err != nil {
				missing(t, shell)
			}
			if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); err != nil && shell == "bash" {
				missing(t, "package bash-completion")
			}
			for typed, want := range map[string]string{
				"mtlsctl describe -f " + mesh + " sts/":                "sts/mysqldb.legacy",
				"mtlsctl conn":                                         "connections",
				"mtlsctl analyze -f " + mesh + " -n leg":               "legacy",
				"mtlsctl connections -f " + mesh + " --to svc/revi":    "svc/reviews.bookinfo",
				"mtlsctl diff --kubeconfig " + kubeconfig(t) + " clus": "cluster",
			} {
				if got := completed(t, dir, shell, program, typed, want); !strings.Contains(got, want) {
					t.Errorf("%s completes %q with %q, want %s", shell, typed, got, want)
				}
			}
		})
	}
}

func kubeconfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte("apiVersion: v1\nkind: Config\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed: .ci/run has to", what)
	}
	t.Skipf("%s is not installed", what)
}

func completed(t *testing.T, dir, shell, program, typed, want string) string {
	t.Helper()
	args := []string{"--norc", "-c", program}
	switch shell {
	case "zsh":
		args[0] = "-f"
	case "fish":
		args[0] = "--no-config"
	}
	c := exec.Command(shell, args...)
	c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "HOME="+t.TempDir(), "TYPED="+typed, "WANT="+want, "TERM=dumb")
	c.WaitDelay = time.Second
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		t.Logf("%s: %v", shell, err)
	}
	return out.String()
}
