package resolve

import (
	"slices"
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Object is one decoded API object and where it was read.
//
// Value is the API type of the kind: *corev1.Namespace, *corev1.Pod,
// *corev1.Service, *corev1.ServiceAccount, *corev1.Endpoints,
// *discoveryv1.EndpointSlice; the v1 types of istio.io/client-go (EnvoyFilter:
// v1alpha3) and of sigs.k8s.io/gateway-api (TCPRoute: v1alpha2);
// admissionregistration v1; *Controller for every workload kind but Pod; and the
// types of this file for the rest.
type Object struct {
	Kind   Kind
	Value  metav1.Object
	Origin Origin
	// Refused says why a cluster would not take the object, so that it is not applied; nil
	// for one that counts. A PeerAuthentication or an AuthorizationPolicy may be given with
	// it, to be shown as rejected; no other kind may.
	Refused *Refusal
}

// Refusal is a reason for which the API server or Istio refuses an object.
type Refusal struct {
	Field Field
	Why   string
}

// Ref names the object.
func (o Object) Ref() Ref {
	return Ref{Kind: o.Kind, Namespace: o.Value.GetNamespace(), Name: o.Value.GetName()}
}

// Controller is what all the kinds that make pods have in common: Deployment,
// StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob,
// DeploymentConfig, Rollout and knative Service.
type Controller struct {
	metav1.ObjectMeta
	// Replicas is the wanted number of pods, nil where the kind or the object says none.
	Replicas *int32
	// Template is the pod that it makes; TemplateField says where it stands in
	// the object ("spec.template", "spec.jobTemplate.spec.template").
	Template      corev1.PodTemplateSpec
	TemplateField Field
}

// MeshConfig is one control plane's mesh configuration: the ConfigMap istio or
// istio-<revision>, an IstioOperator, a sail-operator Istio, or a file given by
// the user. Namespace is where the control plane lives.
type MeshConfig struct {
	metav1.ObjectMeta
	// Source names the object or file that held the configuration.
	Source Ref
	// Revision is the control plane's revision, "" for the default one.
	Revision string
	Config   *meshv1alpha1.MeshConfig
	// Written are the fields of Config that the text has, zero or not, by their protobuf names; those of
	// defaultConfig and defaultProviders too: default_config.proxy_metadata. Only of a ConfigMap.
	Written []string
	// Foreign is true of a ConfigMap that is not named as Istio's: it counts where an istiod names it
	// as shared mesh configuration.
	Foreign bool
	// Env is istiod's environment as far as the object sets it (rulebook 9.2).
	Env map[string]string
	// Networks are the networks of the mesh, nil where the object says none (3.4.7).
	Networks *meshv1alpha1.MeshNetworks
	// Text and NetworksText are Config and Networks as a ConfigMap holds them, "" for any other
	// object: a change of the ConfigMap has to say all of them.
	Text, NetworksText string
	// Unread is why the configuration could not be made out, "" when it was: what depends
	// on it is then unknown.
	Unread string
	// Version is the version of Istio that the object installs, as it is written; "" for none.
	Version string
}

// Writes reports a field of the mesh configuration that the object sets, by its name in YAML.
func (m *MeshConfig) Writes(field string) bool {
	f := m.Config.ProtoReflect().Descriptor().Fields().ByJSONName(field)
	return f != nil && (m.Config.ProtoReflect().Has(f) || slices.Contains(m.Written, string(f.Name())))
}

// Installation is an installer's object that says nothing of the mesh but which version of
// Istio it installs.
type Installation struct {
	metav1.ObjectMeta
	// Source names the object, Revision the control plane, "" for the default one.
	Source   Ref
	Revision string
	// Version is the version of Istio, as it is written.
	Version string
}

// ServiceMeshControlPlane is what an OpenShift Service Mesh 2 control plane says
// about mode: dataPlane.mtls makes the mesh STRICT without any PeerAuthentication.
type ServiceMeshControlPlane struct {
	metav1.ObjectMeta
	// DataPlaneMTLS is spec.security.dataPlane.mtls, nil when not set.
	DataPlaneMTLS *bool
	// AutoMTLS is spec.security.dataPlane.automtls, nil when not set.
	AutoMTLS *bool
}

// ServiceMeshMemberRoll lists the namespaces that belong to an OpenShift Service
// Mesh 2 control plane.
type ServiceMeshMemberRoll struct {
	metav1.ObjectMeta
	Members []string
}

// APIService is the aggregated API whose calls come from kube-apiserver, a client
// that never has a proxy.
type APIService struct {
	metav1.ObjectMeta
	ServiceNamespace, ServiceName string
	ServicePort                   int32
}

// Definition is a CustomResourceDefinition whose objects a webhook converts: kube-apiserver
// calls the Service for every object that is stored in another version than is asked for.
type Definition struct {
	metav1.ObjectMeta
	ServiceNamespace, ServiceName string
	ServicePort                   int32
	// Field is where the Service stands: it differs between the versions of the API.
	Field Field
}

// Class is an IngressClass or a GatewayClass: the name of the controller that acts on the
// objects of a class.
type Class struct {
	metav1.ObjectMeta
	Controller string
}

// TLSContext is what an Emissary shows to backends that name it: which ALPN protocols, and
// the name of the Secret of its certificate, which is never read.
type TLSContext struct {
	metav1.ObjectMeta
	Secret, ALPN string
}

// Dialling is an object of another project that names whom somebody calls: a trigger of KEDA,
// a metric of an AnalysisTemplate, a route of OpenShift, Contour, Traefik or Emissary.
type Dialling struct {
	metav1.ObjectMeta
	Targets []DialTarget
}

// DialTarget is one of those who are called: a Service, or what a text names.
type DialTarget struct {
	Field Field
	// Key says what Text is, such as "serverAddress"; Text is a URL or an address.
	Key, Text string
	// Service and Namespace name a Service, Namespace "" for the object's own; Port is a
	// number or a name, "" for any.
	Service, Namespace, Port string
	// Way is what the object says of the way to the Service: "pods", "service", "" for nothing;
	// Host the Host that is sent there, "" for the one that came.
	Way, Host string
	// TLS is true for TLS to the backend; Context names the TLSContext of Emissary.
	TLS     bool
	Context string
}

// Monitor is a ServiceMonitor or PodMonitor: a scraper that calls the selected
// workloads, usually without Istio's certificates.
type Monitor struct {
	metav1.ObjectMeta
	Selector metav1.LabelSelector
	// Namespaces are the namespaces looked into; nil means the monitor's own,
	// AnyNamespace all.
	Namespaces   []string
	AnyNamespace bool
	Endpoints    []MonitorEndpoint
}

// MonitorEndpoint is one port that a Monitor scrapes.
type MonitorEndpoint struct {
	// Port is the name of a Service port (ServiceMonitor) or container port
	// (PodMonitor), TargetPort its name or number where given instead.
	Port, TargetPort string
	// Scheme is "http" unless the monitor says otherwise.
	Scheme string
	// Certificate is set when the scraper shows a certificate of its own, OfMesh when its name
	// says that it is one of the mesh, which Istio's agent wrote to a file.
	Certificate, OfMesh bool
	// Readdressed is set when relabelings give the scraper another address than the pod's,
	// such as the Service's name: what it calls then is not told here.
	Readdressed bool
	// Narrowed is set when relabelings keep some of the targets only.
	Narrowed bool
}

// Sends is what the scraper puts on the wire: it calls pods by their addresses, so that no proxy
// of its own adds anything (3.1.3). Without the scheme, settings for TLS change nothing.
func (e *MonitorEndpoint) Sends() ClientTLS {
	switch {
	case e.Scheme != "https":
		return SendsPlaintext
	case e.Certificate:
		return SendsMutual
	}
	return SendsSimple
}

// LegacyPolicy is a Policy or MeshPolicy of authentication.istio.io, which Istio stopped to
// read with 1.6.
type LegacyPolicy struct {
	metav1.ObjectMeta
	// Mode is what it asked for: Strict, Permissive, or Unset where it says nothing of
	// mTLS.
	Mode Mode
}

// OfCluster reports an object that was read of a cluster, or that kubectl get wrote into
// a file.
func (o *Object) OfCluster() bool {
	return o.Origin.File == "" || o.Value.GetAnnotations()[LastApplied] != ""
}

// DefaultRevision is what an istiod calls itself when nobody named it.
const DefaultRevision = "default"

// CompareRevisions orders revisions by name, the default one first.
func CompareRevisions(a, b string) int {
	if (a == DefaultRevision) != (b == DefaultRevision) {
		if a == DefaultRevision {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}
