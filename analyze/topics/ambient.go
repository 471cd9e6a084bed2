package topics

var ambient = Topic{
	Name:  "ambient",
	Title: "Ambient: ztunnel instead of a sidecar, and what differs for mTLS",
	Sections: []Section{
		{Paragraphs: []string{
			"In ambient, the pods have no proxy of their own. The ztunnel of the node handles their TCP traffic in both directions. It knows identities, addresses and ports, and no HTTP; a waypoint adds that.",
		}},
		{Heading: "Who is in ambient", Points: []Point{
			{"the labels", "istio.io/dataplane-mode=ambient on the namespace or the pod; none on the pod keeps it out. Every other value counts as absent."},
			{"a sidecar wins", "A pod that is injected stays with its sidecar. Of a namespace with both labels, pods that refuse injection are ambient."},
			{"never", "pods in the host's network, and those of kube-system"},
			{"no restart", "Unlike injection, the labels take effect on running pods, both ways."},
			{"proof", "the annotation ambient.istio.io/redirection=enabled of a running pod. Without it, the pod has no proxy, whatever the labels say."},
		}},
		{Heading: "What a port accepts", Points: []Point{
			{"STRICT", "HBONE only. Everything else is denied: plaintext, the application's own TLS, and the Istio mTLS of a sidecar without HBONE."},
			{"PERMISSIVE", "HBONE and plaintext. TLS without HBONE reaches the application unopened."},
			{"DISABLE", "the same as PERMISSIVE: ztunnel always accepts HBONE"},
		}},
		{Heading: "Policies that mean something else than for sidecars", Points: []Point{
			{"", "A mesh-wide PeerAuthentication with selector: {} does not apply to ambient pods of other namespaces."},
			{"", "An exception with DISABLE in a policy without a mode of its own is none, unless the policy has a PERMISSIVE port too."},
			{"", "An exception without a mode of its own can leave every port open: if the namespace or the mesh became STRICT after it, until istiod restarts; and in two combinations of policies always. Set mtls.mode: STRICT in the exception itself."},
			{"", "Two policies of one scope and the same age: istiod picks one for each pod, so the mode is UNKNOWN where they differ."},
			{"", "AuthorizationPolicies with HTTP fields belong to a waypoint (targetRefs). On ztunnel such an ALLOW rule allows no client, and a DENY rule of HTTP fields alone denies no call."},
		}},
		{Heading: "What ambient clients send", Points: []Point{
			{"", "HBONE to every endpoint that accepts it, plaintext to all others. There is no other mTLS, and no fallback."},
			{"", "A STRICT sidecar without HBONE refuses them: enable HBONE in sidecars before their clients move to ambient."},
			{"", "DestinationRules, Sidecar resources, exportTo and the annotations traffic.sidecar.istio.io/* have no effect."},
		}},
		{Heading: "Move there from sidecars", Paragraphs: []string{
			"mtlsctl migrate-plan --to ambient plans it in waves, each of which is tried on a model: sidecars accept HBONE first, then workloads move, and the labels of namespaces change last. What ztunnel would not protect as the sidecar does keeps its sidecar.",
		}},
		{Heading: "Outside Istio", Paragraphs: []string{
			"A NetworkPolicy sees port 15008 instead of the application's port: allow it, or HBONE calls are dropped.",
		}},
	},
	See: []string{"HBONE", "waypoint", "MTLS0115", "MTLS0116", "MTLS0121", "MTLS0310", "MTLS0313", "MTLS0314", "MTLS0315", "MTLS0316", "MTLS0318", "MTLS0319", "MTLS0321", "MTLS0322", "MTLS0510"},
}

var hbone = Topic{
	Name:  "HBONE",
	Title: "HBONE: the mTLS tunnel of ambient",
	Sections: []Section{
		{Paragraphs: []string{
			"HBONE is HTTP CONNECT inside of mTLS, to port 15008. Client and server prove their identity; the application's bytes go through the tunnel to the port that the client called. A call by HBONE is mTLS in every mode of the port, STRICT or not.",
		}},
		{Heading: "Who accepts it", Points: []Point{
			{"ambient pods", "all of them: ztunnel accepts it for every port"},
			{"sidecars", "those whose proxy metadata has ISTIO_META_ENABLE_HBONE=true, in the mesh configuration or in annotation proxy.istio.io/config; injection then sets the label networking.istio.io/tunnel=http"},
			{"waypoints", "on port 15008, and nothing else"},
			{"machines", "WorkloadEntries with that label"},
			{"never", "gateways, but for those between networks, and pods without a proxy. The label written by hand on one of them makes every HBONE call fail."},
		}},
		{Heading: "Who sends it", Points: []Point{
			{"ztunnel", "to every endpoint that accepts it"},
			{"waypoints", "the same; SIMPLE and MUTUAL of a DestinationRule go inside of the tunnel"},
			{"sidecars", "to ambient pods, whatever DestinationRules and PeerAuthentications set. Not to headless Services and not by pod address: that is plaintext, which STRICT denies. To another sidecar they send Istio mTLS as always."},
			{"gateways", "to ambient pods, of headless Services too"},
		}},
		{Heading: "Enable it for a sidecar", Paragraphs: []string{
			"For one workload; the pods have to be created again:",
		}, Example: `metadata:
  annotations:
    proxy.istio.io/config: |
      proxyMetadata:
        ISTIO_META_ENABLE_HBONE: "true"`},
	},
	See: []string{"ambient", "waypoint", "auto-mtls", "MTLS0233", "MTLS0314", "MTLS0315", "MTLS0317"},
}

var waypoint = Topic{
	Name:  "waypoint",
	Title: "Waypoint: who goes through it, and what it changes for mTLS",
	Sections: []Section{
		{Paragraphs: []string{
			"A waypoint is an Envoy in front of Services or pods in ambient, made of a Gateway of class istio-waypoint. A call through it has two legs, client to waypoint and waypoint to pod, each with its own TLS and identity. The result of the call is that of the worse leg.",
		}},
		{Heading: "What is bound to it", Points: []Point{
			{"label", "istio.io/use-waypoint on the Service, ServiceEntry or pod, else on its namespace, names the Gateway; none opts out. istio.io/use-waypoint-namespace names another namespace."},
			{"traffic", "istio.io/waypoint-for on the Gateway: service (the default), workload, all or none"},
			{"other namespaces", "the HBONE listener has to admit them: allowedRoutes.namespaces.from"},
			{"void", "A binding to a Gateway that does not exist, has no address, does not admit the namespace or handles other traffic is skipped without an error: calls go directly to the pods, and policies of the waypoint are not enforced."},
		}},
		{Heading: "Who goes through it", Points: []Point{
			{"ambient clients", "always, when they call the Service's address. Pods of a headless Service are called by address: only a binding of the pods counts there."},
			{"gateways", "with istio.io/ingress-use-waypoint=true on the Service or its namespace"},
			{"never", "clients with a sidecar, and clients without a proxy. STRICT refuses the latter, not the former."},
		}},
		{Heading: "What it sends", Points: []Point{
			{"", "HBONE to endpoints that accept it, plaintext to all others. A STRICT sidecar without HBONE refuses that."},
			{"", "It reads DestinationRules: SIMPLE and MUTUAL go inside of HBONE, or bare to endpoints that do not accept it. DISABLE and ISTIO_MUTUAL change nothing."},
			{"", "It sees only Services that are exported to its namespace, unlike ztunnel."},
		}},
		{Heading: "Policies", Points: []Point{
			{"targetRefs", "AuthorizationPolicies that name a Service or the Gateway are the waypoint's. All others are ztunnel's."},
			{"identity", "The pod sees the waypoint as client: ns/NAMESPACE/sa/GATEWAY. An ALLOW policy of the pods has to name it; the clients belong into the policy of the waypoint."},
			{"PeerAuthentication", "decides nothing at a waypoint, and still applies to the pods behind it"},
		}},
	},
	See: []string{"ambient", "HBONE", "MTLS0234", "MTLS0312", "MTLS0314", "MTLS0510", "MTLS0513", "MTLS0514"},
}
