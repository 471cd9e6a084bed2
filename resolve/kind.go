package resolve

import (
	"slices"
	"strings"
)

// shortKinds are kubectl's short names, for tables and arguments.
var shortKinds = map[Kind]string{
	KindDeployment: "deploy", KindStatefulSet: "sts", KindDaemonSet: "ds", KindReplicaSet: "rs",
	KindReplicationController: "rc", KindPod: "pod", KindJob: "job", KindCronJob: "cj",
	KindDeploymentConfig: "dc", KindRollout: "rollout", KindKnativeService: "ksvc",
	KindWorkloadEntry: "we", KindWorkloadGroup: "wg", KindService: "svc", KindNamespace: "ns",
	KindPeerAuthentication: "pa", KindDestinationRule: "dr", KindServiceEntry: "se",
	KindVirtualService: "vs", KindGateway: "gw", KindKubeGateway: "gtw", KindServiceAccount: "sa",
}

// kubectlPods is kubectl's short name of pods, which reads worse than pod where it is printed.
const kubectlPods = "po"

// Short is kubectl's short name of the kind, or the kind in lower case.
func (k Kind) Short() string {
	if s, ok := shortKinds[k]; ok {
		return s
	}
	return strings.ToLower(k.Word())
}

// ParseKind reads a kind as people type it: the Kind, its plural or its short
// name, in any case. ok is false for a word that names no kind.
func ParseKind(s string) (kind Kind, ok bool) {
	s = strings.ToLower(s)
	i := slices.IndexFunc(allKinds, func(k Kind) bool {
		word := strings.ToLower(k.Word())
		return s == word || s == word+"s" || s == strings.TrimSuffix(word, "y")+"ies" || s == k.Short() || s == kubectlPods && k == KindPod || s == strings.ToLower(string(k))
	})
	if i < 0 {
		return "", false
	}
	return allKinds[i], true
}

// allKinds lists the kinds that may be named on a command line, in the order in
// which an ambiguous word is tried.
var allKinds = []Kind{
	KindPod, KindDeployment, KindStatefulSet, KindDaemonSet, KindReplicaSet, KindReplicationController,
	KindJob, KindCronJob, KindDeploymentConfig, KindRollout, KindWorkloadEntry, KindWorkloadGroup,
	KindService, KindKnativeService, KindNamespace, KindServiceAccount, KindPeerAuthentication, KindDestinationRule,
	KindSidecar, KindServiceEntry, KindVirtualService, KindGateway, KindKubeGateway, KindAuthorizationPolicy, KindRequestAuthentication,
}

// MakesPods reports a kind that is read as a Controller.
func (k Kind) MakesPods() bool {
	switch k {
	case KindDeployment, KindStatefulSet, KindDaemonSet, KindReplicaSet, KindReplicationController, KindJob, KindCronJob,
		KindDeploymentConfig, KindRollout, KindKnativeService:
		return true
	}
	return false
}
