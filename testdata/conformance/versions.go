package conformance

import (
	"os"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// underTest is the Istio whose code answers: ISTIO=1.30 builds that of go-1.30.mod.
func underTest() release.Version {
	if v, ok := release.Parse(os.Getenv("ISTIO")); ok {
		return v
	}
	return release.Newest()
}

// asTested has mtlsctl answer for the Istio that is asked.
func asTested() config.Options {
	return config.Options{Istio: map[string]release.Version{"": underTest()}}
}

// refusedThen says what of a world the Istio under test refuses, though newer ones take it; "" for
// nothing.
func refusedThen(w world) string {
	if underTest().Has(release.ExcludedHosts) {
		return ""
	}
	for _, d := range w {
		listeners, _ := d.at("spec", "egress").([]any)
		for _, l := range listeners {
			m, _ := l.(map[string]any)
			hosts, _ := m["hosts"].([]any)
			for _, h := range hosts {
				if s, _ := h.(string); d.kind() == "Sidecar" && strings.HasPrefix(s, "~") && !strings.HasPrefix(s, "~/*") {
					return release.ExcludedHosts.Of().Name + ": its validation refuses the Sidecar"
				}
			}
		}
	}
	return ""
}
