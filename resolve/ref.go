package resolve

import (
	"cmp"
	"fmt"
	"strings"
)

// Kind names what an object is, as kubectl would: the bare Kind where it is
// clear, "Kind.group" where two groups use the same word.
type Kind string

// The kinds that Build takes. Workload kinds carry a pod template or are a
// pod; the value that each expects is said at Object.
const (
	KindNamespace      Kind = "Namespace"
	KindService        Kind = "Service"
	KindServiceAccount Kind = "ServiceAccount"
	KindEndpointSlice  Kind = "EndpointSlice"
	KindEndpoints      Kind = "Endpoints"
	KindConfigMap      Kind = "ConfigMap"
	KindIngress        Kind = "Ingress"

	// KindWorkload stands for all workload kinds together, where only that matters.
	KindWorkload Kind = "Workload"

	KindPod                   Kind = "Pod"
	KindDeployment            Kind = "Deployment"
	KindStatefulSet           Kind = "StatefulSet"
	KindDaemonSet             Kind = "DaemonSet"
	KindReplicaSet            Kind = "ReplicaSet"
	KindReplicationController Kind = "ReplicationController"
	KindJob                   Kind = "Job"
	KindCronJob               Kind = "CronJob"
	KindDeploymentConfig      Kind = "DeploymentConfig"
	KindRollout               Kind = "Rollout"
	KindKnativeService        Kind = "Service.serving.knative.dev"

	KindPeerAuthentication    Kind = "PeerAuthentication"
	KindRequestAuthentication Kind = "RequestAuthentication"
	KindAuthorizationPolicy   Kind = "AuthorizationPolicy"
	KindDestinationRule       Kind = "DestinationRule"
	KindSidecar               Kind = "Sidecar"
	KindServiceEntry          Kind = "ServiceEntry"
	KindWorkloadEntry         Kind = "WorkloadEntry"
	KindWorkloadGroup         Kind = "WorkloadGroup"
	KindVirtualService        Kind = "VirtualService"
	KindGateway               Kind = "Gateway"
	KindEnvoyFilter           Kind = "EnvoyFilter"
	KindTelemetry             Kind = "Telemetry"

	KindKubeGateway      Kind = "Gateway.gateway.networking.k8s.io"
	KindHTTPRoute        Kind = "HTTPRoute"
	KindGRPCRoute        Kind = "GRPCRoute"
	KindTCPRoute         Kind = "TCPRoute"
	KindTLSRoute         Kind = "TLSRoute"
	KindReferenceGrant   Kind = "ReferenceGrant"
	KindBackendTLSPolicy Kind = "BackendTLSPolicy"

	KindMutatingWebhook   Kind = "MutatingWebhookConfiguration"
	KindValidatingWebhook Kind = "ValidatingWebhookConfiguration"
	KindAPIService        Kind = "APIService"
	KindServiceMonitor    Kind = "ServiceMonitor"
	KindPodMonitor        Kind = "PodMonitor"
	// Policies of Kubernetes' network, and of Cilium's: see NetworkPolicy.
	KindNetworkPolicy           Kind = "NetworkPolicy"
	KindCiliumNetworkPolicy     Kind = "CiliumNetworkPolicy"
	KindCiliumClusterwidePolicy Kind = "CiliumClusterwideNetworkPolicy"
	// KindDefinition is a CustomResourceDefinition, as far as kube-apiserver calls a Service
	// to convert its objects.
	KindDefinition Kind = "CustomResourceDefinition"

	// Objects of other projects that name whom somebody calls: see Dialling, Class and Monitor.
	KindIngressClass            Kind = "IngressClass"
	KindGatewayClass            Kind = "GatewayClass"
	KindScaledObject            Kind = "ScaledObject"
	KindScaledJob               Kind = "ScaledJob"
	KindAnalysisTemplate        Kind = "AnalysisTemplate"
	KindClusterAnalysisTemplate Kind = "ClusterAnalysisTemplate"
	KindVMServiceScrape         Kind = "VMServiceScrape"
	KindVMPodScrape             Kind = "VMPodScrape"
	KindRoute                   Kind = "Route"
	KindHTTPProxy               Kind = "HTTPProxy"
	KindIngressRoute            Kind = "IngressRoute"
	KindIngressRouteTCP         Kind = "IngressRouteTCP"
	KindMapping                 Kind = "Mapping"
	KindTCPMapping              Kind = "TCPMapping"
	KindTLSContext              Kind = "TLSContext"

	// KindLegacyPolicy and KindMeshPolicy set the mode before Istio 1.6; nothing reads
	// them any more.
	KindLegacyPolicy Kind = "Policy.authentication.istio.io"
	KindMeshPolicy   Kind = "MeshPolicy"

	// KindConfiguration is .mtlsctl.yaml: no object, but findings are about it too.
	KindConfiguration Kind = "Configuration"
	// KindMeshConfig is the mesh configuration, whichever object held it.
	KindMeshConfig Kind = "MeshConfig"
	// KindInstallation is an installer's object that only says a version: see Installation.
	KindInstallation Kind = "Installation"
	// KindInjector is the values of a sidecar injector.
	KindInjector Kind = "Injector"
	// KindNodeAgent is the configuration of istio-cni.
	KindNodeAgent Kind = "NodeAgent"
	// KindServiceMeshControlPlane and KindServiceMeshMemberRoll are OpenShift
	// Service Mesh 2: a mode and a list of member namespaces.
	KindServiceMeshControlPlane Kind = "ServiceMeshControlPlane"
	KindServiceMeshMemberRoll   Kind = "ServiceMeshMemberRoll"
)

// DiallingKinds are the kinds that are read as a Dialling.
var DiallingKinds = []Kind{
	KindScaledObject, KindScaledJob, KindAnalysisTemplate, KindClusterAnalysisTemplate, KindRoute, KindHTTPProxy, KindIngressRoute, KindIngressRouteTCP, KindMapping, KindTCPMapping,
}

// NetworkPolicyKinds are the kinds that are read as a NetworkPolicy.
var NetworkPolicyKinds = []Kind{KindNetworkPolicy, KindCiliumNetworkPolicy, KindCiliumClusterwidePolicy}

// Word is the Kind without its group, for sentences: "Gateway shop/edge".
func (k Kind) Word() string {
	word, _, _ := strings.Cut(string(k), ".")
	return word
}

// Ref names one object. Namespace is empty for cluster-wide kinds. The zero Ref
// names nothing.
type Ref struct {
	Kind      Kind
	Namespace string
	Name      string
}

// String is "Kind namespace/name", the way sentences name an object.
func (r Ref) String() string {
	if r.IsZero() {
		return "-"
	}
	return r.Kind.Word() + " " + r.Path()
}

// Path is "namespace/name", or the bare name of a cluster-wide object.
func (r Ref) Path() string {
	if r.Namespace == "" {
		return r.Name
	}
	return r.Namespace + "/" + r.Name
}

// IsZero reports whether r names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// Compare orders by namespace, name, kind: a total order.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Namespace, o.Namespace), cmp.Compare(r.Name, o.Name), cmp.Compare(r.Kind, o.Kind))
}

// Position is a place in a file. The zero Position is "not from a file".
type Position struct {
	File string
	Line int
}

// String is "file:line", the bare file without a line, or "" without a file.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Compare orders by file, then line.
func (p Position) Compare(o Position) int {
	return cmp.Or(cmp.Compare(p.File, o.File), cmp.Compare(p.Line, o.Line))
}
