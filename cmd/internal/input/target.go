package input

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// ParseTargets are what --to names; its error is for the person who typed it.
func ParseTargets(words []string) ([]resolve.Target, error) {
	var list []resolve.Target
	for _, word := range words {
		t, err := resolve.ParseTarget(word)
		if err != nil {
			return nil, Misnamed("--to", err)
		}
		list = append(list, t)
	}
	return list, nil
}

// ParseSources are what --from names; its error is for the person who typed it.
func ParseSources(words []string) ([]resolve.Name, error) {
	var list []resolve.Name
	for _, word := range words {
		n, err := resolve.ParseEnd(word)
		if err != nil {
			return nil, Misnamed("--from", err)
		}
		list = append(list, n)
	}
	return list, nil
}

// noHost is about an address that is no host's: what becomes of a call to it is said at
// once.
func noHost(e *mesh.AddressError) error {
	switch {
	case e.Workload != nil:
		return console.Usage("--to "+shell.Word(e.Workload.Ref.Typed())+" shows the calls that go through its Services",
			"%s: a call to it is passed through unchanged, in plaintext unless the application speaks TLS, or refused under REGISTRY_ONLY; only a headless Service has clusters for it (3.1.3)", e)
	case e.Behind != nil:
		return console.Usage("--to "+shell.Word(HostName(e.Behind)), "%s: a call to the address itself is passed through unchanged, or refused under REGISTRY_ONLY (3.1.3)", e)
	}
	return console.Usage(outsideText(e.Outside), "%s", e)
}

// portHints say which ports there are, and which one was meant where the number is that of
// the other side of the Service.
func portHints(e *mesh.NoPortError) []string {
	var there, hints []string
	what := "its ports: "
	switch {
	case e.UDP:
		return nil
	case len(e.Workloads) > 0:
		what = "the workload's ports: "
		there, hints = workloadPorts(e)
	default:
		there, hints = hostPorts(e)
	}
	slices.Sort(there)
	slices.Sort(hints)
	listed := strings.Join(console.Unique(there), "; ")
	if len(e.Workloads) > 0 {
		listed = console.Some(console.Unique(there), 8)
	}
	return append(console.Unique(hints), what+listed)
}

// hostPorts hint at a number that is the workload's port, not the service's.
func hostPorts(e *mesh.NoPortError) (there, hints []string) {
	for _, h := range e.Hosts {
		there = append(there, portsText(h))
		for _, p := range h.Ports {
			if slices.ContainsFunc(p.Endpoints, func(end outbound.Endpoint) bool { return strconv.Itoa(int(end.Port)) == e.Target.Port }) {
				hints = append(hints, e.Target.Port+" is the container port; the Service port is "+strconv.Itoa(int(p.Number)))
			}
		}
	}
	return there, hints
}

// workloadPorts hint at a number that is a service's port, not the workload's.
func workloadPorts(e *mesh.NoPortError) (there, hints []string) {
	for _, w := range e.Workloads {
		for _, p := range w.Ports {
			there = append(there, portText(p.Number, p.Name))
			for _, s := range p.Services {
				if strconv.Itoa(int(s.Port)) == e.Target.Port {
					hints = append(hints, e.Target.Port+" is the port of Service "+s.Name+"; the container port is "+strconv.Itoa(int(p.Number)))
				}
			}
		}
	}
	return there, hints
}

func subsetHint(e *mesh.NoSubsetError) string {
	switch {
	case len(e.Defined) > 0:
		return "subsets: " + strings.Join(e.Defined, ", ")
	case e.Client != nil:
		return "no DestinationRule that applies to this client defines subsets of " + console.Some(e.Hosts, 3)
	}
	return "no DestinationRule defines subsets of " + console.Some(e.Hosts, 3)
}

// HostName is a host as --to takes it.
func HostName(h *outbound.Host) string {
	if h.Ref.Kind == resolve.KindService {
		return h.Ref.Name + "." + h.Namespace
	}
	return h.Name
}

func portsText(h *outbound.Host) string {
	var ports []string
	for _, p := range h.Ports {
		ports = append(ports, portText(p.Number, p.Name))
	}
	return console.Some(ports, 8)
}

func portText(number int32, name string) string {
	if name == "" {
		return strconv.Itoa(int(number))
	}
	return fmt.Sprintf("%d (%s)", number, name)
}
