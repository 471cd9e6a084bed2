package apiserver

import (
	"path/filepath"
	"testing"
)

// sideBySide compares two clusters, and a cluster with what it was: which side is first
// says what was and what is.
func sideBySide(t *testing.T, east, west *server) {
	config := kubeconfigOf(t, map[string]way{"east": east.as("root"), "west": west.as("root")})
	was := taken(t, west.as("root").kubeconfig(t), filepath.Join(t.TempDir(), "was.yaml"))
	diff := func(t *testing.T, base, head string) output {
		t.Helper()
		return mtlsctl(t, "diff", base, head, "--kubeconfig", config, "--context", "west")
	}

	t.Run("alike", func(t *testing.T) {
		// Each server chose addresses of its own for the Services.
		says(t, diff(t, "cluster:east", "cluster:west"), 0, `^no (effective )?change: `)
		for _, sides := range [][]string{{was, "cluster"}, {"cluster", was}, {was, "cluster:west"}, {"cluster", "cluster:west"}} {
			says(t, diff(t, sides[0], sides[1]), 0, `^no change: both sides are equal\n$`)
		}
	})
	west.kubectl(t, "apply", "-f", written(t, t.TempDir(), "rule.yaml", plaintextRule))
	t.Run("one changed", func(t *testing.T) {
		for _, sides := range [][]string{{"cluster:east", "cluster:west"}, {was, "cluster"}, {was, "cluster:west"}} {
			says(t, diff(t, sides[0], sides[1]), 1, `(?m)^breaks +3 workloads of shop -> pay\.shop:80 +mtls +broken +DestinationRule shop/pay is new`)
			says(t, diff(t, sides[1], sides[0]), 0, `(?m)^repaired +3 workloads of shop -> pay\.shop:80 +broken +mtls +DestinationRule shop/pay is gone`)
		}
	})
}
