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
// nothing. (The module of an older Istio is built with a newer API, by which it would take some.)
func refusedThen(w world) string {
	v := underTest()
	for _, d := range w {
		switch {
		case !v.Has(release.ExcludedHosts) && d.kind() == "Sidecar" && excludesHosts(d):
			return release.ExcludedHosts.Of().Name + ": its validation refuses the Sidecar"
		case !v.Has(release.AnyDynamicDNS) && d.kind() == "ConfigMap" && strings.Contains(d.text("data", "mesh"), "ALLOW_ANY_DYNAMIC_DNS"):
			return release.AnyDynamicDNS.Of().Name + ": it cannot read the mesh configuration"
		}
	}
	return ""
}

// excludesHosts reports a Sidecar with an egress host that begins with "~" and names something.
func excludesHosts(d document) bool {
	listeners, _ := d.at("spec", "egress").([]any)
	for _, l := range listeners {
		m, _ := l.(map[string]any)
		hosts, _ := m["hosts"].([]any)
		for _, h := range hosts {
			if s, _ := h.(string); strings.HasPrefix(s, "~") && !strings.HasPrefix(s, "~/*") {
				return true
			}
		}
	}
	return false
}
