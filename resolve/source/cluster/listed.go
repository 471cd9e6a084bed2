package cluster

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// listed is one kind that is read from a cluster.
type listed struct {
	kind resolve.Kind
	// group, versions (best first) and resource are where the API server has it. Of custom
	// resources, versions that are not among these are read too where it serves no other.
	group    string
	versions []string
	resource string
	// cluster is true for kinds without namespace.
	cluster bool
	// optional is true for kinds of other projects: where they are not installed
	// there are none, and nobody needs to know.
	optional bool
	// evidence is true for kinds that say who calls whom and decide no mode and no call.
	evidence bool
	// list is the Go type of a page in protobuf, take what becomes of its items; nil
	// for custom resources, which come as JSON and are decoded like files.
	list func() runtime.Object
	take func(page runtime.Object, full bool, add func(resolve.Object))
}

// name is the kind as kubectl and RBAC name it: "pods", "sidecars.networking.istio.io".
func (l listed) name() string {
	if l.group == "" {
		return l.resource
	}
	return l.resource + "." + l.group
}

// path is the URL of the list, of all namespaces or of one.
func (l listed) path(version, namespace string) string {
	base := "/apis/" + l.group + "/" + version
	if l.group == "" {
		base = "/api/" + version
	}
	if namespace != "" {
		base += "/namespaces/" + namespace
	}
	return base + "/" + l.resource
}

// kindsListed is everything that is read from a cluster: what some answer depends
// on, and nothing else. Secrets are not among it and must never be; ConfigMaps
// are read by name.
var kindsListed = []listed{
	{kind: resolve.KindNamespace, versions: v1, resource: "namespaces", cluster: true, list: newPage[corev1.NamespaceList], take: takeNamespaces},
	{kind: resolve.KindPod, versions: v1, resource: "pods", list: newPage[corev1.PodList], take: takePods},
	{kind: resolve.KindService, versions: v1, resource: "services", list: newPage[corev1.ServiceList], take: takeServices},
	{kind: resolve.KindEndpointSlice, group: "discovery.k8s.io", versions: v1, resource: "endpointslices", list: newPage[discoveryv1.EndpointSliceList], take: takeSlices},
	{kind: resolve.KindDeployment, group: "apps", versions: v1, resource: "deployments", list: newPage[appsv1.DeploymentList], take: takeDeployments},
	{kind: resolve.KindStatefulSet, group: "apps", versions: v1, resource: "statefulsets", list: newPage[appsv1.StatefulSetList], take: takeStatefulSets},
	{kind: resolve.KindDaemonSet, group: "apps", versions: v1, resource: "daemonsets", list: newPage[appsv1.DaemonSetList], take: takeDaemonSets},
	{kind: resolve.KindCronJob, group: "batch", versions: v1, resource: "cronjobs", list: newPage[batchv1.CronJobList], take: takeCronJobs},
	{kind: resolve.KindRollout, group: "argoproj.io", versions: []string{"v1alpha1"}, resource: "rollouts", optional: true},
	{kind: resolve.KindDeploymentConfig, group: "apps.openshift.io", versions: v1, resource: "deploymentconfigs", optional: true},

	{kind: resolve.KindMutatingWebhook, group: "admissionregistration.k8s.io", versions: v1, resource: "mutatingwebhookconfigurations", cluster: true},

	{kind: resolve.KindPeerAuthentication, group: "security.istio.io", versions: []string{"v1", "v1beta1"}, resource: "peerauthentications"},
	{kind: resolve.KindDestinationRule, group: networking, versions: istioVersions, resource: "destinationrules"},
	{kind: resolve.KindSidecar, group: networking, versions: istioVersions, resource: "sidecars"},
	{kind: resolve.KindServiceEntry, group: networking, versions: istioVersions, resource: "serviceentries"},
	{kind: resolve.KindWorkloadEntry, group: networking, versions: istioVersions, resource: "workloadentries"},
	{kind: resolve.KindWorkloadGroup, group: networking, versions: istioVersions, resource: "workloadgroups"},
	{kind: resolve.KindVirtualService, group: networking, versions: istioVersions, resource: "virtualservices"},
	{kind: resolve.KindGateway, group: networking, versions: istioVersions, resource: "gateways"},

	{kind: resolve.KindEnvoyFilter, group: networking, versions: []string{"v1alpha3"}, resource: "envoyfilters"},

	{kind: resolve.KindKubeGateway, group: manifest.GatewayAPI, versions: []string{"v1", "v1beta1"}, resource: "gateways", optional: true},
	{kind: resolve.KindBackendTLSPolicy, group: manifest.GatewayAPI, versions: []string{"v1", "v1alpha3"}, resource: "backendtlspolicies", optional: true},
	{kind: resolve.KindAuthorizationPolicy, group: "security.istio.io", versions: []string{"v1", "v1beta1"}, resource: "authorizationpolicies", evidence: true},
	{kind: resolve.KindIngress, group: "networking.k8s.io", versions: v1, resource: "ingresses", optional: true, evidence: true},
	{kind: resolve.KindHTTPRoute, group: manifest.GatewayAPI, versions: []string{"v1", "v1beta1"}, resource: "httproutes", optional: true},
	{kind: resolve.KindGRPCRoute, group: manifest.GatewayAPI, versions: []string{"v1", "v1alpha2"}, resource: "grpcroutes", optional: true},
	{kind: resolve.KindTCPRoute, group: manifest.GatewayAPI, versions: []string{"v1", "v1alpha2"}, resource: "tcproutes", optional: true},
	{kind: resolve.KindTLSRoute, group: manifest.GatewayAPI, versions: []string{"v1", "v1alpha3", "v1alpha2"}, resource: "tlsroutes", optional: true},
	{kind: resolve.KindReferenceGrant, group: manifest.GatewayAPI, versions: []string{"v1", "v1beta1"}, resource: "referencegrants", optional: true},
	{kind: resolve.KindValidatingWebhook, group: "admissionregistration.k8s.io", versions: v1, resource: "validatingwebhookconfigurations", cluster: true, evidence: true},
	{kind: resolve.KindAPIService, group: "apiregistration.k8s.io", versions: v1, resource: "apiservices", cluster: true, optional: true, evidence: true},
	{kind: resolve.KindDefinition, group: "apiextensions.k8s.io", versions: v1, resource: "customresourcedefinitions", cluster: true, optional: true, evidence: true},
	{kind: resolve.KindIngressClass, group: "networking.k8s.io", versions: v1, resource: "ingressclasses", cluster: true, optional: true, evidence: true},
	{kind: resolve.KindGatewayClass, group: manifest.GatewayAPI, versions: []string{"v1", "v1beta1"}, resource: "gatewayclasses", cluster: true, optional: true, evidence: true},
	{kind: resolve.KindScaledObject, group: "keda.sh", versions: []string{"v1alpha1"}, resource: "scaledobjects", optional: true, evidence: true},
	{kind: resolve.KindScaledJob, group: "keda.sh", versions: []string{"v1alpha1"}, resource: "scaledjobs", optional: true, evidence: true},
	{kind: resolve.KindAnalysisTemplate, group: "argoproj.io", versions: []string{"v1alpha1"}, resource: "analysistemplates", optional: true, evidence: true},
	{kind: resolve.KindClusterAnalysisTemplate, group: "argoproj.io", versions: []string{"v1alpha1"}, resource: "clusteranalysistemplates", cluster: true, optional: true, evidence: true},
	{kind: resolve.KindVMServiceScrape, group: "operator.victoriametrics.com", versions: []string{"v1beta1"}, resource: "vmservicescrapes", optional: true, evidence: true},
	{kind: resolve.KindVMPodScrape, group: "operator.victoriametrics.com", versions: []string{"v1beta1"}, resource: "vmpodscrapes", optional: true, evidence: true},
	{kind: resolve.KindRoute, group: "route.openshift.io", versions: v1, resource: "routes", optional: true, evidence: true},
	{kind: resolve.KindHTTPProxy, group: "projectcontour.io", versions: v1, resource: "httpproxies", optional: true, evidence: true},
	{kind: resolve.KindIngressRoute, group: "traefik.io", versions: []string{"v1alpha1"}, resource: "ingressroutes", optional: true, evidence: true},
	{kind: resolve.KindIngressRouteTCP, group: "traefik.io", versions: []string{"v1alpha1"}, resource: "ingressroutetcps", optional: true, evidence: true},
	{kind: resolve.KindMapping, group: "getambassador.io", versions: []string{"v3alpha1", "v2"}, resource: "mappings", optional: true, evidence: true},
	{kind: resolve.KindTCPMapping, group: "getambassador.io", versions: []string{"v3alpha1", "v2"}, resource: "tcpmappings", optional: true, evidence: true},
	{kind: resolve.KindTLSContext, group: "getambassador.io", versions: []string{"v3alpha1", "v2"}, resource: "tlscontexts", optional: true, evidence: true},
	{kind: resolve.KindNetworkPolicy, group: "networking.k8s.io", versions: v1, resource: "networkpolicies", optional: true, evidence: true},
	{kind: resolve.KindCiliumNetworkPolicy, group: "cilium.io", versions: []string{"v2"}, resource: "ciliumnetworkpolicies", optional: true, evidence: true},
	{kind: resolve.KindCiliumClusterwidePolicy, group: "cilium.io", versions: []string{"v2"}, resource: "ciliumclusterwidenetworkpolicies", cluster: true, optional: true, evidence: true},
	{kind: resolve.KindServiceMonitor, group: "monitoring.coreos.com", versions: v1, resource: "servicemonitors", optional: true, evidence: true},
	{kind: resolve.KindPodMonitor, group: "monitoring.coreos.com", versions: v1, resource: "podmonitors", optional: true, evidence: true},
	{kind: resolve.KindServiceMeshControlPlane, group: "maistra.io", versions: []string{"v2", "v1"}, resource: "servicemeshcontrolplanes", optional: true},
	{kind: resolve.KindServiceMeshMemberRoll, group: "maistra.io", versions: v1, resource: "servicemeshmemberrolls", optional: true},
}

const networking = "networking.istio.io"

var (
	v1            = []string{"v1"}
	istioVersions = []string{"v1", "v1beta1", "v1alpha3"}
)

func newPage[T any, P interface {
	*T
	runtime.Object
}]() runtime.Object {
	return P(new(T))
}
