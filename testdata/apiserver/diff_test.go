package apiserver

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// changing is the world that diff is tried on.
const changing = "worlds/change.yaml"

const (
	plaintextRule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec: {host: pay, trafficPolicy: {tls: {mode: DISABLE}}}
`
	permissiveShop = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: PERMISSIVE}}
`
)

// changeList is what the tests read of a DiffList.
type changeList struct {
	Kind   string
	Failed bool
	Totals map[string]int
	Items  []struct{ Effect, Type, Was, Is, Host string }
}

func changesOf(t *testing.T, out output) (list changeList) {
	t.Helper()
	if err := json.Unmarshal([]byte(out.stdout), &list); err != nil {
		t.Fatalf("diff prints no JSON: exit %d: %v\n%s%s", out.code, err, out.stdout, out.stderr)
	}
	if list.Kind != "DiffList" {
		t.Errorf("diff prints the kind %q, want DiffList", list.Kind)
	}
	return list
}

// effects are those of the items, each once, the first first.
func (l changeList) effects() string {
	var words []string
	for _, item := range l.Items {
		words = append(words, item.Effect)
	}
	slices.SortStableFunc(words, func(a, b string) int { return slices.Index(severity, a) - slices.Index(severity, b) })
	return strings.Join(slices.Compact(words), " ")
}

var severity = []string{"breaks", "weaker", "uncertain", "repaired", "stronger", "differs", "gone", "new"}

// TestDiff asks what a change would do to a cluster, which stays as it is.
func TestDiff(t *testing.T) {
	s := start(t)
	s.tell(t, changing)
	config, dir := s.as("root").kubeconfig(t), t.TempDir()
	rule, shop := written(t, dir, "rule.yaml", plaintextRule), written(t, dir, "shop.yaml", permissiveShop)
	diff := func(args ...string) []string { return append([]string{"diff", "--kubeconfig", config}, args...) }

	t.Run("what breaks ends with 1", func(t *testing.T) {
		out := mtlsctl(t, diff("-f", rule)...)
		says(t, out, 1, `(?m)^breaks +3 workloads of shop -> pay\.shop:80 +mtls +broken +DestinationRule shop/pay is new`)
		complete(t, out)
	})
	t.Run("what accepts more is weaker", func(t *testing.T) {
		says(t, mtlsctl(t, diff("-f", shop)...), 1, `(?m)^weaker +deploy/pay\.shop:8080,\* +STRICT +PERMISSIVE +PeerAuthentication shop/default changed`)
	})
	t.Run("the same again is no change", func(t *testing.T) {
		says(t, mtlsctl(t, diff("-f", changing, "--fail-on", "any")...), 0, `^no (effective )?change: `)
	})
	t.Run("what names no namespace goes where kubectl puts it", func(t *testing.T) {
		homeless := written(t, dir, "homeless.yaml", strings.Replace(plaintextRule, ", namespace: shop", "", 1))
		says(t, mtlsctl(t, diff("-f", homeless, "-n", "shop")...), 1, `(?m)^breaks .* DestinationRule shop/pay is new`)
		says(t, mtlsctl(t, diff("-f", homeless)...), 0, `(?m)DestinationRule default/pay`)
	})
	t.Run("exit codes", func(t *testing.T) {
		for _, c := range []struct {
			file, failOn string
			code         int
		}{
			{rule, "never", 0}, {rule, "broken", 1}, {rule, "weaker", 1}, {rule, "any", 1},
			{shop, "never", 0}, {shop, "broken", 0}, {shop, "weaker", 1}, {shop, "any", 1},
			{changing, "never", 0}, {changing, "broken", 0}, {changing, "weaker", 0}, {changing, "any", 0},
		} {
			out := mtlsctl(t, diff("-f", c.file, "--fail-on", c.failOn, "-o", "json")...)
			if failed := changesOf(t, out).Failed; out.code != c.code || failed != (c.code == 1) {
				t.Errorf("%s, --fail-on %s: exit %d and failed %t, want %d", filepath.Base(c.file), c.failOn, out.code, failed, c.code)
			}
		}
	})
	t.Run("what may not be read is a gap", func(t *testing.T) { s.diffsWithGaps(t, dir, rule) })
	t.Run("sides", func(t *testing.T) {
		west := start(t)
		west.tell(t, changing)
		sideBySide(t, s, west)
	})
}

// diffsWithGaps has a user who may not read PeerAuthentications: the answer is not
// whole, on either side, and says so.
func (s *server) diffsWithGaps(t *testing.T, dir, rule string) {
	const policies = "peerauthentications.security.istio.io"
	s.allow(t, "reduced", reading(policies))
	config := kubeconfigOf(t, map[string]way{"root": s.as("root"), "reduced": s.as("reduced")})
	snapshot := taken(t, s.as("root").kubeconfig(t), filepath.Join(dir, "mesh.yaml"))
	for _, args := range [][]string{
		{"--context", "reduced", "-f", rule},
		{"cluster:reduced", "-f", rule},
		{snapshot, "cluster:reduced"},
		{"cluster:reduced", snapshot},
	} {
		out := mtlsctl(t, append([]string{"diff", "--kubeconfig", config}, args...)...)
		if out.code == 1 {
			out.code = 3 // what it finds comes before what is missing, which is said all the same
		}
		incomplete(t, out, policies)
		if out.stdout == "" {
			t.Errorf("diff %q answers nothing\n%s", args, out.stderr)
		}
	}
	out := mtlsctl(t, "diff", snapshot, "cluster:reduced", "--kubeconfig", config, "-o", "json")
	if got := changesOf(t, out); !got.Failed || !strings.HasPrefix(got.effects(), "uncertain") {
		t.Errorf("what can no longer be told is %q, failed %t; want uncertain first, true", got.effects(), got.Failed)
	}
}

// says fails the test unless a run ends with a code and answers what matches.
func says(t *testing.T, out output, code int, pattern string) {
	t.Helper()
	if out.code != code || !regexp.MustCompile(pattern).MatchString(out.stdout) {
		t.Errorf("diff ends with exit %d, want %d and %s\n%s%s", out.code, code, pattern, out.stdout, out.stderr)
	}
}

// taken is the file of a new snapshot.
func taken(t *testing.T, config, file string) string {
	t.Helper()
	if out := mtlsctl(t, "snapshot", "--kubeconfig", config, "--output-file", file); out.code != 0 {
		t.Fatalf("snapshot ends with exit %d\n%s", out.code, out.stderr)
	}
	return file
}
