package topics

// Term is a word that the tool's texts use in one meaning only.
type Term struct{ Name, Meaning string }

// Glossary are the terms in the order of the alphabet, upper and lower case alike.
var Glossary = []Term{
	{"applies to", "A policy or rule applies to a port, workload or call if it decides its mode or TLS setting. A policy can match a workload and still not apply, because another one overrides it."},
	{"auto mTLS", "Istio's default for outbound calls without a TLS setting: mTLS to endpoints with a sidecar, plaintext to the others (mtlsctl explain auto-mtls)."},
	{"capture", "Redirection of a pod's traffic to its proxy. Policies apply only to captured ports."},
	{"client", "The workload that opens a connection. Its proxy decides whether the call is mTLS."},
	{"container port", "The port on which the application listens in the pod; the target port of a Service. portLevelMtls uses container ports."},
	{"control plane", "istiod: it reads the configuration and sends it to the proxies. A cluster can run several, one for each revision."},
	{"effective mode", "The mTLS mode that a port really has, after all policies, the proxy and capture are considered: STRICT, PERMISSIVE, DISABLE, NONE, TLS or UNKNOWN."},
	{"endpoint", "An address and port behind a host: most often a pod."},
	{"exception", "A port that stays PERMISSIVE or DISABLE on purpose, with an owner, a reason and an optional end date in .mtlsctl.yaml."},
	{"excluded from capture", "A port or address whose traffic bypasses the proxy, by an annotation or because it is a port of the proxy. No policy applies to it."},
	{"handshake", "The exchange at the start of a TLS connection. In mTLS both sides present a certificate."},
	{"host", "The name that a client calls, such as pay.shop.svc.cluster.local. DestinationRules and VirtualServices are written for hosts."},
	{"identity", "The SPIFFE name in a workload's certificate, from its trust domain, namespace and service account. AuthorizationPolicies use it. A plaintext call has none."},
	{"ignored", "Istio reads the object or field and does not use it, without an error."},
	{"inbound", "Traffic that a workload receives. PeerAuthentication decides what an inbound port accepts."},
	{"injected", "The pod has a sidecar that Istio's injector added when the pod was created."},
	{"matches", "A selector, host or label fits an object. Matching comes first; which of several matching objects applies is a second step."},
	{"mTLS", "Mutual TLS with Istio's certificates: the connection is encrypted, and client and server prove their identity."},
	{"not injected", "The pod has no sidecar: its ports accept what the application accepts, and its calls are plaintext."},
	{"outbound", "Traffic that a workload sends. DestinationRules and auto mTLS decide what an outbound call sends."},
	{"overridden", "Another policy or rule with precedence applies instead: a narrower scope, an older object, or a rule that is searched first."},
	{"plaintext", "Bytes without Istio mTLS. The application may still use its own TLS."},
	{"proxy", "Envoy or ztunnel, which handles the traffic of a workload: a sidecar, a gateway, a waypoint or the ztunnel of the node."},
	{"rejected by validation", "The API server or Istio's webhook refuses the object, so it is not applied."},
	{"revision", "The name of one control plane, in the label istio.io/rev of namespaces, pods and configuration."},
	{"selects", "A selector selects a workload if the labels of its pods have all pairs of the selector."},
	{"server", "The workload that accepts a connection. Its effective mode decides which calls it accepts."},
	{"Service port", "The port that clients of a Kubernetes Service call. portLevelSettings of a DestinationRule use Service ports."},
	{"sidecar", "The Envoy container istio-proxy in a pod. The resource of kind Sidecar, written with a capital letter, configures it."},
	{"subset", "A named part of a host's endpoints, defined by labels in a DestinationRule."},
	{"traffic data", "Calls that were observed: from Prometheus, from access logs, or from a record of either."},
	{"trust domain", "The first part of every identity of a mesh, such as cluster.local. A STRICT port accepts only identities of its own trust domain and its aliases."},
	{"wave", "One step of a migration plan: changes that are applied together and can be rolled back together."},
	{"workload", "A controller such as a Deployment, a single pod or a machine, with all pods that it runs."},
}

// glossary is the page of all terms.
func glossary() Topic {
	t := Topic{Name: "glossary", Title: "Glossary: what the terms in the output mean", See: []string{"auto-mtls", "precedence", "port-level", "verdicts"}}
	s := Section{}
	for _, term := range Glossary {
		s.Points = append(s.Points, Point{term.Name, term.Meaning})
	}
	t.Sections = []Section{s}
	return t
}
