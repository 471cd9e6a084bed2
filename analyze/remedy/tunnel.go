package remedy

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// fixTunnel is for calls of ztunnel and of waypoints, which have no other mTLS than HBONE: no
// DestinationRule makes them send any.
func fixTunnel(c *outbound.Connection) string {
	switch e := c.Server; {
	case len(c.Legs) > 0 && c.Arrives().Why.Cause == resolve.CauseWaypointBlind:
		return fmt.Sprintf("export %s to namespace %s, that of the waypoint", c.Host.Ref, c.Sends.Waypoint.Namespace)
	case len(c.Legs) > 0 && c.Legs[0].Outcome.Verdict == resolve.VerdictBroken:
		return fmt.Sprintf("set gatewayClassName: istio-waypoint in %s, or remove label %s of %s", c.Sends.Waypoint, resolve.UseWaypointLabel, c.Host.Ref)
	case e == nil || e.Workload == nil:
		return fixServer(c)
	case e.Workload.Tunnel == inbound.TunnelDeaf:
		return fmt.Sprintf("remove label %s from the pods of %s", resolve.TunnelLabel, e.Workload.Short())
	case e.Workload.Membership.Dataplane == resolve.DataplaneSidecar && c.Serves.Mode == resolve.Strict:
		return fmt.Sprintf("let the sidecar of %s accept HBONE: set ISTIO_META_ENABLE_HBONE: \"true\" in proxyMetadata of annotation %s, and restart it", e.Workload.Short(), resolve.ProxyConfigAnnotation)
	}
	return fixServer(c)
}

// PastTunnel reports a call of a sidecar to a pod of a headless Service that ztunnel captures:
// clients that keep the address send no HBONE, though the pod accepts it (3.5.3).
func PastTunnel(c *outbound.Connection) bool {
	return c.Client.Dataplane == resolve.DataplaneSidecar && c.Server.Captured() && c.Host.Passthrough && c.Host.Service() != nil && c.Sends.TLS != resolve.SendsHBONE && !c.Sends.Why.Cause.PastProxy() && !c.Sends.Why.Cause.HostUnknown()
}
