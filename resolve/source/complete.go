package source

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// completing are the kinds that are taken also of namespaces of which the files have objects: what others run
// there. Policies are not: one that the files lack may be one that a change removes.
var completing = []resolve.Kind{
	resolve.KindNamespace, resolve.KindService, resolve.KindServiceAccount, resolve.KindDeployment, resolve.KindStatefulSet, resolve.KindDaemonSet, resolve.KindCronJob,
	resolve.KindDeploymentConfig, resolve.KindRollout, resolve.KindMeshConfig, resolve.KindInjector, resolve.KindMutatingWebhook,
}

// deciding are kinds that decide about mTLS, of which one that the files lack is left out and told.
var deciding = []resolve.Kind{
	resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar, resolve.KindServiceEntry, resolve.KindVirtualService, resolve.KindGateway, resolve.KindEnvoyFilter,
	resolve.KindAuthorizationPolicy, resolve.KindWorkloadEntry, resolve.KindKubeGateway, resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindBackendTLSPolicy,
}

// Complete adds to files what a cluster has and they lack: everything of namespaces in which they have nothing, and
// the Namespaces, Services and workloads of the others. It returns how many objects of each kind were added. What
// else of those decides about mTLS is a problem: nobody knows whether the files remove it.
func (in *Input) Complete(from *Input) map[resolve.Kind]int {
	own, there := map[string]bool{}, map[resolve.Ref]bool{}
	kinds := map[resolve.Kind]bool{}
	for _, o := range in.Objects {
		there[o.Ref()], kinds[o.Kind] = true, true
		if o.Kind != resolve.KindNamespace {
			own[o.Value.GetNamespace()] = true
		}
	}
	added := map[resolve.Kind]int{}
	for _, o := range from.Objects {
		namespace := o.Value.GetNamespace()
		switch {
		case there[o.Ref()]:
			continue
		case namespace != "" && own[namespace] && !slices.Contains(completing, o.Kind):
			if slices.Contains(deciding, o.Kind) {
				in.Problems = append(in.Problems, resolve.Problem{
					Position: o.Origin.At(""), Ref: o.Ref(), Message: "is in the cluster and not in the files, which have its namespace: left out, as if a change removed it", Hint: "-f adds its manifest; mtlsctl diff shows what removing it does",
				})
			}
			continue
		case o.Kind == resolve.KindMeshConfig && (kinds[resolve.KindMeshConfig] || in.MeshConfig != nil):
			continue // the files say how the mesh is configured
		}
		in.Objects = append(in.Objects, o)
		in.Stats.Objects[o.Kind]++
		added[o.Kind]++
	}
	in.Problems = append(in.Problems, from.Problems...)
	if from.Cluster != nil {
		for _, gap := range from.Cluster.Gaps {
			in.Problems = append(in.Problems, resolve.Problem{
				Message: "the files are completed without a part of the cluster: " + gap.String(), Hint: "mtlsctl rbac prints the rights for a complete snapshot",
			})
		}
	}
	in.Sort()
	return added
}
