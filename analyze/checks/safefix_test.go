package checks_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// weakens are fixes that let more through than today: plaintext to a port, or out of a client.
var weakens = regexp.MustCompile(`(?:make|keep|set) [^;]*\bPERMISSIVE(?: with portLevelMtls|$)|DISABLE with portLevelMtls|mode: DISABLE|allow [^;]*without an identity|excludeInboundPorts: "|ALLOW_ANY`)

// TestSafeFixFirst: no fix begins with what weakens security, and where it comes later it is
// marked, whether the fix is of the check or of a finding of its fixture.
func TestSafeFixFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		fixes := []string{c.Fix}
		found, _ := analyze.One(read(t, "", filepath.Join(fixtures, c.Code+".yaml")), c)
		for _, f := range found {
			fixes = append(fixes, f.Fix)
		}
		for _, fix := range fixes {
			safe, _, marked := strings.Cut(fix, "accept the risk: ")
			switch {
			case marked && !strings.HasSuffix(safe, "; "):
				t.Errorf("%s: the fix begins with the risk, or does not set it apart: %s", c.Code, fix)
			case weakens.MatchString(safe):
				t.Errorf("%s: the fix weakens security before it says so: %s", c.Code, fix)
			}
		}
	})
}

// TestSafeFixFirstFindsWhatIsPlanted: each way to weaken security is known.
func TestSafeFixFirstFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	for _, fix := range []string{
		"make port 8080 of deploy/pay PERMISSIVE with portLevelMtls", "make port 25 DISABLE with portLevelMtls", "add an entry for port 80 with tls {mode: DISABLE}",
		"allow it without an identity, by ipBlocks", "set outboundTrafficPolicy ALLOW_ANY",
	} {
		if !weakens.MatchString(fix) {
			t.Errorf("%q is taken for safe", fix)
		}
	}
}
