package verify

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// Where Istio documents what proxies run, and identities.
const (
	proxyDocs    = "https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/"
	identityDocs = "https://istio.io/latest/docs/concepts/security/#istio-identity"
	ztunnelDocs  = "https://istio.io/latest/docs/ambient/usage/troubleshoot-ztunnel/"
)

// The checks of what proxies run. Before and After are dumps, beside World.
var (
	PortDiffers = &analyze.Check{
		Code: "MTLS0601", Name: "port-differs-from-configuration", Severity: analyze.Error,
		Title: "A proxy accepts other connections on a port than the configuration has",
		Why: `The mode that policies come to is what istiod is asked for. The filter chains of the proxy are what is enforced. They differ
where Envoy rejected the last configuration, where the proxy has not received it, where an EnvoyFilter changes a listener, or
where the pod is older than the settings that are read when a pod begins. Until they agree, the port may accept plaintext while
every policy is STRICT.`,
		Fix:    "repair what keeps the proxy from its configuration: the message has the reason",
		Docs:   []string{proxyDocs},
		Before: dumpOf(inboundListener("", plainChain)), After: dumpOf(inboundListener("", meshChain)),
	}
	CallDiffers = &analyze.Check{
		Code: "MTLS0602", Name: "call-differs-from-configuration", Severity: analyze.Error,
		Title: "A proxy sends something else to a host than the configuration has",
		Why: `The clusters of the client's proxy decide whether a call is mTLS. They differ from the configuration where Envoy rejected
them, where the proxy has not received them, or where an EnvoyFilter or a DestinationRule that is not in the input changes
them.`,
		Fix:    "compare the DestinationRule that the message names with the cluster; restart the workload if its proxy is stale",
		Docs:   []string{proxyDocs},
		Before: dumpOf(inboundListener("", meshChain), outboundCluster("")), After: dumpOf(inboundListener("", meshChain), outboundCluster(meshSocket)),
	}
	ProxyRejected = &analyze.Check{
		Code: "MTLS0603", Name: "configuration-rejected", Severity: analyze.Error,
		Title: "A proxy rejected its configuration and keeps the old one",
		Why: `Envoy refuses configuration that it cannot use, most often because of an EnvoyFilter or of a proxy that is older than istiod.
It goes on with what it had: no change of a policy arrives, and istioctl x describe still composes the new mode from the
policies.`,
		Fix:    "repair the object that Envoy's words point to",
		Docs:   []string{proxyDocs},
		Before: dumpOf(inboundListener(rejection, meshChain)), After: dumpOf(inboundListener("", meshChain)),
	}
	NotInSync = &analyze.Check{
		Code: "MTLS0604", Name: "not-connected-to-istiod", Severity: analyze.Warning,
		Title: "A proxy is not connected to istiod, or has not acknowledged what it sent",
		Why: `A proxy without a connection keeps the last configuration that it received, and its certificate until that expires. Changes of
policies do not reach it.`,
		Fix:    "check the proxy's log, NetworkPolicies for port 15012, and istiod; restart the workload",
		Docs:   []string{proxyDocs},
		Before: dumpOf(inboundListener("", meshChain)) + "---\n" + connected("web-1.shop"), After: dumpOf(inboundListener("", meshChain)) + "---\n" + connected("pay-1.shop"),
	}
	OtherIdentity = &analyze.Check{
		Code: "MTLS0605", Name: "certificate-of-another-identity", Severity: analyze.Error,
		Title: "The certificate of a proxy has another identity than the pod",
		Why: `Peers know a workload by the SPIFFE identity in its certificate: trust domain, namespace and service account. With another
identity clients refuse the server, and AuthorizationPolicies that name principals do not match the client.`,
		Fix:    "restart the workload after its service account or the trust domain of the mesh changed; set the old domain as an alias",
		Docs:   []string{identityDocs},
		Before: dumpOf(inboundListener("", meshChain)) + "---\n" + certificate("old.domain", 2046), After: dumpOf(inboundListener("", meshChain)) + "---\n" + certificate("cluster.local", 2046),
	}
	CertificateExpired = &analyze.Check{
		Code: "MTLS0606", Name: "certificate-expires", Severity: analyze.Error,
		Title: "A certificate of a proxy has expired, or soon does",
		Why: `A proxy renews its certificate long before it ends. One that has ended shows that istiod could not be reached, that it refused
to sign, or that the clock of the node is wrong. Peers refuse the certificate, and every mTLS call fails. A certificate that was
valid when the dump was written is not reported.`,
		Fix:    "check the log of istio-proxy for certificate requests that failed, then restart the workload",
		Docs:   []string{identityDocs},
		Before: dumpOf(inboundListener("", meshChain)) + "---\n" + certificate("cluster.local", 2020), After: dumpOf(inboundListener("", meshChain)) + "---\n" + certificate("cluster.local", 2046),
	}
	OtherRootFound = &analyze.Check{
		Code: "MTLS0607", Name: "roots-differ", Severity: analyze.Error,
		Title: "A certificate does not lead to the roots of the proxies that receive it",
		Why: `Two proxies trust each other only where the certificate of each leads to a root of the other. Roots differ where clusters have
certificate authorities of their own, or where a root was replaced and some proxies still have the old one.`,
		Fix:    "give all certificate authorities one root, or distribute both roots until every proxy has a certificate of the new one",
		Docs:   []string{"https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/"},
		Before: dumpOf(inboundListener("", meshChain), secrets(otherRoot)), After: dumpOf(inboundListener("", meshChain), secrets(itsRoot)),
	}
	SecretMissing = &analyze.Check{
		Code: "MTLS0608", Name: "secret-is-missing", Severity: analyze.Error,
		Title: "A proxy waits for a certificate that it was not given",
		Why: `Envoy asks its agent for certificates and roots by name. While one is missing, every handshake that needs it fails with
"Secret is not supplied by SDS".`,
		Fix:    "check the log of istio-proxy; for a credentialName check that the Secret exists and that the gateway may read it",
		Docs:   []string{proxyDocs},
		Before: dumpOf(inboundListener("", meshChain), warming), After: dumpOf(inboundListener("", meshChain)),
	}
	WeakerTLS = &analyze.Check{
		Code: "MTLS0609", Name: "lower-tls-version", Severity: analyze.Warning,
		Title: "A proxy accepts an older TLS version than the mesh configuration has",
		Why: `meshConfig.meshMTLS.minProtocolVersion is the lowest version that sidecars accept from each other. A proxy with a lower one has
not received the configuration, or an EnvoyFilter changes it.`,
		Fix:    "restart the workload, or remove the EnvoyFilter",
		Docs:   []string{"https://istio.io/latest/docs/tasks/security/tls-configuration/workload-min-tls-version/"},
		Before: dumpOf(inboundListener("", oldTLS)), After: dumpOf(inboundListener("", meshChain)),
	}
	IdentityNotExpected = &analyze.Check{
		Code: "MTLS0610", Name: "peer-identity-refused", Severity: analyze.Error,
		Title: "A proxy refuses the identity of a peer that it calls, or that calls it",
		Why: `A client accepts the identities that are listed in its cluster, a server those of the trust domains in its filter chains. A peer
with another one is refused, although both have certificates of the mesh.`,
		Fix:    "correct subjectAltNames of the DestinationRule or ServiceEntry, or set the other trust domain as an alias",
		Docs:   []string{identityDocs},
		Before: dumpOf(inboundListener("", foreignDomain)), After: dumpOf(inboundListener("", meshChain)),
	}
	DanglingPolicy = &analyze.Check{
		Code: "MTLS0611", Name: "policy-missing-in-ztunnel", Severity: analyze.Error,
		Title: "A pod refers to a policy that ztunnel does not have",
		Why: `istiod turns a PeerAuthentication into a policy of ztunnel, and names it for each pod. Where ztunnel does not have the policy,
nothing denies plaintext: the port is open, whatever the PeerAuthentication has.`,
		Fix:    "delete and create the PeerAuthentication again; restart ztunnel of the node if the policy stays away",
		Docs:   []string{ztunnelDocs},
		Before: ztunnelDump("HBONE", "nothing"), After: ztunnelDump("HBONE", "istio_converted_static_strict"),
	}
	NotCapturedFound = &analyze.Check{
		Code: "MTLS0612", Name: "not-captured-by-ztunnel", Severity: analyze.Error,
		Title: "ztunnel does not capture a pod that is in ambient mode",
		Why: `A pod is in ambient mode by its labels and annotations; whether its traffic is captured is up to istio-cni and ztunnel of its
node. A pod that ztunnel does not have sends and accepts plaintext, and no policy protects it.`,
		Fix:    "restart the pod; check the istio-cni agent and ztunnel of its node",
		Docs:   []string{ztunnelDocs},
		Before: ztunnelDump("TCP", "istio_converted_static_strict"), After: ztunnelDump("HBONE", "istio_converted_static_strict"),
	}
	PlaintextSeen = &analyze.Check{
		Code: "MTLS0613", Name: "plaintext-was-received", Severity: analyze.Info,
		Title: "A proxy counted plaintext at a pod whose ports are all STRICT now",
		Why: `The counters of a proxy begin with its pod. Plaintext that came before the ports were STRICT is still in them, and the clients
that sent it are refused now. The counters of Envoy are by host, not by port, and do not have refused handshakes unless
proxyStatsMatcher includes them.`,
		Fix:    "find the clients in access logs, or in the traffic data of a Prometheus",
		Docs:   []string{"https://istio.io/latest/docs/reference/config/metrics/"},
		Before: dumpOf(inboundListener("", meshChain)) + "---\n" + counters("none"), After: dumpOf(inboundListener("", meshChain)) + "---\n" + counters("mutual_tls"),
	}
)

// Checks document what verify finds, by code. The slice is the caller's own.
func Checks() []*analyze.Check {
	return slices.Clone([]*analyze.Check{
		PortDiffers, CallDiffers, ProxyRejected, NotInSync, OtherIdentity, CertificateExpired, OtherRootFound,
		SecretMissing, WeakerTLS, IdentityNotExpected, DanglingPolicy, NotCapturedFound, PlaintextSeen,
	})
}

// Owns reports a check that only verify runs.
func Owns(code string) bool {
	return slices.ContainsFunc(Checks(), func(c *analyze.Check) bool { return c.Code == code })
}
