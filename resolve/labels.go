package resolve

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// Istio's labels and annotations. This is the one place that spells them: code asks by these
// names, and house_test.go looks. Sentences and example worlds write them out.
const (
	// InjectionLabel of a namespace: enabled injects, any other value refuses (1.4).
	InjectionLabel = "istio-injection"
	// RevisionLabel names the revision or tag of the control plane: of a namespace or pod the
	// one that injects it (1.4a, 1.4b), of any other object the one that reads it (1.14).
	RevisionLabel = "istio.io/rev"
	// TagLabel of a webhook is the revision tag that it stands for.
	TagLabel = "istio.io/tag"
	// InjectLabel of a pod is true or false; the older annotation has the same key (1.5).
	InjectLabel = "sidecar.istio.io/inject"
	// DataplaneModeLabel of a pod or namespace: ambient or none (1.8).
	DataplaneModeLabel = "istio.io/dataplane-mode"
	// TLSModeLabel of a pod is what clients take an endpoint for (1.1).
	TLSModeLabel = "security.istio.io/tlsMode"
	// TunnelLabel of a pod lists the tunnels that it takes: http is HBONE (1.9).
	TunnelLabel = "networking.istio.io/tunnel"
	// UseWaypointLabel names the waypoint of a Service, ServiceEntry, pod or namespace, or none;
	// UseWaypointNamespaceLabel its namespace, where that is another (2D.1).
	UseWaypointLabel          = "istio.io/use-waypoint"
	UseWaypointNamespaceLabel = "istio.io/use-waypoint-namespace"
	// WaypointForLabel of a Gateway, or of its GatewayClass, is service, workload, all or none (2D.3).
	WaypointForLabel = "istio.io/waypoint-for"
	// IngressUseWaypointLabel true of a Service, or of its namespace, leads gateways through the
	// waypoint (2D.5).
	IngressUseWaypointLabel = "istio.io/ingress-use-waypoint"
	// ChartLabel is the name and the version of the chart that made an object.
	ChartLabel = "helm.sh/chart"
	// GatewayManagedLabel is which controller made the pods and the Service of a Gateway.
	GatewayManagedLabel = "gateway.istio.io/managed"
	// NetworkLabel of a pod, or of the control plane's namespace, is its network (3.4.7).
	NetworkLabel = "topology.istio.io/network"
	// GatewayPortLabel of a gateway's Service is its port for other networks (3.4.7).
	GatewayPortLabel = "networking.istio.io/gatewayPort"
	// GatewayNameLabel of a pod is the Gateway API Gateway that it serves.
	GatewayNameLabel = "gateway.networking.k8s.io/gateway-name"
	// GatewayClassLabel of a pod is the class of that Gateway.
	GatewayClassLabel = "gateway.networking.k8s.io/gateway-class-name"
	// WaypointClass is the class of Istio's own waypoints.
	WaypointClass = "istio-waypoint"
	// AgentgatewayClass and AgentgatewayWaypointClass are the classes of Gateways whose pods run
	// agentgateway (3.5.7).
	AgentgatewayClass         = "istio-agentgateway"
	AgentgatewayWaypointClass = "istio-agentgateway-waypoint"
	// UntranslatedPortLabel keeps a gateway's Service port from meaning its target port.
	UntranslatedPortLabel = "experimental.istio.io/disable-gateway-port-translation"

	// TemplatesAnnotation names the injection templates of a pod (1.3).
	TemplatesAnnotation = "inject.istio.io/templates"
	// SidecarStatusAnnotation is what injection leaves on a pod (1.8).
	SidecarStatusAnnotation = "sidecar.istio.io/status"
	// RedirectionAnnotation is enabled on a pod that ambient captures (1.8).
	RedirectionAnnotation = "ambient.istio.io/redirection"
	// BypassInboundAnnotation true of a pod lets inbound connections pass by ztunnel (2B.8).
	BypassInboundAnnotation = "ambient.istio.io/bypass-inbound-capture"
	// GatewayServiceAccountAnnotation of a Gateway names the service account of its pods (2D.8).
	GatewayServiceAccountAnnotation = "gateway.istio.io/service-account"
	// ProxyConfigAnnotation is a ProxyConfig for one pod, as YAML (3.3.7).
	ProxyConfigAnnotation = public.ProxyConfig
	// ProxyOverridesAnnotation keeps what the pod itself said of its istio-proxy container.
	ProxyOverridesAnnotation = "proxy.istio.io/overrides"
	// InterceptionModeAnnotation is REDIRECT, TPROXY or NONE (1.12).
	InterceptionModeAnnotation = "sidecar.istio.io/interceptionMode"
	// RewriteProbesAnnotation false leaves HTTP probes as they are (2.18).
	RewriteProbesAnnotation = "sidecar.istio.io/rewriteAppHTTPProbers"
	// NativeSidecarAnnotation true or false says whether the proxy is an init container (1.6).
	NativeSidecarAnnotation = "sidecar.istio.io/nativeSidecar"
	// StatusPortAnnotation moves AgentStatusPort (2.11).
	StatusPortAnnotation = "status.sidecar.istio.io/port"
	// MergeMetricsAnnotation false keeps the agent from serving the application's metrics.
	MergeMetricsAnnotation = "prometheus.istio.io/merge-metrics"
	// ExportToAnnotation of a Service lists the namespaces that know it (3.1.2).
	ExportToAnnotation = "networking.istio.io/exportTo"
	// NodeSelectorAnnotation of a gateway's NodePort Service selects the nodes that count.
	NodeSelectorAnnotation = "traffic.istio.io/nodeSelector"
	// AutoRegistrationAnnotation names the WorkloadGroup of a machine that registered itself.
	AutoRegistrationAnnotation = "istio.io/autoRegistrationGroup"
	// DryRunAnnotation true keeps an AuthorizationPolicy from being enforced.
	DryRunAnnotation = "istio.io/dry-run"
	// IgnorePolicyAnnotation true of a BackendTLSPolicy says that it is for another implementation
	// (3.2.9).
	IgnorePolicyAnnotation = "istio.io/ignore-policy-attachment"
	// SuppressAnnotation is the codes of istioctl analyze, separated by commas, or * for all of
	// them, that are not reported for the object.
	SuppressAnnotation = "galley.istio.io/analyze-suppress"
)

// Annotations that say which traffic of a pod its proxy gets (2.11, 3.1.1); all of them begin
// with CaptureDomain.
const (
	CaptureDomain                     = "traffic.sidecar.istio.io/"
	IncludeInboundPortsAnnotation     = "traffic.sidecar.istio.io/includeInboundPorts"
	ExcludeInboundPortsAnnotation     = "traffic.sidecar.istio.io/excludeInboundPorts"
	IncludeOutboundPortsAnnotation    = "traffic.sidecar.istio.io/includeOutboundPorts"
	ExcludeOutboundPortsAnnotation    = "traffic.sidecar.istio.io/excludeOutboundPorts"
	IncludeOutboundIPRangesAnnotation = "traffic.sidecar.istio.io/includeOutboundIPRanges"
	ExcludeOutboundIPRangesAnnotation = "traffic.sidecar.istio.io/excludeOutboundIPRanges"
	ExcludeInterfacesAnnotation       = "traffic.sidecar.istio.io/excludeInterfaces"
)

// Labels and annotations of Kubernetes that answers go by.
const (
	// NamespaceNameLabel is the name of a Namespace, which the API server puts on it.
	NamespaceNameLabel = "kubernetes.io/metadata.name"
	// OSLabel of a node selector is the operating system that a pod asks for.
	OSLabel = "kubernetes.io/os"
	// IngressClassAnnotation is the older way to name the class of an Ingress.
	IngressClassAnnotation = "kubernetes.io/ingress.class"
	// NameLabel, InstanceLabel, ComponentLabel, VersionLabel and ManagedByLabel are the ones
	// that Kubernetes recommends for every object.
	NameLabel      = "app.kubernetes.io/name"
	InstanceLabel  = "app.kubernetes.io/instance"
	ComponentLabel = "app.kubernetes.io/component"
	VersionLabel   = "app.kubernetes.io/version"
	ManagedByLabel = "app.kubernetes.io/managed-by"
	// PlanLabel and WaveLabel are on what a plan of mtlsctl made or changed: which plan and which
	// wave of it that was.
	PlanLabel = "mtlsctl.io/plan"
	WaveLabel = "mtlsctl.io/wave"
	// PodTemplateHashLabel and PodNameLabel are put on pods by the controller that makes them.
	PodTemplateHashLabel = "pod-template-hash"
	PodNameLabel         = "statefulset.kubernetes.io/pod-name"
	// LastApplied is the annotation in which kubectl apply keeps the file that it applied
	// last: what the next file no longer has, it takes away.
	LastApplied = "kubectl.kubernetes.io/last-applied-configuration"
)

// DefaultRootNamespace is where mesh-wide policies live, and the control plane with them,
// unless the mesh configuration says otherwise (9.1).
const DefaultRootNamespace = "istio-system"

// SystemNamespaces are never injected (1.5).
var SystemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"}

// UnenrolledNamespaces are those that istio-cni excludes from ambient unless its chart says
// otherwise (2B.3).
var UnenrolledNamespaces = []string{"kube-system"}

// SystemNamespace reports a namespace whose pods are never injected (1.5).
func SystemNamespace(name string) bool { return slices.Contains(SystemNamespaces, name) }
