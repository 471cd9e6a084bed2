package remedy

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// FixRoute says what helps where a route leads calls to nothing, by why they end there; clients are
// those of a namespace.
func FixRoute(why resolve.Reason, namespace string) string {
	switch is := why.Details(); why.Cause {
	case resolve.CauseRouteToSubset:
		return fmt.Sprintf("define subset %s in a DestinationRule that applies to clients of namespace %s (exportTo, namespace, workloadSelector), or lead the route to a subset that there is", is.Name, namespace)
	case resolve.CauseRouteToNoPort:
		return "lead the route to a port that " + is.Name + " has"
	case resolve.CauseRouteToHidden:
		return fmt.Sprintf("make %s visible to clients of namespace %s (exportTo of the host, egress of their Sidecar resource), or lead the route elsewhere", is.Name, namespace)
	case resolve.CauseRouteless:
		return fmt.Sprintf("add a route for %s to a VirtualService whose gateways name a Gateway of %s with a server for the host", is.Name, is.By)
	}
	return ""
}
