package rulebook

// clusterRules are about meshes of several clusters, each with an istiod of its own that reads the
// Services of all.
var clusterRules = []Rule{
	{Number: "3.9", Title: "Several clusters"},
	{
		Number: "3.9.1", Title: "A client's istiod uses a Service as its own cluster defines it, with the endpoints of all clusters by the name of the port",
		Text: []string{"Ports, exportTo and headless are those of the client's cluster: a port that only another cluster has is unknown to it.",
			"PeerAuthentications, DestinationRules, Sidecars and VirtualServices are those of the client's cluster for what is sent, and those of the server's for what it accepts."},
		Source: []string{registries + " Services", registries + " mergeService", endpointBuild + " BuildClusterLoadAssignment"}, Proof: ByRun, See: []string{"3.4.7"},
	},
	{
		Number: "3.9.2", Title: "A Service that the client's cluster lacks is used as another cluster defines it",
		Text:   []string{"Where two other clusters define it differently, istiod uses the one that it read first. The input does not show which, so the answer is unknown."},
		Source: []string{registries + " Services"}, Proof: ByRun,
	},
	{
		Number: "3.9.3", Title: "Hosts that are local to a cluster have no endpoints in other clusters",
		Text:   []string{"serviceSettings of the mesh configuration say so with clusterLocal; the most specific host counts. Without a setting for them, kube-system, kubernetes.default and istiod are local."},
		Source: []string{"pilot/pkg/model/cluster_local.go", endpointBuild + " snapshotShards"}, Proof: ByRun,
	},
	{
		Number: "3.9.4", Title: "A ServiceEntry selects pods and machines of every cluster, a Service machines of its own",
		Source: []string{kubeControl + "/multicluster.go initializeCluster"}, Proof: ByRun, See: []string{"1.10", "3.4.6"},
	},
	{
		Number: "3.9.5", Title: "The east-west gateways of every cluster count, and a pod without a network label is in the network of its cluster",
		Text:   []string{"Its cluster's network is the label topology.istio.io/network of istiod's namespace there, or meshNetworks of the client's istiod."},
		Source: []string{registries + " NetworkGateways", kubeControl + "/network.go"}, Proof: ByRun, See: []string{"3.4.7"},
	},
}
