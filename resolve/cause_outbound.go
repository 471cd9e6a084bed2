package resolve

// Why a client sends what it sends: before any rule (3.1, 3.5).
const (
	CauseNoProxy               Cause = "client-without-proxy"
	CauseInterfaceExcluded     Cause = "interface-excluded"
	CauseRunsAsProxy           Cause = "runs-as-proxy"
	CausePortExcluded          Cause = "outbound-port-excluded"
	CauseRangeExcluded         Cause = "outbound-range-excluded"
	CauseRangeNotIncluded      Cause = "outbound-range-not-included"
	CauseExcludedRangesUnknown Cause = "outbound-ranges-unknown"
	CauseIncludedRangesUnknown Cause = "outbound-included-ranges-unknown"
	CauseLeavesDirectly        Cause = "host-unknown-direct"
	CauseHostRefused           Cause = "host-unknown-refused"
	CauseHostPassed            Cause = "host-unknown-passed"
	CauseServicesDiffer        Cause = "services-of-clusters-differ"
	CauseHostByDNS             Cause = "host-unknown-by-dns"
	CauseHostPerhapsByDNS      Cause = "host-unknown-perhaps-by-dns"
	CauseClientConfigUnread    Cause = "client-configuration-unread"
	CauseSidecarsUnread        Cause = "sidecars-unread"
	CauseEntryPerhapsHidden    Cause = "service-entry-perhaps-hidden"
	CauseRulesUnread           Cause = "destinationrules-unread"
	CausePatchesUnread         Cause = "client-envoyfilters-unread"
	CausePatched               Cause = "client-envoyfilter"
)

// Why the caller's own proxy has no say in what is sent (1.6, 3.1).
const (
	CauseDialsPods          Cause = "dials-pods"
	CauseForeignHost        Cause = "foreign-host"
	CauseOutsideMesh        Cause = "outside-mesh"
	CauseBeforeProxy        Cause = "before-proxy"
	CausePerhapsBeforeProxy Cause = "perhaps-before-proxy"
)

// Whether a client's proxy knows a host (3.1.2).
const (
	CauseRouteLeads      Cause = "known-by-route"
	CauseNotExported     Cause = "not-exported"
	CauseEntryHidden     Cause = "service-entry-hidden"
	CauseDynamicUnknown  Cause = "dynamic-dns-unknown"
	CauseOtherHostFirst  Cause = "other-host-first"
	CauseGatewayKnows    Cause = "known-by-gateway"
	CauseMayBeHidden     Cause = "may-be-hidden"
	CauseNoSidecarLimits Cause = "not-limited"
	CauseImportedByRoute Cause = "imported-by-route"
	CauseImported        Cause = "imported"
	CauseOtherPortOnly   Cause = "imported-for-other-port"
	CauseNotImported     Cause = "not-imported"
)

// What a DestinationRule sends (3.3), and proxyless clients (3.5.6).
const (
	CauseRuleMode            Cause = "rule-mode"
	CauseRuleWithoutMode     Cause = "rule-without-mode"
	CauseFilesReplace        Cause = "certificates-of-files-replace"
	CauseCredentialOnSidecar Cause = "credential-on-sidecar"
	CauseMutualIncomplete    Cause = "mutual-incomplete"
	CauseProxylessRule       Cause = "proxyless-rule"
	CauseProxylessNoAuto     Cause = "proxyless-no-auto"
	CauseAgentMutual         Cause = "agentgateway-mtls"
	CauseAgentPlain          Cause = "agentgateway-plaintext"
	CauseAgentNoMutual       Cause = "agentgateway-no-mtls"
	CauseAgentPolicy         Cause = "agentgateway-backend-policy"
	CauseAgentUnknown        Cause = "agentgateway-unknown"
)

// What auto mTLS makes of it (3.4).
const (
	CauseAutoOff               Cause = "auto-mtls-off"
	CauseExternal              Cause = "mesh-external"
	CauseExternalByDefault     Cause = "mesh-external-by-default"
	CauseNamespaceDisabled     Cause = "namespace-disabled"
	CauseGateUnread            Cause = "gate-unread"
	CauseKeptWithoutEndpoints  Cause = "kept-address-without-endpoints"
	CauseKeptWithoutSidecar    Cause = "kept-address-without-sidecar"
	CauseKeptClusterUnread     Cause = "kept-address-cluster-unread"
	CauseKeptUnknown           Cause = "kept-address-unknown"
	CauseKeptAllCapable        Cause = "kept-address-all-capable"
	CauseKeptUngated           Cause = "kept-address-ungated"
	CauseFilesShown            Cause = "certificates-of-files"
	CauseAutoUnknown           Cause = "auto-mtls-unknown"
	CauseAutoIncapable         Cause = "auto-mtls-incapable"
	CauseAutoPoliciesUnread    Cause = "auto-mtls-policies-unread"
	CauseAutoDisabled          Cause = "auto-mtls-disabled"
	CauseAutoMutual            Cause = "auto-mtls"
	CauseLoosePlaintext        Cause = "entry-without-tls-plaintext"
	CauseLooseMutual           Cause = "entry-without-tls-mutual"
	CauseLeftOut               Cause = "left-out-of-network"
	CauseBeyondUnknown         Cause = "beyond-network-unknown"
	CauseCheckedByRule         Cause = "checked-by-rule"
	CauseCheckedUnknown        Cause = "checked-unknown"
	CauseCheckedIncapable      Cause = "checked-incapable"
	CauseCheckedPoliciesUnread Cause = "checked-policies-unread"
	CauseCheckedDisabled       Cause = "checked-disabled"
)

// Who sends HBONE, and what ztunnel sends to who does not accept it (3.5.3, 3.6).
const (
	CauseTunnel           Cause = "hbone"
	CauseTunnelWithTLS    Cause = "hbone-with-tls-inside"
	CauseTunnelZtunnel    Cause = "hbone-by-ztunnel"
	CauseTunnelLabel      Cause = "hbone-by-label"
	CauseTunnelInjected   Cause = "hbone-by-injection"
	CauseZtunnelPlain     Cause = "ztunnel-plaintext"
	CauseZtunnelToSidecar Cause = "ztunnel-plaintext-to-sidecar"
	CauseZtunnelKeeps     Cause = "ztunnel-keeps-address"
	CauseZtunnelUnknown   Cause = "ztunnel-unknown-endpoint"
	CauseZtunnelNetwork   Cause = "ztunnel-network-without-gateway"
	CauseZtunnelThrough   Cause = "ztunnel-through-network"
	CauseZtunnelKnows     Cause = "known-by-ztunnel"
	CauseZtunnelTie       Cause = "ztunnel-host-tie"
)

// Who goes through a waypoint, what a waypoint sends, and why a binding to one is void (2D).
const (
	CauseToWaypoint          Cause = "to-waypoint"
	CauseToWaypointAssumed   Cause = "to-waypoint-assumed"
	CauseToWaypointUnsure    Cause = "to-waypoint-unsure"
	CausePastWaypoint        Cause = "past-waypoint"
	CauseWaypointToPod       Cause = "waypoint-to-pod"
	CauseWaypointBlind       Cause = "waypoint-without-endpoints"
	CauseWaypointDisplaced   Cause = "waypoint-other-endpoints"
	CauseWaypointSends       Cause = "waypoint-sends"
	CauseWaypointPlain       Cause = "waypoint-plaintext"
	CauseWaypointUnread      Cause = "waypoint-unread"
	CauseWaypointMissing     Cause = "waypoint-missing"
	CauseWaypointUnaddressed Cause = "waypoint-without-address"
	CauseWaypointDenies      Cause = "waypoint-denies-namespace"
	CauseWaypointOther       Cause = "waypoint-for-other-traffic"
	CauseWaypointVisibility  Cause = "waypoint-of-other-namespace"
)

// Gate reports a switch for a whole host that keeps auto mTLS from looking at endpoints, so
// that plaintext is sent (3.4.1, 3.4.3).
func (c Cause) Gate() bool {
	switch c {
	case CauseAutoOff, CauseExternal, CauseExternalByDefault, CauseNamespaceDisabled, CauseKeptWithoutEndpoints, CauseKeptWithoutSidecar:
		return true
	}
	return false
}

// Switch reports a gate that one object or setting closes, whatever the endpoints are (3.4.1).
func (c Cause) Switch() bool {
	switch c {
	case CauseAutoOff, CauseExternal, CauseExternalByDefault, CauseNamespaceDisabled, CauseGateUnread:
		return true
	}
	return false
}

// Kept reports what is decided for all endpoints because the client keeps the address that
// the application chose (3.4.3).
func (c Cause) Kept() bool {
	switch c {
	case CauseKeptWithoutEndpoints, CauseKeptWithoutSidecar, CauseKeptAllCapable, CauseKeptUngated:
		return true
	}
	return false
}

// PastProxy reports a call that leaves past the client's proxy, or may (3.1.1).
func (c Cause) PastProxy() bool {
	switch c {
	case CauseNoProxy, CauseInterfaceExcluded, CauseRunsAsProxy, CausePortExcluded, CauseRangeExcluded, CauseRangeNotIncluded,
		CauseExcludedRangesUnknown, CauseIncludedRangesUnknown, CauseLeavesDirectly:
		return true
	}
	return false
}

// HostUnknown reports a call to a host that the client's proxy does not know (3.1.3).
func (c Cause) HostUnknown() bool {
	return c == CauseHostRefused || c == CauseHostPassed || c == CauseHostByDNS || c == CauseHostPerhapsByDNS
}

// OfFiles reports certificates of files in place of the mesh's own (3.3.7).
func (c Cause) OfFiles() bool { return c == CauseFilesReplace || c == CauseFilesShown }

// EachEndpoint reports what auto mTLS decided endpoint by endpoint (3.4.4).
func (c Cause) EachEndpoint() bool {
	switch c {
	case CauseAutoIncapable, CauseAutoPoliciesUnread, CauseAutoDisabled, CauseAutoMutual:
		return true
	}
	return false
}

// Proxyless reports what a gRPC client without Envoy sends (3.5.6).
func (c Cause) Proxyless() bool { return c == CauseProxylessRule || c == CauseProxylessNoAuto }
