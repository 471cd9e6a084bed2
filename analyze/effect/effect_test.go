package effect

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

var verdicts = []resolve.Verdict{resolve.VerdictBroken, resolve.VerdictUnknown, resolve.VerdictPlaintext, resolve.VerdictPassthroughTLS, resolve.VerdictMTLS}

// TestEffectOfVerdicts: the whole table of what was and what is, rows and columns in
// the order of verdicts.
func TestEffectOfVerdicts(t *testing.T) {
	t.Parallel()
	for i, row := range [][]string{
		// to:    broken  unknown      plaintext   passthrough  mtls
		/* broken */ {"-", "differs", "repaired", "repaired", "repaired"},
		/* unknown */ {"breaks", "-", "weaker", "differs", "differs"},
		/* plaintext */ {"breaks", "uncertain", "-", "stronger", "stronger"},
		/* passthrough */ {"breaks", "uncertain", "weaker", "-", "stronger"},
		/* mtls */ {"breaks", "uncertain", "weaker", "weaker", "-"},
	} {
		for j, want := range row {
			got := "-"
			if e, changed := OfVerdicts(verdicts[i], verdicts[j]); changed {
				got = e.String()
			}
			if got != want {
				t.Errorf("a call that goes from %s to %s is %s, want %s", verdicts[i], verdicts[j], got, want)
			}
		}
	}
}

// TestEffectOfModes: what a port serves, and what it would.
func TestEffectOfModes(t *testing.T) {
	t.Parallel()
	modes := []resolve.Mode{resolve.None, resolve.Disable, resolve.Permissive, resolve.TLS, resolve.Strict}
	for i, row := range [][]string{
		/* none */ {"-", "differs", "stronger", "stronger", "stronger"},
		/* disable */ {"differs", "-", "stronger", "stronger", "stronger"},
		/* permissive */ {"weaker", "weaker", "-", "stronger", "stronger"},
		/* tls */ {"weaker", "weaker", "weaker", "-", "stronger"},
		/* strict */ {"weaker", "weaker", "weaker", "weaker", "-"},
	} {
		for j, want := range row {
			check(t, resolve.Decision{Mode: modes[i]}, resolve.Decision{Mode: modes[j]}, want)
		}
	}
	unknown := func(m resolve.Mode) resolve.Decision { return resolve.Decision{Mode: resolve.Unknown, IfMeshed: m} }
	strict, permissive := resolve.Decision{Mode: resolve.Strict}, resolve.Decision{Mode: resolve.Permissive}
	check(t, strict, unknown(resolve.Strict), "uncertain")
	check(t, unknown(resolve.Strict), strict, "differs")
	check(t, unknown(resolve.Strict), permissive, "weaker")
	check(t, unknown(resolve.Strict), unknown(resolve.Strict), "-")
	check(t, unknown(resolve.Strict), unknown(resolve.Permissive), "weaker")
	none := func(m resolve.Mode) resolve.Decision { return resolve.Decision{Mode: resolve.None, IfMeshed: m} }
	check(t, none(resolve.Strict), none(resolve.Permissive), "-") // nothing reads that policy
}

func check(t *testing.T, was, is resolve.Decision, want string) {
	t.Helper()
	got := "-"
	if e, changed := OfModes(&was, &is); changed {
		got = e.String()
	}
	if got != want {
		t.Errorf("%s (%s) -> %s (%s) is %s, want %s", was.Mode, was.IfMeshed, is.Mode, is.IfMeshed, got, want)
	}
}
