package rulebook

// meshRules say which workloads are in the mesh, and who sees which configuration.
var meshRules = []Rule{
	{Number: "1", Title: "Which workloads are in the mesh"},
	{
		Number: "1.1", Title: "A proxy in the pod and the label security.istio.io/tlsMode are two facts, and clients look at the label only",
		Text: []string{"The value istio means that the endpoint accepts mTLS. No label means disabled; any other value means that it does not. Nothing compares the label with the containers of the pod.",
			"A port's mode follows the proxy: without one no policy is enforced, whatever the label is."},
		Source: []string{kubeConvert + " PodTLSMode", serviceModel + " GetTLSModeFromEndpointLabels", mtlsChecker}, See: []string{"3.4.4", "MTLS0304"},
	},
	{
		Number: "1.2", Title: "Sidecar injection sets the label security.istio.io/tlsMode=istio, unless the pod has the label already",
		Text:   []string{"The templates for gateways, waypoints and proxyless gRPC do not set it. A Deployment therefore has no such label as a rule: what clients will see is predicted from injection."},
		Source: []string{sidecarChart, "manifests/charts/istio-control/istio-discovery/files/gateway-injection-template.yaml", pointChart}, See: []string{"1.1", "2.17"},
	},
	{
		Number: "1.3", Title: "A pod has a sidecar if a container or an init container is named istio-proxy",
		Text: []string{"As an init container with restartPolicy Always it is a native sidecar. Gateways use the same name and run in router mode, so the name alone does not distinguish them from sidecars.",
			"In a template the container may only customize the injected one: without arguments of its own it proves nothing."},
		Source: []string{"pkg/config/analysis/analyzers/util/in_mesh.go", injectHook},
	},
	{
		Number: "1.4", Title: "The injection webhook sees a pod by five combinations of labels only",
		Text: []string{"They are rules 1.4a to 1.4e. Webhooks of a revision have the first two; those of the default revision, and of a tag named default, have all of them.",
			"So a namespace with istio-injection=disabled, or with any value but enabled, gets no sidecars whatever the labels of its pods are. A pod annotation cannot opt in: in an unlabelled namespace the webhook never sees the pod. A revision or tag that no control plane has injects nothing."},
		Source: []string{hookChart, "manifests/charts/istio-control/istio-discovery/templates/revision-tags-mwc.yaml"}, See: []string{"1.5", "MTLS0302"},
	},
	{
		Number: "1.4a", Title: "Namespace label istio.io/rev names the revision, without istio-injection; the pod label sidecar.istio.io/inject is not false",
		Source: []string{hookChart},
	},
	{
		Number: "1.4b", Title: "The namespace has neither label, and the pod label istio.io/rev names the revision",
		Text: []string{"The pod label sidecar.istio.io/inject must not be false."}, Source: []string{hookChart},
	},
	{
		Number: "1.4c", Title: "Namespace label istio-injection=enabled injects by the default revision, regardless of istio.io/rev",
		Text: []string{"The pod label sidecar.istio.io/inject must not be false."}, Source: []string{hookChart},
	},
	{
		Number: "1.4d", Title: "The namespace has neither label, and the pod label sidecar.istio.io/inject is true",
		Text: []string{"The pod has no label istio.io/rev. The older annotation of the same name does not count here."}, Source: []string{hookChart},
	},
	{
		Number: "1.4e", Title: "With enableNamespacesByDefault a namespace without labels is injected, system namespaces excepted",
		Text: []string{"The pod has neither sidecar.istio.io/inject nor istio.io/rev."}, Source: []string{hookChart},
	},
	{
		Number: "1.5", Title: "A pod that the webhook sees is injected unless something refuses it, in a fixed order",
		Points: []string{"hostNetwork: never.",
			"Namespaces kube-system, kube-public, kube-node-lease and local-path-storage: never.",
			"Pod label sidecar.istio.io/inject, or else the annotation of that name: true and false decide, any other value counts as not set.",
			"The injector's neverInjectSelector, then its alwaysInjectSelector.",
			"The injector's policy (global.proxy.autoInject), enabled by default."},
		Source: []string{injector + " injectRequired", "pkg/kube/inject/initializer.go"}, Proof: ByTest, See: []string{"1.4"},
	},
	{
		Number: "1.6", Title: "Where the sidecar is a native one changes no mTLS decision",
		Text:   []string{"ENABLE_NATIVE_SIDECARS is auto: on where every node has kubelet 1.33 or later. The annotation sidecar.istio.io/nativeSidecar overrides it. Only the place of the container and the search for named ports differ."},
		Source: []string{injectHook + " DetectNativeSidecar", kubeControl + " FindPort"},
	},
	{
		Number: "1.7", Title: "A running pod keeps what it was injected with; labels apply when the pod is created",
		Text:   []string{"For a cluster, pods are read, not the labels of their namespaces. A template only predicts what its next pods will have."},
		Source: []string{injectHook}, Proof: Inferred, See: []string{"1.13", "MTLS0301"},
	},
	{
		Number: "1.8", Title: "Ambient captures a pod by the label istio.io/dataplane-mode=ambient of the pod or its namespace; a sidecar wins",
		Text:   []string{"The pod must not run in the host's network, and must not have the annotation sidecar.istio.io/status. The pod label none opts out. On a cluster the proof is the annotation ambient.istio.io/redirection=enabled. kube-system is excluded by default."},
		Source: []string{enablement, cniChart, ambientLoad + " setTunnelProtocol"}, Proof: ByRun, See: []string{"2B.1"},
	},
	{
		Number: "1.9", Title: "A workload can receive HBONE if it is redirected, has the tunnel label, or is a waypoint",
		Text:   []string{"Redirected: annotation ambient.istio.io/redirection=enabled. Tunnel label: networking.istio.io/tunnel contains http; sidecars get it where proxyMetadata ISTIO_META_ENABLE_HBONE is true, as in the ambient profile."},
		Source: []string{ambientLoad, serviceModel + " SupportsTunnel", endpointBuild + " supportTunnel", sidecarChart}, See: []string{"2B.11", "3.5.3"},
	},
	{
		Number: "1.10", Title: "A WorkloadEntry counts as mTLS-capable by its tlsMode label, or else if serviceAccount is set",
		Text: []string{"The same holds for endpoints written in a ServiceEntry. The labels are those of spec, overlaid by those of metadata. Nothing in the configuration proves that a proxy runs there.",
			"A Service selects WorkloadEntries too, unless it is headless. A port of the WorkloadEntry that has the name of the Service port comes before a numbered targetPort."},
		Source: []string{entryConvert, features, "pilot/pkg/autoregistration/controller.go"}, Proof: ByRun, See: []string{"MTLS0218"},
	},
	{
		Number: "1.11", Title: "An endpoint of an EndpointSlice is the pod that targetRef names, or that of its own namespace which has the address, or an address without mTLS",
		Text:   []string{"Pods are found by targetRef first, in the namespace that it names; without one by address, and only in the namespace of the slice. Endpoints of a Service without selector are mirrored into a slice and follow the same rule."},
		Source: []string{kubeControl + " getPod"},
	},
	{
		Number: "1.12", Title: "With interception mode NONE only Sidecar ingress listeners apply; other ports are the application's own",
		Text: []string{"Clients still look at the label, so they send mTLS to what no proxy handles. Nothing is redirected, so includeInboundPorts and excludeInboundPorts mean nothing for a Sidecar ingress listener.",
			"With PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE a Sidecar with ingress gives Service ports listeners in this mode too."},
		Source: []string{inbound}, Proof: ByRun, See: []string{"MTLS0307"},
	},
	{
		Number: "1.13", Title: "What is not in the input is unknown, never no",
		Text:   []string{"Without the Namespace object, the revisions and tags, the injector's settings or the ambient installation, membership is unknown. An answer is then UNKNOWN with the mode that a sidecar would have, and a flag or a file settles it."},
		Source: []string{hookChart, injector}, Proof: Inferred, See: []string{"UNKNOWN"},
	},
	{
		Number: "1.14", Title: "istiod reads only objects of namespaces that discoverySelectors select, and of its own revision",
		Text:   []string{"An object with the label istio.io/rev is read by the istiod of that revision only; without the label by all. PeerAuthentications and DestinationRules are no exception. A client's control plane judges the policies of an endpoint by its own revision."},
		Source: []string{"pilot/pkg/config/kube/crdclient/client.go", "pkg/config/model.go", "pkg/kube/namespace/filter.go"}, Proof: ByRun, See: []string{"MTLS0110", "MTLS0111"},
	},
}
