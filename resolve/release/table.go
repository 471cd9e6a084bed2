package release

import "sync"

// ID names a difference in code.
type ID uint8

// What releases do differently, see the table for what each means.
const (
	ExcludedHosts ID = iota
	SubsetFallsBack
	RoutedToBest
	ExactHosts
	EntryVisibility
	IgnoredPolicy
	RuleOverPolicy
	AgentgatewayMTLS
	AgentgatewayWaypoint
	AnyDynamicDNS
	DynamicSidecars
	EntryRanges
	SecureMetrics
	SelectedPods
	HostNetworkEnrolled
	MachineTunnels
	OpenBackendTLS
	EmptySelector
	ExportBesidesOwn
	StrictMerging
	ExcludedNamespaces
	CanaryWaypoints
	InsecureFallback
	CompliancePolicy3
	RevokedInAmbient
	DryRunInAmbient
	ScrapeTargets
)

// Parts of sources.
const (
	notes   = "releasenotes/notes/"
	changes = "https://istio.io/latest/news/releases/"
)

// differences is the table: a difference is in it once, with all that is known of it.
var differences = [...]Difference{
	ExcludedHosts: {
		Name: "excluded-egress-hosts", Rules: []string{"3.1.2"},
		Does:  "~namespace/host in the egress hosts of a Sidecar excludes hosts that another entry imports",
		Else:  "Such an entry excludes nothing, and Istio's validation rejects the Sidecar",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "60139.yaml", "pilot/pkg/model/sidecar.go"}, Judged: []int{30, 31},
	},
	SubsetFallsBack: {
		Name: "subset-without-tls", Rules: []string{"3.4.5"},
		Does:  "For calls to a subset whose trafficPolicy has no tls, the endpoint check reads the tls of the rule",
		Else:  "For such calls the endpoint check takes the tls as unset: the tlsMode label and the policies of each endpoint decide",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "dr-subset-tls-mode-fallback.yaml", "pilot/pkg/xds/endpoints/mtls_checker.go"}, Judged: []int{30, 31},
	},
	RoutedToBest: {
		Name: "host-of-route", Rules: []string{"3.1.2"},
		Does:  "Of the hosts of one name in other namespaces to which a VirtualService leads the clients of a Sidecar, the Kubernetes Service counts, else the oldest",
		Else:  "The host in the first namespace by name counts",
		Spans: []Span{{From: at(30, 0)}}, Sources: []string{notes + "sidecar-pick-best-service-namespace.yaml", "pilot/pkg/model/sidecar.go pickBestVisibleNamespace"}, Judged: []int{30, 31},
	},
	ExactHosts: {
		Name: "exact-egress-hosts", Rules: []string{"3.1.2"},
		Does:  "An egress listener of a Sidecar that names only hosts of namespaces, without wildcards, imports of a Service and ServiceEntries with one host and namespace the Service, else the oldest, and nothing where that one is not exported to the client",
		Else:  "It imports the one of them that is exported to the client",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{"pilot/pkg/model/sidecar.go servicesForExactHosts"}, Judged: []int{30, 31},
	},
	EntryVisibility: {
		Name: "service-entry-visibility", Rules: []string{"3.1.2", "3.6.2"},
		Does:  "meshConfig.serviceEntryVisibility limits ServiceEntries to their namespace or hides them: from ztunnel and waypoints always, from sidecars and gateways with applyToSidecars",
		Else:  "The field is unknown, and only exportTo limits a ServiceEntry",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "60870-serviceentry-visibility.yaml", "pilot/pkg/model/serviceentry_visibility.go", "pilot/pkg/model/push_context.go serviceExportTo"}, Judged: []int{31},
	},
	IgnoredPolicy: {
		Name: "ignored-backend-policy", Rules: []string{"3.2.9"},
		Does:  "A BackendTLSPolicy with the annotation istio.io/ignore-policy-attachment: \"true\" is for another implementation, and ignored",
		Else:  "The annotation means nothing: the policy sends SIMPLE TLS",
		Spans: []Span{{From: at(30, 1)}}, Sources: []string{notes + "60122.yaml", changes + "1.30.x/announcing-1.30.1/", "pilot/pkg/config/kube/gateway/backend_policies.go"}, Judged: []int{30, 31},
	},
	RuleOverPolicy: {
		Name: "rule-over-backend-policy", Rules: []string{"3.2.9"},
		Does:  "The fields of a DestinationRule apply over those of a BackendTLSPolicy for the same host, whichever is older; the policy fills what the rule leaves unset",
		Else:  "What istiod makes of the policy has no age and comes before every DestinationRule: its trafficPolicy applies as a whole",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "60358.yaml", "pilot/pkg/model/destination_rule.go mergeBackendPolicyTrafficPolicy"}, Judged: []int{30, 31},
	},
	AgentgatewayMTLS: {
		Name: "agentgateway-mtls", Rules: []string{"3.5.7"},
		Does:  "A Gateway of class istio-agentgateway sends Istio mTLS to endpoints with a sidecar",
		Else:  "It sends them plaintext, which STRICT refuses",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "agw-mesh-backend-mtls.yaml", "pilot/pkg/config/kube/agentgateway/agentgateway_controller.go buildAddressCollections"},
	},
	AgentgatewayWaypoint: {
		Name: "agentgateway-waypoint", Rules: []string{"3.5.7"},
		Does:  "The class istio-agentgateway-waypoint makes waypoints that run agentgateway",
		Else:  "Nothing acts on Gateways of this class",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "agw-waypoint-gatewayclass.yaml", "pilot/pkg/config/kube/gatewaycommon/classinfo.go"},
	},
	AnyDynamicDNS: {
		Name: "allow-any-dynamic-dns", Rules: []string{"3.1.3"},
		Does:  "With outboundTrafficPolicy mode ALLOW_ANY_DYNAMIC_DNS sidecars send HTTP to unknown hosts at the address that DNS has, with the tls of the mesh configuration, and pass all else through",
		Else:  "The mode is unknown to istiod, which rejects the mesh configuration; unknown hosts are passed through",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "allow-any-dynamic-dns.yaml", "pilot/pkg/networking/core/cluster_builder.go buildAllowAnyDFPCluster"}, Judged: []int{31},
	},
	DynamicSidecars: {
		Name: "dynamic-dns-sidecars", Rules: []string{"3.1.2"},
		Does:  "Sidecars and gateways know the wildcard hosts of ServiceEntries with resolution DYNAMIC_DNS, and DestinationRules apply to them",
		Else:  "Only waypoints know them: a sidecar passes the calls through or refuses them",
		Spans: []Span{{From: at(30, 0)}}, Sources: []string{notes + "se-wildcard-host-sidecar.yaml", changes + "1.30.x/announcing-1.30/change-notes/", "pilot/pkg/networking/core/cluster.go"}, Judged: []int{30, 31},
	},
	EntryRanges: {
		Name: "entry-address-ranges", Rules: []string{"2D.5", "3.6.2"},
		Does:  "Ranges (10.0.0.0/24) in the addresses of a ServiceEntry are sent to ztunnel",
		Else:  "Only single addresses are: calls to an address of a range pass by the waypoint",
		Spans: []Span{{From: at(30, 0)}}, Sources: []string{changes + "1.30.x/announcing-1.30/change-notes/", "https://github.com/istio/istio/issues/59797"},
	},
	SecureMetrics: {
		Name: "secure-metrics-ports", Rules: []string{"2.11"},
		Does:  "ENVOY_SECURE_METRICS_PORT and ENVOY_SECURE_MERGED_METRICS_PORT in proxyMetadata open ports of the sidecar that serve metrics with mTLS only",
		Else:  "There are no such ports: merged metrics are served in plaintext",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "secure-metrics-port.yaml", "pkg/model/proxy.go"},
	},
	SelectedPods: {
		Name: "selected-pods-recomputed", Rules: []string{"2.7", "2.8"}, Open: "the mode is the same, and the input does not show which pods lack the port",
		Does:  "A pod that a ServiceEntry selects always gets the ports of the entry, with their protocol",
		Else:  "A pod may start without them until istiod restarts: the passthrough listener serves the port, as protocol auto and with the same mode, also one of portLevelMtls",
		Spans: []Span{{Before: at(30, 0)}, {From: at(30, 4)}}, Sources: []string{notes + "61157.yaml", changes + "1.30.x/announcing-1.30.4/", "https://github.com/istio/istio/issues/61157", "pilot/pkg/networking/plugin/authn/authentication.go ForPassthrough"}, Judged: []int{30, 31},
	},
	HostNetworkEnrolled: {
		Name: "host-network-enrolment", Rules: []string{"2B.1"}, Open: "answers follow the fix",
		Does:  "istio-cni leaves pods in the host network out of ambient",
		Else:  "istio-cni takes a labelled pod in the host network for one that can be enrolled",
		Spans: []Span{{From: at(29, 7), Before: at(30, 0)}, {From: at(30, 4)}}, Sources: []string{changes + "1.30.x/announcing-1.30.4/", changes + "1.29.x/announcing-1.29.7/", "https://github.com/istio/istio/issues/61168"},
	},
	MachineTunnels: {
		Name: "tunnel-of-registered-machines", Rules: []string{"2B.11"}, Open: "answers go by the label on the WorkloadEntry, and MTLS0320 finds those without",
		Does:  "Registration writes networking.istio.io/tunnel=http on the WorkloadEntry of a machine that accepts HBONE. Entries of before stay without, and their calls plaintext, until they are registered anew or labelled",
		Else:  "The label is missing, and ztunnel sends plaintext",
		Spans: []Span{{From: at(29, 6), Before: at(30, 0)}, {From: at(30, 3)}}, Sources: []string{changes + "1.30.x/announcing-1.30.3/", changes + "1.29.x/announcing-1.29.6/", "https://github.com/istio/istio/pull/60788"},
	},
	OpenBackendTLS: {
		Name: "backend-policy-without-ca", Rules: []string{"3.2.9"}, Open: "the ConfigMap of the CA is not read",
		Does:  "Calls under a BackendTLSPolicy whose CA certificate cannot be resolved fail",
		Else:  "Sidecars send them in plaintext",
		Spans: []Span{{From: at(29, 7), Before: at(30, 0)}, {From: at(30, 4), Before: at(31, 0)}, {From: at(31, 1)}}, Sources: []string{"https://github.com/istio/istio/security/advisories/GHSA-qm8v-g4f9-qhjx", changes + "1.31.x/announcing-1.31.1/"},
	},
	EmptySelector: {
		Name: "entry-with-empty-selector", Rules: []string{"3.4.6"}, Open: "answers follow the fix",
		Does:  "A ServiceEntry with an empty workloadSelector selects nothing",
		Else:  "It selects all pods and machines of its namespace",
		Spans: []Span{{From: at(30, 5), Before: at(31, 0)}, {From: at(31, 1)}}, Sources: []string{changes + "1.30.x/announcing-1.30.5/", changes + "1.31.x/announcing-1.31.1/"},
	},
	ExportBesidesOwn: {
		Name: "default-export-besides-own", Rules: []string{"3.1.2"}, Open: "answers follow the fix",
		Does:  "defaultServiceExportTo with a dot and other namespaces exports to all of them",
		Else:  "The other namespaces are left out where there is a dot",
		Spans: []Span{{From: at(30, 3)}}, Sources: []string{changes + "1.30.x/announcing-1.30.3/", "https://github.com/istio/istio/issues/60560"},
	},
	StrictMerging: {
		Name: "strict-gateway-merging", Rules: []string{"2.15"},
		Does:  "An Istio Gateway is not merged into a managed gateway of the Gateway API in another namespace, unless PILOT_ENABLE_STRICT_GATEWAY_MERGING is false",
		Else:  "It is, by its selector",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "strict-gateway-merging.yaml", "pilot/pkg/model/push_context.go filterStrictGatewayMerging"}, Judged: []int{30, 31},
	},
	ExcludedNamespaces: {
		Name: "excluded-namespaces-of-cni", Rules: []string{"2B.3"},
		Does:  "The node agent of istio-cni keeps to its excludeNamespaces: pods there are not enrolled, and leave ambient at the upgrade. The list is read from ConfigMap istio-cni-config in files, else it is kube-system",
		Else:  "Only the CNI plugin does: pods of an excluded namespace are enrolled by label",
		Spans: []Span{{From: at(30, 0)}}, Sources: []string{changes + "1.30.x/announcing-1.30/change-notes/", "https://github.com/istio/istio/issues/59295", notes + "59295.yaml", "cni/pkg/nodeagent/informers.go reconcilePod"},
	},
	CanaryWaypoints: {
		Name: "canary-waypoints", Rules: []string{"2D.1"}, Open: "calls are shown through the primary waypoint only",
		Does:  "istio.io/use-waypoint-canary leads a share of the calls through a second waypoint",
		Else:  "The label means nothing",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "60801-weighted-waypoint-canary.yaml", "pilot/pkg/serviceregistry/ambient/waypoints.go buildWeightedWaypoints"},
	},
	InsecureFallback: {
		Name: "insecure-fallback", Rules: []string{"2.15"},
		Does:  "With frontend validation mode AllowInsecureFallback a listener of the Gateway API takes clients without a certificate, and with one that is not valid",
		Else:  "The mode is not read: a client certificate is required",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "gateway-insecure-fallback.yaml", "pilot/pkg/config/kube/gateway/conversion.go buildTLS"},
	},
	CompliancePolicy3: {
		Name: "compliance-policy-fips-140-3", Rules: []string{"2.14"},
		Does:  "COMPLIANCE_POLICY=fips-140-3 limits TLS to 1.2 and 1.3 with AES-GCM, and to the curves P-256 and P-384",
		Else:  "The value is unknown, and limits nothing",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "fips-140-3-compliance-policy.yaml", "pkg/model/fips.go EnforceCompliance"},
	},
	RevokedInAmbient: {
		Name: "revoked-certificates-in-ambient", Rules: []string{"2A.1"}, Open: "certificates are not read",
		Does:  "Certificates that the CRL of a plugged-in CA (ca-crl.pem) lists are refused by ztunnel",
		Else:  "Revoked certificates are accepted by ztunnel, which reads no CRL",
		Spans: []Span{{From: at(29, 0)}}, Sources: []string{notes + "58733.yaml"},
	},
	DryRunInAmbient: {
		Name: "dry-run-in-ambient", Rules: []string{"5.7"}, Open: "a dry-run policy is enforced in neither case",
		Does:  "With AMBIENT_ENABLE_DRY_RUN_AUTHORIZATION_POLICY istiod sends dry-run AuthorizationPolicies to ztunnel, which logs what they would do. A ztunnel older than 1.29 enforces them",
		Else:  "They are not sent to ztunnel",
		Spans: []Span{{From: at(29, 0)}}, Sources: []string{notes + "authz-dry-run-ambient.yaml", "pilot/pkg/serviceregistry/ambient/authorization.go"},
	},
	ScrapeTargets: {
		Name: "scrape-targets", Rules: []string{"2.11"}, Open: "no mode depends on it, and the fix of MTLS0404 names it",
		Does:  "prometheus.istio.io/scrape-targets names ports (8080:/metrics,9090:/metrics) that the agent scrapes inside the pod and serves merged, whatever their modes. Injection rejects a pod whose targets, or whose prometheus.io/port, are ports of the proxy",
		Else:  "The annotation means nothing: the agent merges the metrics of one port",
		Spans: []Span{{From: at(31, 0)}}, Sources: []string{notes + "multi-port-scrape-targets.yaml", "pkg/kube/inject/webhook.go applyPrometheusMerge"},
	},
}

// Differences are all that the book knows, in the order of the table.
var Differences = sync.OnceValue(func() []Difference {
	all := differences[:]
	for i := range all {
		all[i].ID = ID(i)
	}
	return all
})
