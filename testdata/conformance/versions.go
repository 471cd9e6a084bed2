package conformance

import (
	"os"
	"strings"
)

// later are features that came after an older Istio: ISTIO=1.30 runs the suite
// against that one (go-1.30.mod) and leaves out the worlds that have what it does
// not know. Everything else has to agree.
var later = map[string][]feature{
	"1.30": {{"Sidecar egress hosts that exclude (~namespace/host) came with 1.31", excludesHosts},
		{"the endpoint check of 1.30 does not read the rule's tls for a subset that has none (3.4.5)", openSubset}},
}

// feature is something that a world may have.
type feature struct {
	what string
	in   func(world) bool
}

// unknown says what of a world the Istio under test does not know yet, "" for nothing.
func unknown(w world) string {
	for _, f := range later[os.Getenv("ISTIO")] {
		if f.in(w) {
			return f.what
		}
	}
	return ""
}

// excludesHosts reports a Sidecar with an egress host that begins with "~" and
// names something.
func excludesHosts(w world) bool {
	for _, d := range w {
		listeners, _ := d.at("spec", "egress").([]any)
		for _, l := range listeners {
			m, _ := l.(map[string]any)
			hosts, _ := m["hosts"].([]any)
			for _, h := range hosts {
				if s, _ := h.(string); d.kind() == "Sidecar" && strings.HasPrefix(s, "~") {
					return true
				}
			}
		}
	}
	return false
}

// openSubset reports a DestinationRule with subsets whose policy for a port has no
// tls, though the rule has one above it.
func openSubset(w world) bool {
	for _, d := range w {
		if d.kind() != "DestinationRule" || d.at("spec", "subsets") == nil {
			continue
		}
		entries, _ := d.at("spec", "trafficPolicy", "portLevelSettings").([]any)
		for _, e := range entries {
			if m, _ := e.(map[string]any); m["tls"] == nil && d.at("spec", "trafficPolicy", "tls") != nil {
				return true
			}
		}
	}
	return false
}
