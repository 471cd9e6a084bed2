package diagnose

import (
	"github.com/mtlsctl/mtlsctl/resolve"
)

// These are what checks find at the server, or at who calls it.
var (
	probeRefused = ofFindings(&Suspect{
		Name: "probe-not-rewritten", Text: "the probe is not rewritten: the kubelet calls the port in plaintext, which a STRICT port rejects", mildLater: true,
		Fix: "remove the annotation sidecar.istio.io/rewriteAppHTTPProbers, so that the agent answers probes",
	}, "MTLS0403")
	scrapeRefused = ofFindings(&Suspect{
		Name: "scrape-refused", Text: "Prometheus scrapes the port in a way that its mode rejects",
		Fix: "let Istio merge the metrics (port 15020), or scrape a STRICT port with Istio's certificates",
	}, "MTLS0404")
	webhookRefused = ofFindings(&Suspect{
		Name: "webhook-behind-strict", Text: "kube-apiserver calls the webhook without a mesh certificate, and the port is STRICT",
		Fix: "accept the risk: make only the port of the webhook PERMISSIVE, or exclude it from capture",
	}, "MTLS0405")
	apiServiceRefused = ofFindings(&Suspect{
		Name: "apiservice-behind-strict", Text: "kube-apiserver calls the server of an APIService without a mesh certificate, and the port is STRICT",
		Fix: "accept the risk: make only the port of the APIService PERMISSIVE, or exclude it from capture",
	}, "MTLS0406")
	serverFirst = ofFindings(&Suspect{
		Name: "server-sends-first", Text: "the server sends first, and a proxy waits for the client's first bytes",
		Fix: "declare the protocol (appProtocol: tcp), and make the port STRICT",
	}, "MTLS0305")
	blocksHBONE = ofFindings(&Suspect{
		Name: "network-policy-blocks-hbone", Text: "a NetworkPolicy does not allow port 15008, by which HBONE arrives",
		Fix: "add port 15008 (TCP) to the rule of the NetworkPolicy",
	}, "MTLS0315")
	envoyFilter = ofFindings(&Suspect{
		Name: "envoyfilter-changes-tls", Text: "an EnvoyFilter changes the TLS of the proxy",
		Fix: "remove the EnvoyFilter, or compare with what the proxy runs: mtlsctl verify --proxies",
	}, "MTLS0308")
	wrongTLSLabel = ofFindings(&Suspect{
		Name: "tls-label-without-proxy", Text: "the label security.istio.io/tlsMode promises mTLS that no proxy of the pod accepts",
		Fix: "remove the label from the pod template, and restart the pods",
	}, "MTLS0304")
	notRedirected = ofFindings(&Suspect{
		Name: "not-captured-by-ztunnel", Text: "the pod is in ambient mode by its labels, and ztunnel does not capture it",
		Fix: "restart the pod, and check istio-cni on its node",
	}, "MTLS0316", "MTLS0313")
	notIntercepted = ofFindings(&Suspect{
		Name: "sidecar-captures-nothing", Text: "the sidecar captures no traffic, or an annotation prevents injection",
		Fix: "remove the annotation",
	}, "MTLS0307")
	schemeAgainstPort = ofFindings(&Suspect{
		Name: "scheme-against-port", Text: "the URL of the client and the protocol of the port do not agree",
		Fix: "let the URL and the protocol of the port (its name or appProtocol) agree",
	}, "MTLS0412")
	credentialIgnored = ofFindings(&Suspect{
		Name: "credential-on-sidecar", Text: "credentialName of a DestinationRule is not usable by the client's proxy",
		Fix: "use credentialName only at gateways, or with a workloadSelector in the namespace of the Secret",
	}, "MTLS0213", "MTLS0214")
	httpRuleOnTCP = ofFindings(&Suspect{
		Name: "http-rule-on-tcp-port", Text: "an AuthorizationPolicy has HTTP fields for a port that is TCP: an ALLOW rule never matches there",
		Fix: "declare the port as HTTP (name or appProtocol), or remove the HTTP fields",
	}, "MTLS0505")
	accountWithoutEntry = ofFindings(&Suspect{
		Name: "server-not-verifiable", Text: "the TLS of a DestinationRule does not verify the server, or cannot",
		Fix: "set caCertificates to the CA of the server, and subjectAltNames to its name",
	}, "MTLS0215", "MTLS0230")
	oldTLSVersion = ofFindings(&Suspect{
		Name: "old-tls-version", Text: "a Gateway server and its client allow different TLS versions",
		Fix: "let the client use TLS 1.2 or newer",
	}, "MTLS0118")
	gatewayConflict = ofFindings(&Suspect{
		Name: "gateway-server-dropped", Text: "Istio dropped the server of the Gateway, since it conflicts with another",
		Fix: "give each server of the port its own hosts, port or name",
	}, "MTLS0120")
)

// These break HBONE.
var (
	tunnelRefused = ofCalls(&Suspect{
		Name: "hbone-not-accepted", Text: "HBONE is sent to an endpoint that does not accept it",
		Fix: "remove the label that promises HBONE, or let the server accept it",
	}, func(c *Call) bool {
		switch c.Outcome.Why.Cause {
		case resolve.CauseTunnelRefused, resolve.CauseTunnelUnheard, resolve.CauseWaypointDeaf, resolve.CauseWaypointForeign, resolve.CauseTLSZtunnelStrict:
			return true
		}
		return false
	})
	tlsIntoHTTP = ofCalls(&Suspect{
		Name: "tls-into-http-port", Text: "TLS arrives at a port that is declared HTTP and does not open it",
		Fix: "delete the tls of the DestinationRule, or declare the port as what it is (name or appProtocol)",
	}, func(c *Call) bool {
		if mutualRefused(c, resolve.Disable) {
			return false
		}
		return c.Outcome.Symptom.Kind == resolve.SymptomCodecError || c.Outcome.Why.Cause == resolve.CauseTLSPermissiveHTTP || c.Outcome.Why.Cause == resolve.CauseTLSDisableHTTP
	})
)

// These are calls without TLS that go nowhere.
var (
	noEndpoints = ofCalls(&Suspect{
		Name: "no-endpoint", Text: "the port has no endpoint: the selector of the Service matches no pod, or the target port does not exist", plain: true,
		Fix: "compare the selector and the targetPort of the Service with the pods",
	}, func(c *Call) bool {
		return noEndpoint(c.Outcome.Why.Cause) && c.Outcome.Why.Cause != resolve.CauseSubsetEmpty
	})
	emptySubset = ofCalls(&Suspect{
		Name: "subset-without-endpoint", Text: "the labels of the subset match no endpoint", plain: true,
		Fix: "compare the labels of the subset with the pods",
	}, func(c *Call) bool { return c.Outcome.Why.Cause == resolve.CauseSubsetEmpty })
	gatewayPortUnused = ofCalls(&Suspect{
		Name: "no-gateway-server", Text: "no Gateway has a server for this port, so nothing listens on it", plain: true,
		Fix: "add the server to the Gateway, or call a port that it has",
	}, func(c *Call) bool { return c.Outcome.Why.Cause == resolve.CauseNobodyListens })
	hostRefused = ofCalls(&Suspect{
		Name: "registry-only", Text: "the client's proxy does not have the host, and REGISTRY_ONLY refuses unknown hosts", plain: true,
		Fix: "import the host in the client's Sidecar resource, or export it to the client's namespace",
	}, func(c *Call) bool {
		return c.Outcome.Verdict == resolve.VerdictBroken && c.Sends.TLS == resolve.SendsNothing
	})
	hostPassedThrough = ofCalls(&Suspect{
		Name: "passed-through", Text: "the client's proxy does not have the host: the call is passed through in plaintext, without mTLS",
		Fix: "import the host in the client's Sidecar resource, or export it to the client's namespace; call by the name of the Service",
	}, func(c *Call) bool {
		return c.Sends.TLS == resolve.SendsPlaintext && (c.Sends.Why.Cause.HostUnknown() || c.Sends.Why.Cause == resolve.CauseDialsPods)
	})
)
