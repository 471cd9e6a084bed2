package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	kubenetworkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1alpha2 "sigs.k8s.io/gateway-api/apis/v1alpha2"
	gatewayv1beta1 "sigs.k8s.io/gateway-api/apis/v1beta1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// groupKind names a kind of any version: all versions that ever were have the
// fields that matter in the same places.
type groupKind struct{ group, kind string }

// reading is how one kind becomes an object.
type reading struct {
	kind resolve.Kind
	// cluster is true for kinds without namespace.
	cluster bool
	// decode returns nil when the text holds no such object after all.
	decode func(*decoder, *yaml.Node) metav1.Object
	// carrier is true for mesh configuration, which needs no name of its own.
	carrier bool
}

// readings is the table of everything that is read; what is not in it is
// counted and never decoded.
var readings = map[groupKind]reading{
	{"", "Namespace"}:      {kind: resolve.KindNamespace, cluster: true, decode: typed[corev1.Namespace]},
	{"", "Pod"}:            {kind: resolve.KindPod, decode: typed[corev1.Pod]},
	{"", "Service"}:        {kind: resolve.KindService, decode: typed[corev1.Service]},
	{"", "ServiceAccount"}: {kind: resolve.KindServiceAccount, decode: typed[corev1.ServiceAccount]},
	//lint:ignore SA1019 clusters still serve it, and Services without EndpointSlices still have it
	{"", "Endpoints"}:                         {kind: resolve.KindEndpoints, decode: typed[corev1.Endpoints]},
	{"discovery.k8s.io", "EndpointSlice"}:     {kind: resolve.KindEndpointSlice, decode: typed[discoveryv1.EndpointSlice]},
	{"", "ReplicationController"}:             {kind: resolve.KindReplicationController, decode: controller("spec", "template")},
	{"apps", "Deployment"}:                    {kind: resolve.KindDeployment, decode: controller("spec", "template")},
	{"apps", "StatefulSet"}:                   {kind: resolve.KindStatefulSet, decode: controller("spec", "template")},
	{"apps", "DaemonSet"}:                     {kind: resolve.KindDaemonSet, decode: controller("spec", "template")},
	{"apps", "ReplicaSet"}:                    {kind: resolve.KindReplicaSet, decode: controller("spec", "template")},
	{"extensions", "Deployment"}:              {kind: resolve.KindDeployment, decode: controller("spec", "template")},
	{"extensions", "DaemonSet"}:               {kind: resolve.KindDaemonSet, decode: controller("spec", "template")},
	{"extensions", "ReplicaSet"}:              {kind: resolve.KindReplicaSet, decode: controller("spec", "template")},
	{"batch", "Job"}:                          {kind: resolve.KindJob, decode: controller("spec", "template")},
	{"batch", "CronJob"}:                      {kind: resolve.KindCronJob, decode: controller("spec", "jobTemplate", "spec", "template")},
	{"apps.openshift.io", "DeploymentConfig"}: {kind: resolve.KindDeploymentConfig, decode: controller("spec", "template")},
	{"", "DeploymentConfig"}:                  {kind: resolve.KindDeploymentConfig, decode: controller("spec", "template")},
	{"argoproj.io", "Rollout"}:                {kind: resolve.KindRollout, decode: controller("spec", "template")},
	{"serving.knative.dev", "Service"}:        {kind: resolve.KindKnativeService, decode: controller("spec", "template")},

	{"security.istio.io", "PeerAuthentication"}:    {kind: resolve.KindPeerAuthentication, decode: istio[securityv1.PeerAuthentication]},
	{"security.istio.io", "RequestAuthentication"}: {kind: resolve.KindRequestAuthentication, decode: istio[securityv1.RequestAuthentication]},
	{"security.istio.io", "AuthorizationPolicy"}:   {kind: resolve.KindAuthorizationPolicy, decode: istio[securityv1.AuthorizationPolicy]},
	{"networking.istio.io", "DestinationRule"}:     {kind: resolve.KindDestinationRule, decode: istio[networkingv1.DestinationRule]},
	{"networking.istio.io", "Sidecar"}:             {kind: resolve.KindSidecar, decode: istio[networkingv1.Sidecar]},
	{"networking.istio.io", "ServiceEntry"}:        {kind: resolve.KindServiceEntry, decode: istio[networkingv1.ServiceEntry]},
	{"networking.istio.io", "WorkloadEntry"}:       {kind: resolve.KindWorkloadEntry, decode: istio[networkingv1.WorkloadEntry]},
	{"networking.istio.io", "WorkloadGroup"}:       {kind: resolve.KindWorkloadGroup, decode: istio[networkingv1.WorkloadGroup]},
	{"networking.istio.io", "VirtualService"}:      {kind: resolve.KindVirtualService, decode: istio[networkingv1.VirtualService]},
	{"networking.istio.io", "Gateway"}:             {kind: resolve.KindGateway, decode: istio[networkingv1.Gateway]},
	{"networking.istio.io", "EnvoyFilter"}:         {kind: resolve.KindEnvoyFilter, decode: istio[networkingv1alpha3.EnvoyFilter]},
	{"telemetry.istio.io", "Telemetry"}:            {kind: resolve.KindTelemetry, decode: istio[telemetryv1.Telemetry]},

	{"networking.k8s.io", "Ingress"}: {kind: resolve.KindIngress, decode: typed[kubenetworkingv1.Ingress]},

	{GatewayAPI, "Gateway"}:          {kind: resolve.KindKubeGateway, decode: typed[gatewayv1.Gateway]},
	{GatewayAPI, "HTTPRoute"}:        {kind: resolve.KindHTTPRoute, decode: typed[gatewayv1.HTTPRoute]},
	{GatewayAPI, "GRPCRoute"}:        {kind: resolve.KindGRPCRoute, decode: typed[gatewayv1.GRPCRoute]},
	{GatewayAPI, "TCPRoute"}:         {kind: resolve.KindTCPRoute, decode: typed[gatewayv1alpha2.TCPRoute]},
	{GatewayAPI, "TLSRoute"}:         {kind: resolve.KindTLSRoute, decode: typed[gatewayv1.TLSRoute]},
	{GatewayAPI, "ReferenceGrant"}:   {kind: resolve.KindReferenceGrant, decode: typed[gatewayv1beta1.ReferenceGrant]},
	{GatewayAPI, "BackendTLSPolicy"}: {kind: resolve.KindBackendTLSPolicy, decode: typed[gatewayv1.BackendTLSPolicy]},

	{"admissionregistration.k8s.io", "MutatingWebhookConfiguration"}:   {kind: resolve.KindMutatingWebhook, cluster: true, decode: typed[admissionv1.MutatingWebhookConfiguration]},
	{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"}: {kind: resolve.KindValidatingWebhook, cluster: true, decode: typed[admissionv1.ValidatingWebhookConfiguration]},
	{"apiregistration.k8s.io", "APIService"}:                           {kind: resolve.KindAPIService, cluster: true, decode: apiService},
	{"apiextensions.k8s.io", "CustomResourceDefinition"}:               {kind: resolve.KindDefinition, cluster: true, decode: definition},
	{"monitoring.coreos.com", "ServiceMonitor"}:                        {kind: resolve.KindServiceMonitor, decode: serviceMonitor},
	{"monitoring.coreos.com", "PodMonitor"}:                            {kind: resolve.KindPodMonitor, decode: podMonitor},

	{"networking.k8s.io", "NetworkPolicy"}:              {kind: resolve.KindNetworkPolicy, decode: networkPolicy},
	{"extensions", "NetworkPolicy"}:                     {kind: resolve.KindNetworkPolicy, decode: networkPolicy},
	{"cilium.io", "CiliumNetworkPolicy"}:                {kind: resolve.KindCiliumNetworkPolicy, decode: ciliumPolicy},
	{"cilium.io", "CiliumClusterwideNetworkPolicy"}:     {kind: resolve.KindCiliumClusterwidePolicy, cluster: true, decode: ciliumPolicy},
	{"networking.k8s.io", "IngressClass"}:               {kind: resolve.KindIngressClass, cluster: true, decode: controllerClass},
	{GatewayAPI, "GatewayClass"}:                        {kind: resolve.KindGatewayClass, cluster: true, decode: controllerClass},
	{"keda.sh", "ScaledObject"}:                         {kind: resolve.KindScaledObject, decode: scaling},
	{"keda.sh", "ScaledJob"}:                            {kind: resolve.KindScaledJob, decode: scaling},
	{"argoproj.io", "AnalysisTemplate"}:                 {kind: resolve.KindAnalysisTemplate, decode: analysing},
	{"argoproj.io", "ClusterAnalysisTemplate"}:          {kind: resolve.KindClusterAnalysisTemplate, cluster: true, decode: analysing},
	{"operator.victoriametrics.com", "VMServiceScrape"}: {kind: resolve.KindVMServiceScrape, decode: serviceMonitor},
	{"operator.victoriametrics.com", "VMPodScrape"}:     {kind: resolve.KindVMPodScrape, decode: podMonitor},
	{"route.openshift.io", "Route"}:                     {kind: resolve.KindRoute, decode: routing},
	{"projectcontour.io", "HTTPProxy"}:                  {kind: resolve.KindHTTPProxy, decode: proxying},
	{"traefik.io", "IngressRoute"}:                      {kind: resolve.KindIngressRoute, decode: leading},
	{"traefik.containo.us", "IngressRoute"}:             {kind: resolve.KindIngressRoute, decode: leading},
	{"traefik.io", "IngressRouteTCP"}:                   {kind: resolve.KindIngressRouteTCP, decode: leading},
	{"traefik.containo.us", "IngressRouteTCP"}:          {kind: resolve.KindIngressRouteTCP, decode: leading},
	{"getambassador.io", "Mapping"}:                     {kind: resolve.KindMapping, decode: mapping},
	{"getambassador.io", "TCPMapping"}:                  {kind: resolve.KindTCPMapping, decode: mapping},
	{"getambassador.io", "TLSContext"}:                  {kind: resolve.KindTLSContext, decode: tlsContext},

	{"authentication.istio.io", "Policy"}:     {kind: resolve.KindLegacyPolicy, decode: legacyPolicy},
	{"authentication.istio.io", "MeshPolicy"}: {kind: resolve.KindMeshPolicy, cluster: true, decode: legacyPolicy},

	{snapshotGroup, "Snapshot"}:               {kind: "Snapshot", cluster: true, decode: snapshotHeader},
	{"", "ConfigMap"}:                         {kind: resolve.KindMeshConfig, carrier: true, decode: configMap},
	{"install.istio.io", "IstioOperator"}:     {kind: resolve.KindMeshConfig, carrier: true, decode: istioOperator},
	{"sailoperator.io", "Istio"}:              {kind: resolve.KindMeshConfig, carrier: true, decode: sailIstio},
	{"sailoperator.io", "IstioRevision"}:      {kind: resolve.KindMeshConfig, carrier: true, decode: sailIstio},
	{"operator.istio.io", "Istio"}:            {kind: resolve.KindMeshConfig, carrier: true, decode: sailIstio},
	{"maistra.io", "ServiceMeshControlPlane"}: {kind: resolve.KindServiceMeshControlPlane, decode: controlPlane},
	{"maistra.io", "ServiceMeshMemberRoll"}:   {kind: resolve.KindServiceMeshMemberRoll, decode: memberRoll},
}

// GatewayAPI is the API group of the Gateway API.
const GatewayAPI = "gateway.networking.k8s.io"

// knownKinds are the kinds of the table without their group.
var knownKinds = func() map[string]bool {
	kinds := map[string]bool{}
	for gk := range readings {
		kinds[gk.kind] = true
	}
	return kinds
}()

func (h Head) reading() (reading, bool) {
	r, ok := readings[groupKind{h.Group(), h.Kind}]
	return r, ok
}

// Reads is the kind as which objects that say this are read; ok is false for one that is not.
func (h Head) Reads() (kind resolve.Kind, ok bool) {
	r, ok := h.reading()
	return r.kind, ok
}

// isList is true for List, PodList, DeploymentList and their like.
func (h Head) isList() bool { return strings.HasSuffix(h.Kind, "List") }

// isTemplate is true for an OpenShift Template, whose objects are read with
// their parameters as they stand.
func (h Head) isTemplate() bool {
	return h.Kind == "Template" && (h.Group() == "" || h.Group() == "template.openshift.io")
}
