package verify

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// inSync reports what Envoy rejected, and a proxy that no istiod knows.
func (v *verifier) inSync(s *subject) {
	for _, what := range []string{"listener", "cluster"} {
		if details, ok := s.rejected(what); ok {
			s.wrong(ProxyRejected, analyze.Error, Rejected, Item{
				Config: "accepted", Proxy: "rejected",
				Message: fmt.Sprintf("Envoy rejected a %s and keeps its old configuration, whatever policies are changed to: %s", what, firstLine(details)),
			})
		}
	}
	if v.absent(s) {
		s.wrong(NotInSync, analyze.Warning, NotConnected, Item{
			Config: "connected", Proxy: "not connected",
			Message: "no istiod has a connection of this proxy: no policy that is changed reaches it",
		})
		return
	}
	for _, what := range []string{"listener", "cluster"} {
		if t := s.syncedType(what); t != nil && t.Stale && t.Error == "" {
			s.wrong(NotInSync, analyze.Info, Stale, Item{
				Config: "acknowledged", Proxy: "not acknowledged",
				Message: fmt.Sprintf("the proxy has not acknowledged the %ss that istiod sent%s: usual for a moment after a change", what, since(t.Sent)),
			})
		}
	}
}

// syncWord is how a list shows the proxy.
func (v *verifier) syncWord(s *subject) string {
	word := "synced"
	for _, what := range []string{"listener", "cluster"} {
		if _, ok := s.rejected(what); ok {
			return "rejected"
		}
		if t := s.syncedType(what); t != nil && t.Stale {
			word = "stale"
		}
	}
	switch {
	case v.absent(s):
		return "not connected"
	case !s.synced:
		return ""
	}
	return word
}

// traffic reports plaintext that came to a pod of which every port refuses it.
func (v *verifier) traffic(s *subject) {
	if !s.Has.Stats || !s.Has.Listeners {
		return
	}
	compared := 0
	for i := range s.items {
		x := &s.items[i]
		if x.Port == 0 && !x.Any {
			continue
		}
		if compared++; x.Proxy != "STRICT" {
			return
		}
	}
	if compared == 0 {
		return
	}
	for _, t := range s.Traffic {
		if t.Plaintext > 0 {
			s.wrong(PlaintextSeen, analyze.Info, Unexplained, Item{
				Config: "no plaintext", Proxy: "plaintext",
				Message: fmt.Sprintf("the proxy counted %s of plaintext to %s since it began; every port is STRICT now, so they came before that", amount(t.Plaintext, t.TCP), t.Service),
			})
		}
	}
}

func amount(n float64, tcp bool) string {
	if tcp {
		return counted(int(n), "connection", "connections")
	}
	return counted(int(n), "request", "requests")
}
