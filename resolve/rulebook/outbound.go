package rulebook

// outboundRules say whether a client proxy is involved, and which hosts it knows.
var outboundRules = []Rule{
	{Number: "3", Title: "What a client sends"},
	{Number: "3.1", Title: "Whether a client proxy is involved"},
	{
		Number: "3.1.1", Title: "Without a proxy, or past it, the application's own bytes leave the pod",
		Points: []string{"The pod has no proxy, or runs in the host's network.",
			"excludeOutboundPorts or excludeOutboundIPRanges name the call; includeOutboundIPRanges is narrower and leaves it out. includeOutboundPorts adds ports, and loses to both excludes.",
			"excludeInterfaces names the pod's own interface: then nothing of the pod is captured, in either direction.",
			"The application calls the pod's own address, or runs as the user or group of the proxy."},
		Source: []string{iptables}, See: []string{"MTLS0222", "MTLS0306"},
	},
	{
		Number: "3.1.2", Title: "A sidecar sees the hosts that its Sidecar resource imports, of those exported to its namespace",
		Text: []string{"The Sidecar that applies: the oldest of the namespace that selects the pod, else the oldest without a selector, else the one of the root namespace without a selector, else none, and all exported hosts are known. A dot in a root Sidecar means the client's namespace, ~namespace/host excludes, a listener with a port limits the ports. Gateways and waypoints ignore Sidecars.",
			"serviceEntryVisibility of the mesh configuration limits ServiceEntries to their namespace or hides them, from sidecars and gateways with applyToSidecars only.",
			"An imported VirtualService brings the hosts of its routes with it, for those of the client's own namespace even where they are not exported to it. A Service that is exported to no namespace keeps its cluster without endpoints.",
			"Of several hosts with one name a sidecar takes that of its own namespace, else the one exported by name, else the oldest; a Sidecar that names another namespace's gets that one. A Service to which a VirtualService of the client's namespace leads takes the place of a ServiceEntry of its name."},
		Source: []string{pushContext + " doGetSidecarScope", sidecarScope}, Proof: ByRun, See: []string{"MTLS0220"},
	},
	{
		Number: "3.1.3", Title: "A call to an unknown host, or to the address of a pod, is passed through unchanged, or refused",
		Text:   []string{"ALLOW_ANY: PassthroughCluster, so plaintext unless the application itself uses TLS, and STRICT refuses it. REGISTRY_ONLY: BlackHoleCluster. Pod addresses are known for headless Services only."},
		Source: []string{clusterBuild + " buildDefaultPassthroughCluster", passThrough}, See: []string{"MTLS0220"},
	},
	{
		Number: "3.1.4", Title: "A Service of type ExternalName is an alias: rules and modes are those of the Service that it names",
		Text: []string{"If the name is no known host, there is no mTLS of the mesh."}, Source: []string{cluster, pushContext + " resolveServiceAliases"},
	},
}

// ruleRules say which DestinationRule counts for a client.
var ruleRules = []Rule{
	{Number: "3.2", Title: "Which DestinationRule applies"},
	{
		Number: "3.2.1", Title: "A host without a dot is of the rule's own namespace; with a dot it is not expanded",
		Text:   []string{"reviews becomes reviews.NAMESPACE.svc.DOMAIN. reviews.prod has a dot, so it is no Service of the cluster. * stays *."},
		Source: []string{configModel + " ResolveShortnameToFQDN"}, See: []string{"MTLS0206"},
	},
	{
		Number: "3.2.2", Title: "Within one namespace the exact host applies, else the longest wildcard",
		Text:   []string{"A wildcard matches by the end of the name: *.foo.com does not match foo.com itself."},
		Source: []string{configModel + " MostSpecificHostMatch", "pilot/pkg/model/config_test.go"}, Proof: ByTest,
	},
	{
		Number: "3.2.3", Title: "The search goes client namespace, service namespace, root namespace, and ends with the first match",
		Points: []string{"The client's namespace: rules that may be used there (exportTo empty, *, . or that namespace). Where that is the root namespace, only rules private to it.",
			"The service's namespace: rules exported to the client's namespace.",
			"The root namespace: rules exported to the client's namespace.",
			"Rules of any other namespace are never used."},
		Source: []string{pushContext + " destinationRule", pushTest + " TestSetDestinationRuleWithExportTo"}, Proof: ByTest, See: []string{"MTLS0203", "MTLS0226"},
	},
	{
		Number: "3.2.4", Title: "Hosts are compared within one namespace only: a wildcard of the client's namespace beats an exact host beside the service",
		Source: []string{pushContext}, Proof: ByRun, See: []string{"MTLS0205"},
	},
	{
		Number: "3.2.5", Title: "Beside the service and in the root namespace, exportTo is asked only after the most specific host was chosen",
		Text:   []string{"If that rule is not exported to the client, the search continues in the next namespace. Less specific rules of the same namespace are not tried."},
		Source: []string{pushContext + " getExportedDestinationRuleFromNamespace"}, Proof: ByRun,
	},
	{
		Number: "3.2.6", Title: "defaultDestinationRuleExportTo matters only if it contains a dot",
		Text: []string{"Rules without exportTo are then private to their namespace."}, Source: []string{pushContext}, Proof: ByRun,
	},
	{
		Number: "3.2.7", Title: "A rule with workloadSelector is for matching pods of its own namespace, and beats rules without",
		Text: []string{"It is always private to its namespace: validation refuses it with an exportTo beyond."}, Source: []string{sidecarScope + " DestinationRule", pushContext, validation, pushTest}, Proof: ByTest,
	},
	{
		Number: "3.2.8", Title: "A rule that selects other pods of the client's namespace still ends the search",
		Text:   []string{"The first step finds every rule for the host. If all of them select other pods, the client has no rule at all: those beside the service and in the root namespace are masked."},
		Source: []string{pushContext, sidecarScope}, Proof: ByRun, See: []string{"MTLS0212"},
	},
	{
		Number: "3.2.9", Title: "Rules for one host in one namespace are merged if their exportTo allows it: the oldest trafficPolicy applies as a whole",
		Text: []string{"Rules with a selector come first; each group goes by age, name and namespace. Each rule is compared with those that are listed already, in order. ENABLE_ENHANCED_DESTINATIONRULE_MERGE=false removes the conditions about exportTo."},
		Points: []string{"Equal exportTo: merged. Listed exportTo not empty and contained in the new one: merged, and the new rule is listed too. Otherwise, unset against * included: not merged, and the new rule is listed.",
			"Different selectors: not merged, both listed. With equal selectors, or none, as above.",
			"Merging adds new subsets. A trafficPolicy is taken only if the listed rule has none at all, so an older one without tls hides the tls of a newer one.",
			"The last comparison decides whether the new rule is listed on its own. Of several listed rules without a selector the last one applies.",
			"A BackendTLSPolicy of the Gateway API is a SIMPLE rule in the target's namespace: what people's rules set wins, gaps are filled. The annotation istio.io/ignore-policy-attachment keeps one for another implementation."},
		Source: []string{ruleMerge, pushContext, pushTest + " TestSetDestinationRuleMerging", "pilot/pkg/config/kube/gateway/backend_policies.go"}, Proof: ByRun, See: []string{"MTLS0210", "MTLS0211"},
	},
	{
		Number: "3.2.10", Title: "In the root namespace, exportTo with a dot beside other names is neither private nor visible to the root's own proxies",
		Source: []string{pushContext}, Proof: ByRun,
	},
}
