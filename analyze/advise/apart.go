package advise

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// adminWords are what the names of ports hold that are not for the workload's clients.
var adminWords = []string{"admin", "management", "mgmt", "metrics", "monitoring", "prometheus", "health", "healthz", "status", "debug", "pprof", "actuator"}

// apart is what sets a port apart from the others of its workload, so that it can be an
// exception of its own: an admin port by its name, or a protocol of another kind. "" for
// one that is what the workload is for.
func (a *Advice) apart() string {
	for _, name := range a.names() {
		words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
		if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(adminWords, w) }) {
			return fmt.Sprintf("its name, %s, is that of an administration port", name)
		}
	}
	own := layer(a.Port.Protocol)
	for i := range a.Workload.Ports {
		if p := &a.Workload.Ports[i]; p.Number != a.Port.Number && len(p.Services) > 0 && own != "" && layer(p.Protocol) != "" && layer(p.Protocol) != own {
			return fmt.Sprintf("its protocol is %s, the protocol of port %d is %s", a.Port.Protocol, p.Number, p.Protocol)
		}
	}
	return ""
}

// names are those of the container's port and of the Services' ports that lead to it.
func (a *Advice) names() []string {
	names := []string{a.Port.Name}
	for _, s := range a.Port.Services {
		names = append(names, s.PortName)
	}
	return names
}

// layer tells HTTP from everything else, "" where the protocol is not declared.
func layer(p resolve.Protocol) string {
	switch p {
	case "", resolve.ProtocolAuto, resolve.ProtocolUDP:
		return ""
	case resolve.ProtocolHTTP, resolve.ProtocolHTTP2, resolve.ProtocolGRPC, resolve.ProtocolGRPCWeb:
		return "http"
	}
	return "tcp"
}
