package resolve

// What becomes of a call where what is sent meets what is served (4).
const (
	CauseSenderUnknown     Cause = "sender-unknown"
	CauseClientUnknown     Cause = "client-membership-unknown"
	CauseServerUnknown     Cause = "server-membership-unknown"
	CauseCallRefused       Cause = "call-refused"
	CauseTunnelled         Cause = "tunnelled"
	CauseTunnelledTLS      Cause = "tls-inside-tunnel"
	CauseTunnelRefused     Cause = "tunnel-refused"
	CauseTunnelUnheard     Cause = "tunnel-unheard"
	CauseTLSZtunnelStrict  Cause = "tls-into-strict-ztunnel"
	CauseWaypointDeaf      Cause = "waypoint-without-hbone"
	CauseWaypointForeign   Cause = "waypoint-of-other-controller"
	CauseBehindWaypoint    Cause = "behind-waypoint"
	CauseOwnTLS            Cause = "own-tls"
	CauseOwnTLSTwice       Cause = "tls-twice"
	CauseOpenedIntoTLS     Cause = "opened-into-tls"
	CauseRouteToUnread     Cause = "route-to-unread-host"
	CauseRouteToSubset     Cause = "route-to-undefined-subset"
	CauseRouteToNoPort     Cause = "route-to-missing-port"
	CauseRouteToHidden     Cause = "route-to-hidden-host"
	CauseRouteless         Cause = "gateway-without-route"
	CauseLedAway           Cause = "led-away"
	CausePlainStrict       Cause = "plaintext-into-strict"
	CauseMutualStrict      Cause = "mtls-into-strict"
	CauseSimpleStrict      Cause = "tls-into-strict"
	CauseOwnMutualStrict   Cause = "own-certificate-into-strict"
	CausePlainPermissive   Cause = "plaintext-into-permissive"
	CauseMutualPermissive  Cause = "mtls-into-permissive"
	CauseTLSPermissiveHTTP Cause = "tls-into-permissive-http"
	CauseTLSPermissive     Cause = "tls-into-permissive"
	CausePlainDisable      Cause = "plaintext-into-disable"
	CauseTLSDisableHTTP    Cause = "tls-into-disable-http"
	CauseMutualDisable     Cause = "mtls-into-disable"
	CauseTLSDisable        Cause = "tls-into-disable"
	CausePlainNone         Cause = "plaintext-without-proxy"
	CauseMutualNone        Cause = "mtls-without-proxy"
	CauseTLSNone           Cause = "tls-without-proxy"
	CausePlainTLSHTTP      Cause = "plaintext-into-tls-listener"
	CausePlainTLS          Cause = "application-tls-into-tls-listener"
	CauseMutualTLS         Cause = "mtls-into-tls-listener"
	CauseTLSTLS            Cause = "tls-into-tls-listener"
	CauseProxysOwnPort     Cause = "plaintext-to-proxys-own-port"
	CauseWithAndWithout    Cause = "with-and-without-proxy"
	CauseMeantPlain        Cause = "plaintext-to-unproven"
	CauseMeantPlainStrict  Cause = "plaintext-to-unproven-strict"
	CauseMeantMutual       Cause = "mtls-to-unproven"
	CauseMeantOther        Cause = "tls-to-unproven"
	CauseNoGatewayRead     Cause = "no-gateway-in-input"
	CauseNobodyListens     Cause = "nobody-listens"
	CauseClientsTrust      Cause = "client-of-foreign-trust-domain"
	CauseServersTrust      Cause = "server-of-foreign-trust-domain"
	CauseOtherAccount      Cause = "server-of-other-identity"
	CauseNetworkLeftOut    Cause = "network-left-out"
	CausePlainToNetwork    Cause = "plaintext-to-network"
	CauseNetworkUnknown    Cause = "network-unknown"
	CauseNoEndpoint        Cause = "no-endpoint"
	CauseSubsetEmpty       Cause = "subset-matches-no-endpoint"
	CauseNoSelector        Cause = "service-without-selector"
	CauseSelectsNothing    Cause = "selector-matches-nothing"
	CauseNoSuchPortName    Cause = "target-port-name-missing"
)

// MembershipUnknown reports an outcome that only who has a proxy leaves open.
func (c Cause) MembershipUnknown() bool {
	return c == CauseSenderUnknown || c == CauseServerUnknown || c == CauseNetworkUnknown
}

// ForeignTrust reports a call whose sides are of trust domains that do not accept each other.
func (c Cause) ForeignTrust() bool { return c == CauseClientsTrust || c == CauseServersTrust }

// OfNetwork reports a call that cannot pass the gateway of its network (3.4.7).
func (c Cause) OfNetwork() bool { return c == CauseNetworkLeftOut || c == CausePlainToNetwork }

// Why a DestinationRule does not count (3.2).
const (
	CauseRuleRevision          Cause = "rule-revision"
	CauseRuleElsewhere         Cause = "rule-selects-elsewhere"
	CauseRuleSelectsNobody     Cause = "rule-selects-nobody"
	CauseRuleThirdNamespace    Cause = "rule-in-third-namespace"
	CauseRuleThirdWildcard     Cause = "rule-in-third-namespace-wildcard"
	CauseRuleMerged            Cause = "rule-merged"
	CauseRuleOnlySubsets       Cause = "rule-only-subsets"
	CauseRuleNotExported       Cause = "rule-not-exported"
	CauseRuleLater             Cause = "rule-later"
	CauseRuleSelectorFirst     Cause = "rule-selector-first"
	CauseRuleListedBefore      Cause = "rule-listed-before"
	CauseRuleLessSpecific      Cause = "rule-less-specific"
	CauseRuleMasked            Cause = "rule-masked"
	CauseRuleMaskedBy          Cause = "rule-masked-by"
	CauseRuleUnexportedFirst   Cause = "rule-unexported-first"
	CauseRuleOfAlias           Cause = "rule-of-alias"
	CauseRuleHostMeansOther    Cause = "rule-host-means-other"
	CauseRuleHostMistyped      Cause = "rule-host-mistyped"
	CauseRuleHostDotted        Cause = "rule-host-dotted"
	CauseRuleHostAbsent        Cause = "rule-host-absent"
	CauseRuleHostNoService     Cause = "rule-host-no-service"
	CauseRuleFileUnplaced      Cause = "rule-file-unplaced"
	CauseRuleServiceUnplaced   Cause = "rule-service-unplaced"
	CauseRuleThirdFileUnplaced Cause = "rule-third-file-unplaced"
)
