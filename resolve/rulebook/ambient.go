package rulebook

// ambientRules say which mode a port has in ambient, who is enrolled, and what waypoints do.
var ambientRules = []Rule{
	{Number: "2A", Title: "What PeerAuthentication means to ztunnel"},
	{
		Number: "2A.1", Title: "ztunnel can only deny callers without an identity, so DISABLE means PERMISSIVE",
		Text:   []string{"HBONE is always accepted, and clients of the mesh go on using it."},
		Source: []string{ambientAuthz, ambientTest}, Proof: ByTest, See: []string{"MTLS0115"},
	},
	{
		Number: "2A.2", Title: "STRICT reaches ztunnel as one shared deny policy, port exceptions as a policy of their own",
		Text:   []string{"The exceptions are those of the oldest workload policy with ports, outside the root namespace."},
		Source: []string{ambientAuthz, ambientPolicy, ambientTest}, Proof: ByTest, See: []string{"2C.4", "2C.5"},
	},
	{
		Number: "2A.3", Title: "Policies of the same second have no order in ambient: pods of one namespace can get different modes",
		Text:   []string{"istiod looks for one that is strictly older in a list without order, and does not compare names. One istiod gave STRICT to 35 of 40 pods and nothing to the other five. The honest answer is UNKNOWN."},
		Source: []string{ambientAuthz + " convertedSelectorPeerAuthentications"}, Proof: ByRun, See: []string{"2.3"},
	},
	{
		Number: "2A.4", Title: "A root policy with an empty selector does not count for ambient pods of other namespaces",
		Text:   []string{"The selector has to be absent. For pods of the root namespace an empty one counts, and for sidecars it is mesh-wide (2.2)."},
		Source: []string{ambientLoad + " fetchPeerAuthentications"}, Proof: ByRun, See: []string{"2.2", "MTLS0116"},
		Examples: []string{"root STRICT with an empty selector: an ambient pod of another namespace is PERMISSIVE, a sidecar is STRICT"},
	},
	{
		Number: "2A.5", Title: "Under an inherited STRICT, DISABLE ports of a policy without a mode stay STRICT if none of its ports is PERMISSIVE",
		Text:   []string{"With a PERMISSIVE port beside it the DISABLE port is exempt too. It is also exempt where the policy has mode STRICT of its own."},
		Source: []string{ambientAuthz}, Proof: ByRun,
		Examples: []string{"mesh STRICT; policy without a mode, port 8080 DISABLE, port 9090 STRICT: all ports are STRICT"},
		See:      []string{"2C.4", "MTLS0116"},
	},
	{
		Number: "2A.6", Title: "Under a STRICT mesh and a namespace policy without a mode, a PERMISSIVE port opens all ports of its workload",
		Text:   []string{"The workload gives up the shared policy for one that is never made. ztunnel skips a missing policy, so nothing is enforced: every port is PERMISSIVE."},
		Source: []string{ambientAuthz, ztunnelState + " assert_rbac"}, Proof: ByRun, See: []string{"2C.6", "MTLS0116"},
	},
	{
		Number: "2A.7", Title: "A waypoint changes nothing about PeerAuthentication",
		Text: []string{"It only adds HBONE hops."}, Source: []string{pointListener},
	},

	{Number: "2B", Title: "Who is enrolled in ambient"},
	{
		Number: "2B.1", Title: "Enrolment is decided in order: host network, sidecar, pod label, namespace label",
		Points: []string{"hostNetwork: not enrolled.",
			"Annotation sidecar.istio.io/status: not enrolled. Injection runs first, so a sidecar always wins.",
			"Pod label istio.io/dataplane-mode=ambient: enrolled, in any namespace.",
			"Namespace label ambient, and the pod label is not none: enrolled. Any other value of the pod label counts as absent."},
		Source: []string{enablement + " Matches", cniChart}, Proof: ByRun,
		Examples: []string{"pods without the label, with none, with sidecar, in the host network, and with ambient in an unlabelled namespace: ambient, none, ambient, none, ambient"},
	},
	{
		Number: "2B.2", Title: "In a namespace with both labels a pod that refuses the sidecar is ambient",
		Text: []string{"To have neither it needs istio.io/dataplane-mode=none as well."}, Source: []string{enablement}, Proof: ByRun, See: []string{"MTLS0310"},
	},
	{
		Number: "2B.3", Title: "The installation can change the selectors of enrolment and the excluded namespaces",
		Text:   []string{"They are in the ConfigMap istio-cni-config, keys AMBIENT_ENABLEMENT_SELECTOR and EXCLUDE_NAMESPACES. By default kube-system is the only excluded namespace; kube-public and others that are never injected are enrolled if labelled."},
		Source: []string{cniChart}, Proof: ByRun, Examples: []string{"kube-system and kube-public labelled ambient: none; ambient"},
	},
	{
		Number: "2B.4", Title: "On a cluster only the annotation ambient.istio.io/redirection=enabled proves enrolment",
		Text:   []string{"pending, or no annotation, means not captured whatever the labels are. A labelled pod on a node without the CNI agent has no proxy: clients send plaintext and no policy is enforced."},
		Source: []string{ambientLoad + " setTunnelProtocol", "cni/pkg/util/podutil.go"}, Proof: ByRun,
	},
	{
		Number: "2B.5", Title: "Enrolment follows label changes of running pods at once, both ways",
		Text: []string{"A namespace that loses the label leaves its pods without a proxy at that moment."}, Source: []string{podInformers + " reconcilePod", ambientSuite}, Proof: ByTest,
	},
	{
		Number: "2B.6", Title: "Completed pods leave the mesh; ztunnel pods are never enrolled",
		Source: []string{podInformers, ambientLoad + " podWorkloadBuilder"},
	},
	{
		Number: "2B.7", Title: "Gateways and waypoints stay out of capture because they are labelled istio.io/dataplane-mode=none",
		Text:   []string{"istiod sets the label on gateways that it creates, and the charts of istiod, gateways, istio-cni and ztunnel have it. A gateway Deployment written by hand, without that label and without the sidecar's status annotation, is captured."},
		Source: []string{deployControl + " setLabelOverrides", pointChart},
	},
	{
		Number: "2B.8", Title: "ambient.istio.io/bypass-inbound-capture=true: plaintext reaches the pod past ztunnel",
		Text:   []string{"No PeerAuthentication and no AuthorizationPolicy is enforced for it, STRICT included. istiod does not read the annotation, so clients still send HBONE, which is accepted as well."},
		Source: []string{podNetwork + " getPodLevelTrafficOverrides", podIptables + " AppendInpodRules"},
	},
	{
		Number: "2B.9", Title: "Kubelet probes, loopback, UDP and calls to the pod's own address pass ztunnel by",
		Text:   []string{"With iptables every socket of the node's host network is exempt, with nftables every process of the kubelet's user: a client in the host network reaches ambient pods of its own node in plaintext, STRICT or not."},
		Source: []string{podIptables, podNftables + " CreateHostRulesForHealthChecks"}, Proof: Inferred,
	},
	{
		Number: "2B.10", Title: "Endpoints in the host network are called in plaintext, since their address is the node's",
		Source: []string{ambientLoad + " NetworkMode", ztunnelWorkload}, Proof: ByRun,
	},
	{
		Number: "2B.11", Title: "Whether an endpoint accepts HBONE is a fact of the workload: redirected, or with the tunnel label",
		Text:   []string{"For endpoints written in a ServiceEntry, ztunnel goes by the labels of the entry, sidecars by those of entry and endpoint. A tunnel label on a pod that does not listen makes every HBONE call to it fail."},
		Source: []string{ambientLoad + " serviceEntryWorkloadBuilder", serviceModel + " SupportsTunnel"}, Proof: ByRun, See: []string{"1.9"},
	},
	{
		Number: "2B.12", Title: "Sidecars get the tunnel label from proxyMetadata ISTIO_META_ENABLE_HBONE=true",
		Text:   []string{"The ambient profile of istioctl sets it for the mesh; the annotation proxy.istio.io/config sets it for a pod. Such sidecars listen on 15008 if istiod has PILOT_ENABLE_AMBIENT."},
		Source: []string{sidecarChart, "manifests/helm-profiles/ambient.yaml", contextModel + " EnableHBONEListen"}, Proof: ByRun,
	},

	{Number: "2C", Title: "The mode of a port in ambient"},
	{
		Number: "2C.1", Title: "ztunnel asks, per connection, the policies of the namespace, the global ones, and the workload's own",
		Text:   []string{"Every DENY first, then the ALLOW policies if there are any. Plaintext has no identity, HBONE has the caller's. PeerAuthentication arrives only as DENY policies in the workload's own list."},
		Source: []string{ztunnelState + " assert_rbac", ztunnelPlain, ztunnelInbound},
	},
	{
		Number: "2C.2", Title: "A port is STRICT if such a policy denies callers without identity on it, else PERMISSIVE",
		Text:   []string{"There is no DISABLE, and HBONE is never denied by it. The port is the target port; ports that nothing names follow the same list."},
		Source: []string{ztunnelInbound + " build_inbound_request"}, Proof: ByRun,
		Examples: []string{"no policy: every port is PERMISSIVE and HBONE is used", "namespace STRICT: every port is STRICT, plaintext is denied by istio_converted_static_strict", "namespace DISABLE: every port is PERMISSIVE"},
	},
	{
		Number: "2C.3", Title: "Policies that count: the root namespace's without selector, and those of the pod's namespace that match",
		Text:   []string{"An empty selector counts in the pod's own namespace. A policy with a selector in the root namespace is ignored, and none can be attached to a Gateway or a waypoint."},
		Source: []string{ambientLoad + " fetchPeerAuthentications", ambientAuthz}, Proof: ByRun,
		Examples: []string{"root STRICT with an empty selector, root namespace ambient: PERMISSIVE in other ambient namespaces, STRICT in the root namespace and for sidecars"},
	},
	{
		Number: "2C.4", Title: "First step: which policy the workload refers to",
		Text: []string{"Inherited is the mode of the oldest namespace policy if it sets one, else that of the mesh policy. Static is the shared STRICT policy, converted the one made from the workload's own PeerAuthentication."},
		Points: []string{"No workload policy: static if STRICT is inherited.",
			"Workload STRICT: converted if a port is PERMISSIVE or DISABLE, else static.",
			"Workload PERMISSIVE or DISABLE: converted if a port is STRICT, else none.",
			"Workload without a mode, STRICT inherited: converted if a port is PERMISSIVE, else static.",
			"Workload without a mode, STRICT not inherited: converted if a port is STRICT, else none."},
		Source: []string{ambientAuthz + " convertedSelectorPeerAuthentications"}, Proof: ByRun,
	},
	{
		Number: "2C.5", Title: "Second step: what the converted policy holds; where nothing is left it is not made",
		Text: []string{"Parents count here only if their selector is absent; an empty one, which counts in the first step, does not."},
		Points: []string{"STRICT ports are left out where STRICT holds anyway: the workload is STRICT, or has no mode and the namespace is STRICT, or the namespace has no mode and the mesh is STRICT, whatever the mode of the workload.",
			"PERMISSIVE and DISABLE ports are exempt only if the workload is STRICT, or has no mode and its namespace policy (without one, the mesh policy) is STRICT."},
		Source: []string{ambientAuthz + " convertPeerAuthentication"}, Proof: ByRun,
		Examples: []string{"mesh STRICT, namespace PERMISSIVE, workload PERMISSIVE with port 8080 STRICT: 8080 is STRICT, the rest PERMISSIVE"},
	},
	{
		Number: "2C.6", Title: "A reference to a policy that was not made enforces nothing",
		Text: []string{"Rules 2C.6a to 2C.6c are the cases."}, Source: []string{ambientAuthz, ztunnelState + " assert_rbac"}, Proof: ByRun, See: []string{"2A.6"},
	},
	{
		Number: "2C.6a", Title: "Mesh STRICT, no namespace mode, workload PERMISSIVE or DISABLE: its STRICT port accepts plaintext",
		Source: []string{ambientAuthz}, Proof: ByRun,
		Examples: []string{"mesh STRICT, no namespace policy, workload PERMISSIVE with port 8080 STRICT: port 8080 is PERMISSIVE"},
	},
	{
		Number: "2C.6b", Title: "Mesh STRICT, namespace policy without a mode, workload without a mode and a PERMISSIVE port: every port accepts plaintext",
		Source: []string{ambientAuthz}, Proof: ByRun, See: []string{"2A.6"},
	},
	{
		Number: "2C.6c", Title: "Namespace STRICT by an empty selector, mesh not STRICT, workload without a mode: a PERMISSIVE port opens every port",
		Text: []string{"With a STRICT port beside it, only that port is enforced."}, Source: []string{ambientAuthz}, Proof: ByRun,
	},
	{
		Number: "2C.7", Title: "Converted policies are not made anew when a mesh or namespace policy changes",
		Text: []string{"An exception without a mode that was there before its mesh or namespace became STRICT leaves the workload without any policy, until istiod restarts or the exception is touched. The order of documents in one kubectl apply decides.",
			"An exception with mode STRICT of its own is safe, since it needs no parent.",
			"In a cluster the times of the policies (metadata.creationTimestamp, generation, managedFields) and the start of istiod's pods show the order: the mode is then that of the policy as istiod last converted it, and UNKNOWN where the times leave both orders possible. Files have no order: the mode is that of an istiod that starts now, and MTLS0121 reports the port."},
		Source: []string{ambientPolicy + " PolicyCollections"}, Proof: ByRun,
		Examples: []string{"root PERMISSIVE, workload policy without a mode and port 8080 PERMISSIVE, then root STRICT: all ports PERMISSIVE until istiod restarts; after it 8080 PERMISSIVE, the rest STRICT"}, See: []string{"MTLS0121"},
	},
	{
		Number: "2C.8", Title: "2C.4 and 2C.5 together are the whole decision",
		Text: []string{"They were compared with istiod and ztunnel on every combination of mesh, namespace, workload and two port modes."}, Source: []string{ambientAuthz}, Proof: ByRun,
	},
	{
		Number: "2C.9", Title: "TLS without a tunnel is plaintext to ztunnel: denied under STRICT, else passed on unopened",
		Text: []string{"That includes a sidecar's Istio mTLS, and an application's own TLS."}, Source: []string{ztunnelPlain},
	},
	{
		Number: "2C.10", Title: "A policy change closes connections that it would deny",
		Source: []string{ztunnelInbound, "istio/ztunnel src/proxy/connection_manager.rs"},
	},
	{
		Number: "2C.11", Title: "AuthorizationPolicies decide beside the mode, and can be a STRICT of their own",
		Text:   []string{"DENY with notPrincipals * denies plaintext, ALLOW with principals does too. A selector in the root namespace selects pods of all namespaces, unlike in a PeerAuthentication."},
		Source: []string{ambientAuthz + " convertAuthorizationPolicy", ambientLoad + " buildWorkloadPolicies"}, Proof: ByRun, See: []string{"5.3"},
	},
	{
		Number: "2C.12", Title: "istiod attaches the policies to every workload; only those that ztunnel captures enforce them",
		Source: []string{ambientLoad}, Proof: ByRun,
	},

	{Number: "2D", Title: "Waypoints"},
	{
		Number: "2D.1", Title: "The label istio.io/use-waypoint on the Service binds it, else that of its namespace; none opts out",
		Text:   []string{"ServiceEntries, pods and WorkloadEntries can have it as well. istio.io/use-waypoint-namespace names another namespace."},
		Source: []string{ambientPoint + " fetchWaypointForTarget"}, Proof: ByRun,
	},
	{
		Number: "2D.2", Title: "A waypoint without an address in its status is skipped: calls go directly, and its policies are not enforced",
		Text: []string{"A bound waypoint without ready pods makes calls fail. The class of the Gateway is not checked."}, Source: []string{ambientPoint, ztunnelState + " fetch_waypoint"}, Proof: ByRun,
	},
	{
		Number: "2D.3", Title: "istio.io/waypoint-for selects which traffic a waypoint handles: service (the default), workload, all or none",
		Text: []string{"It is read from the Gateway, then from its class. A binding to traffic that the waypoint does not handle is void."}, Source: []string{ambientPoint}, Proof: ByRun,
	},
	{
		Number: "2D.4", Title: "A waypoint of another namespace needs allowedRoutes from All or a selector; without, the binding is void",
		Source: []string{ambientPoint}, Proof: ByRun, Examples: []string{"waypoint in namespace infra without allowedRoutes: the client calls the pods directly over HBONE"},
	},
	{
		Number: "2D.5", Title: "Ambient clients go through a waypoint; sidecars and clients without a proxy never do",
		Text:   []string{"Calls to the Service address always, calls to a pod address only with waypoint-for workload or all. Headless Services are called by pod address. Gateways only with istio.io/ingress-use-waypoint=true."},
		Source: []string{endpointBuild + " findServiceWaypoint", ztunnelOutbound + " build_request"}, Proof: ByRun,
		Examples: []string{"Service pay bound to waypoint wp, STRICT: the ambient client sends HBONE to wp, wp to pay; a sidecar sends HBONE to pay directly"},
	},
	{
		Number: "2D.6", Title: "A waypoint accepts HBONE on 15008 only, with a client certificate of the mesh's trust domain",
		Text: []string{"TLS 1.3. PeerAuthentication is not asked, and policies with a selector never attach."}, Source: []string{pointListener + " buildConnectTerminateListener", attachment + " ShouldAttachPolicy"},
	},
	{
		Number: "2D.7", Title: "A waypoint sends HBONE to endpoints that accept it, else plaintext, also to a STRICT sidecar, which refuses it",
		Text:   []string{"SIMPLE and MUTUAL of a DestinationRule go inside of the tunnel, or bare to other endpoints. DISABLE and ISTIO_MUTUAL change nothing. A subset of names that the waypoint resolves has all of them: its labels choose nothing."},
		Source: []string{clusterPoint + " buildWaypointTLSContext", ambientSuite}, Proof: ByRun, Examples: []string{"waypoint in front of a STRICT sidecar without HBONE: plaintext, broken"}, See: []string{"3.5.5"},
	},
	{
		Number: "2D.8", Title: "Behind a waypoint the pod sees the waypoint's identity, not the client's",
		Text:   []string{"It is ns/NAMESPACE/sa/GATEWAY of the waypoint. ALLOW for the client's principal on the pod denies such calls; allow the waypoint there, and enforce at the waypoint with targetRefs."},
		Source: []string{deployControl + " GetDefaultName", ambientSuite}, Proof: ByRun,
	},
	{
		Number: "2D.9", Title: "STRICT does not close the way past a waypoint",
		Text:   []string{"Callers with an identity reach the pod directly, by pod address or from a sidecar. Only an ALLOW for the waypoint's principal closes it, or PILOT_AUTO_ALLOW_WAYPOINT_POLICY, which is off by default."},
		Source: []string{ambientPolicy + " implicitWaypointPolicy"},
	},
	{
		Number: "2D.10", Title: "AuthorizationPolicies with targetRefs are the waypoint's, those without are ztunnel's",
		Text: []string{"targetRefs name a Service or ServiceEntry of the same namespace, a Gateway, or in the root namespace the GatewayClass istio-waypoint."}, Source: []string{ambientAuthz, attachment},
	},
}
