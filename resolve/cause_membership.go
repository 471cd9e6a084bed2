package resolve

// Why a workload is in the mesh or not (1.1 to 1.13).
const (
	CauseAmbientSeen          Cause = "ambient-redirection"
	CauseAmbientPod           Cause = "ambient-pod"
	CauseAmbientNamespace     Cause = "ambient-namespace"
	CauseNotRedirected        Cause = "ambient-not-redirected"
	CauseRedirectionPending   Cause = "ambient-redirection-pending"
	CausePodRefusesAmbient    Cause = "ambient-pod-refuses"
	CauseUnenrolled           Cause = "ambient-unenrolled"
	CausePodsUnread           Cause = "pods-unread"
	CauseNoProxyContainer     Cause = "no-proxy-container"
	CauseNoProxyBecause       Cause = "no-proxy-predicted"
	CauseNotRestarted         Cause = "not-restarted"
	CauseProxyContainer       Cause = "proxy-container"
	CauseNativeProxy          Cause = "native-proxy-container"
	CauseRouterProxy          Cause = "router-proxy"
	CauseWaypointProxy        Cause = "waypoint-proxy"
	CauseZtunnel              Cause = "ztunnel"
	CauseGRPCAgent            Cause = "grpc-agent"
	CauseGatewayTemplate      Cause = "gateway-template"
	CauseGatewayClass         Cause = "gateway-class"
	CauseHostNetwork          Cause = "host-network"
	CauseSystemNamespace      Cause = "system-namespace"
	CauseProxyCustomized      Cause = "proxy-customized"
	CauseAmbientUnlessSidecar Cause = "ambient-unless-sidecar"
	CausePodRefuses           Cause = "pod-refuses"
	CausePodAnnotationRefuses Cause = "pod-annotation-refuses"
	CausePodUnselected        Cause = "pod-unselected"
	CauseNeverInjected        Cause = "never-inject-selector"
	CauseOptIn                Cause = "auto-inject-disabled"
	CauseInjectorRefuses      Cause = "injector-refuses"
	CauseTemplate             Cause = "injection-template"
	CauseNamespaceInjects     Cause = "namespace-injects"
	CauseNamespaceRefuses     Cause = "namespace-refuses"
	CauseEmptyRevision        Cause = "namespace-revision-empty"
	CauseNamespaceRevision    Cause = "namespace-revision"
	CausePodRevision          Cause = "pod-revision"
	CausePodInjects           Cause = "pod-injects"
	CauseInjectedByDefault    Cause = "injected-by-default"
	CauseNotLabelled          Cause = "not-labelled"
	CauseAnnotationInVain     Cause = "annotation-in-vain"
	CauseNoSuchRevision       Cause = "no-such-revision"
	CauseAssumedNotInjected   Cause = "assumed-not-injected"
	CauseAssumedInjected      Cause = "assumed-injected"
	CauseNamespaceMissing     Cause = "namespace-missing"
	CauseNamespacesUnread     Cause = "namespaces-unread"
	CauseRollInjects          Cause = "member-roll-injects"
	CauseRollNotAsked         Cause = "member-roll-not-asked"
	CauseNoServiceAccount     Cause = "machine-no-service-account"
	CauseServiceAccount       Cause = "machine-service-account"
	CauseMachineLabelled      Cause = "machine-labelled"
	CauseMachineMislabelled   Cause = "machine-mislabelled"
)

// NamespaceUnknown reports a membership that depends on a Namespace object which the input
// does not have (1.13).
func (r Reason) NamespaceUnknown() bool {
	switch r.Cause {
	case CauseNamespaceMissing, CauseNamespacesUnread:
		return true
	case CauseProxyCustomized, CauseAmbientUnlessSidecar:
		return r.Details().Base.NamespaceUnknown()
	}
	return false
}

// Unrestarted reports pods that lack, or may lack, the proxy that their template promises (1.7).
func (c Cause) Unrestarted() bool { return c == CauseNotRestarted || c == CausePodsUnread }

// Why clients' control planes take an endpoint for one that understands Istio mTLS, or not
// (1.1, 1.10, 3.4.6).
const (
	CauseHasSidecar            Cause = "has-sidecar"
	CauseHasNoSidecar          Cause = "has-no-sidecar"
	CauseMayHaveSidecar        Cause = "may-have-sidecar"
	CauseSidecarUnlabelled     Cause = "sidecar-unlabelled"
	CauseLabelWithoutProxy     Cause = "label-without-proxy"
	CauseLabelAgainstProxy     Cause = "label-against-proxy"
	CauseIsGateway             Cause = "is-gateway"
	CauseIsAmbient             Cause = "is-ambient"
	CauseMachineLabelCounts    Cause = "label-counts"
	CauseMachineLabelCountsNot Cause = "label-counts-not"
	CauseAccountCounts         Cause = "service-account-counts"
	CauseNoAccountCountsNot    Cause = "no-service-account-counts-not"
	CauseIsName                Cause = "is-dns-name"
	CauseMayBePod              Cause = "may-be-pod"
	CausePodNotInInput         Cause = "pod-not-in-input"
	CauseNoPod                 Cause = "no-pod"
)
