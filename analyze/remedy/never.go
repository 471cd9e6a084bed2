package remedy

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// NeverInjected is why a workload can have no sidecar, "" where it can: nobody is told to
// give it one.
func NeverInjected(w *inbound.Workload) string {
	switch {
	case w.HostNetwork:
		return "it uses the host's network"
	case w.OS == "windows":
		return "it runs on Windows"
	case w.OtherMesh != "":
		return fmt.Sprintf("its pods have the proxy of %s, and a second proxy would capture the same traffic", w.OtherMesh)
	}
	return ""
}

// AllNeverInjected is why none of some workloads can have a sidecar, "" where one can.
func AllNeverInjected(list []*inbound.Workload) string {
	if len(list) == 0 || slices.ContainsFunc(list, func(w *inbound.Workload) bool { return NeverInjected(w) == "" }) {
		return ""
	}
	return NeverInjected(list[0])
}
