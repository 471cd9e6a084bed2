package cmd

import (
	"net/netip"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// address finds the host that has an IP address. Other addresses are no host: what
// becomes of a call to them does not hang on rules, and is said at once.
func (f *targetFinder) address(t target) ([]found, error) {
	a := f.loaded.mesh.Address(t.name)
	var hits []found
	for _, h := range a.Hosts {
		hits = append(hits, found{ref: h.Ref, host: h})
	}
	switch {
	case len(hits) > 0:
		return hits, nil
	case len(a.Workloads) > 0:
		w := a.Workloads[0]
		return nil, usage("--to "+shell.Word(typedName(w.Ref))+" shows the calls that go through its Services",
			"%s is the address of %s: a call to it is passed through as it is, plaintext unless the application speaks TLS, or refused under REGISTRY_ONLY; only a headless Service has clusters for it (3.1.3)", t.name, w.Short())
	case len(a.Behind) > 0:
		h := a.Behind[0]
		return nil, usage("--to "+shell.Word(hostName(h)), "%s is an endpoint of %s: a call to the address itself is passed through as it is, or refused under REGISTRY_ONLY (3.1.3)", t.name, h.Ref)
	}
	failed := &failure{code: exitUsage, message: "no Service, pod, WorkloadEntry or ServiceEntry of the input has address " + t.name}
	failed.hints = append(failed.hints, f.unknownHost())
	return nil, failed
}

func isAddress(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}

// wildcards finds the ServiceEntry wildcard that a host name falls under, the
// longest one.
func (f *targetFinder) wildcards(name string) []found {
	var best []found
	for _, h := range f.loaded.mesh.Hosts() {
		suffix, wild := strings.CutPrefix(h.Name, "*")
		if !wild || !strings.HasSuffix(name, suffix) {
			continue
		}
		if len(best) > 0 && len(best[0].host.Name) > len(h.Name) {
			continue
		}
		if len(best) > 0 && len(best[0].host.Name) < len(h.Name) {
			best = nil
		}
		best = append(best, found{ref: h.Ref, host: h})
	}
	return best
}

// unknownHost says what becomes of calls to a host that the mesh does not know.
func (f *targetFinder) unknownHost() string {
	refuse, pass := 0, 0
	for _, c := range f.loaded.mesh.Clients() {
		switch {
		case c.Dataplane != resolve.DataplaneSidecar && c.Dataplane != resolve.DataplaneGateway:
		case c.RefusesUnknown():
			refuse += len(c.Workloads)
		default:
			pass += len(c.Workloads)
		}
	}
	const through = "passed through as they are, plaintext unless the application speaks TLS itself (ALLOW_ANY, 3.1.3)"
	const refused = "refused (REGISTRY_ONLY, 3.1.3)"
	text := "calls to what the mesh does not know are "
	switch {
	case refuse == 0:
		return text + through
	case pass == 0:
		return text + refused
	}
	return text + through + " for " + plural(pass, "workload") + ", and " + refused + " for " + plural(refuse, "workload")
}

func hostName(h *resolve.Host) string {
	if h.Ref.Kind == resolve.KindService {
		return h.Ref.Name + "." + h.Namespace
	}
	return h.Name
}
