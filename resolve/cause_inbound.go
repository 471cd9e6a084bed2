package resolve

// Why a port serves its mode, and why policies that also spoke do not.
const (
	CauseNoPolicy              Cause = "no-policy"
	CausePolicy                Cause = "policy"
	CausePortPolicy            Cause = "port-policy"
	CausePoliciesUnread        Cause = "policies-unread"
	CauseMeshConfigUnread      Cause = "mesh-configuration-unread"
	CauseNoSidecar             Cause = "no-sidecar"
	CauseWaypointTunnel        Cause = "waypoint-tunnel"
	CauseWaypointPort          Cause = "waypoint-port"
	CauseUDP                   Cause = "udp"
	CauseEnvoyFiltersUnread    Cause = "envoyfilters-unread"
	CauseEnvoyFilter           Cause = "envoyfilter"
	CauseAmbientNoException    Cause = "ambient-no-exception"
	CauseAmbientMeshCounts     Cause = "ambient-mesh-counts"
	CauseAmbientPolicyLost     Cause = "ambient-policy-lost"
	CauseAmbientNotOff         Cause = "ambient-not-off"
	CauseAmbientTie            Cause = "ambient-tie"
	CauseAmbientConvertedEarly Cause = "ambient-converted-early"
	CauseAmbientConvertedWhen  Cause = "ambient-converted-when"
	CauseProxylessNoService    Cause = "proxyless-no-service"
	CauseProxylessMutual       Cause = "proxyless-mutual"
	CauseProxylessPlaintext    Cause = "proxyless-plaintext"
	CauseGatewayOwnPort        Cause = "gateway-own-port"
	CauseNoServer              Cause = "no-gateway-server"
	CauseServerPlaintext       Cause = "gateway-server-plaintext"
	CauseServerTLS             Cause = "gateway-server-tls"
	CauseServersMixed          Cause = "gateway-servers-mixed"
	CauseServerOtherSNI        Cause = "gateway-server-other-sni"
	CauseServerConflict        Cause = "gateway-server-conflict"
	CauseListenerConflict      Cause = "gateway-listener-conflict"
	CauseServerApart           Cause = "gateway-server-other-namespace"
	CauseServerSameHost        Cause = "gateway-server-same-host"
	CauseIngressTLS            Cause = "ingress-tls"
	CauseOutside               Cause = "address-outside"
	CauseProxyUnproven         Cause = "proxy-unproven"
	CauseEndpointUnknown       Cause = "endpoint-unknown"
	CauseOverriddenByScope     Cause = "overridden-by-scope"
	CauseOverriddenByPort      Cause = "overridden-by-port"
	CauseNoEffect              Cause = "no-effect"
	CauseIgnoredInRoot         Cause = "ignored-selector-in-root"
	CauseIgnoredEmptySelector  Cause = "ignored-empty-selector"
	CauseIgnoredRejected       Cause = "ignored-rejected"
	CauseIgnoredUndiscovered   Cause = "ignored-undiscovered"
	CauseIgnoredRevision       Cause = "ignored-revision"
	CauseIgnoredPreceded       Cause = "ignored-preceded"
	CauseIgnoredIngressOff     Cause = "ignored-ingress-tls-off"
	CauseIgnoredIngressMode    Cause = "ignored-ingress-tls-mode"
	CauseSetsNothing           Cause = "sets-nothing"
	CauseSetsNothingKeeps      Cause = "sets-nothing-keeps"
	CauseOverrides             Cause = "overrides"
	CauseApplies               Cause = "applies"
	CauseOlder                 Cause = "older"
	CauseFirstByName           Cause = "first-by-name"
	CauseFirstByNameOfTheSame  Cause = "first-by-name-same-age"
)

// Why a port is kept from its sidecar (2.11).
const (
	CauseProxyPort           Cause = "proxy-port"
	CausePodInterface        Cause = "pod-interface-excluded"
	CauseNotIncluded         Cause = "not-included"
	CauseNothingIncluded     Cause = "nothing-included"
	CauseExcluded            Cause = "excluded"
	CauseInjectorIncludes    Cause = "not-included-by-injector"
	CauseInjectorExcludes    Cause = "excluded-by-injector"
	CauseNotIntercepted      Cause = "not-intercepted"
	CauseNotInterceptedPort  Cause = "not-intercepted-port"
	CauseBypassed            Cause = "bypasses-ztunnel"
	CauseAnnotationNoPort    Cause = "annotation-no-port"
	CauseAnnotationNoMode    Cause = "annotation-no-mode"
	CauseAnnotationNoBoolean Cause = "annotation-no-boolean"
	CauseAnnotationNoRange   Cause = "annotation-no-range"
)

// Uncaptured reports a port that its proxy does not get (2.11).
func (c Cause) Uncaptured() bool {
	switch c {
	case CauseProxyPort, CausePodInterface, CauseNotIncluded, CauseNothingIncluded, CauseExcluded, CauseInjectorIncludes,
		CauseInjectorExcludes, CauseNotIntercepted, CauseNotInterceptedPort, CauseBypassed:
		return true
	}
	return false
}

// Ignored reports a policy, or a listener's TLS, that counts for nothing.
func (c Cause) Ignored() bool {
	switch c {
	case CauseIgnoredInRoot, CauseIgnoredEmptySelector, CauseIgnoredRejected, CauseIgnoredUndiscovered, CauseIgnoredRevision, CauseIgnoredPreceded,
		CauseIgnoredIngressOff, CauseIgnoredIngressMode:
		return true
	}
	return false
}

// ServerDropped reports a server of a Gateway that istiod leaves out (2.15).
func (c Cause) ServerDropped() bool {
	return c == CauseServerConflict || c == CauseListenerConflict || c == CauseServerSameHost || c == CauseServerApart
}
