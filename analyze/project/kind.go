package project

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// more are kinds that findings are about and that nobody names on a command line.
var more = []resolve.Kind{
	resolve.KindEnvoyFilter, resolve.KindIngress, resolve.KindMutatingWebhook, resolve.KindValidatingWebhook, resolve.KindAPIService,
	resolve.KindServiceMonitor, resolve.KindPodMonitor, resolve.KindDefinition, resolve.KindLegacyPolicy, resolve.KindMeshPolicy, resolve.KindMeshConfig,
	resolve.KindInjector, resolve.KindNodeAgent, resolve.KindInstallation, resolve.KindServiceMeshControlPlane, resolve.KindServiceMeshMemberRoll, resolve.KindConfigMap, resolve.KindTelemetry,
	resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute, resolve.KindReferenceGrant, resolve.KindBackendTLSPolicy, resolve.KindConfiguration,
	resolve.KindVMServiceScrape, resolve.KindVMPodScrape, resolve.KindScaledObject, resolve.KindScaledJob, resolve.KindAnalysisTemplate, resolve.KindClusterAnalysisTemplate,
	resolve.KindRoute, resolve.KindHTTPProxy, resolve.KindIngressRoute, resolve.KindIngressRouteTCP, resolve.KindMapping, resolve.KindTCPMapping,
	resolve.KindNetworkPolicy, resolve.KindCiliumNetworkPolicy, resolve.KindCiliumClusterwidePolicy,
}

// kindOf reads a kind as people type it, "" for none.
func kindOf(n *yaml.Node, word string) (resolve.Kind, error) {
	if word == "" {
		return "", nil
	}
	if kind, ok := resolve.ParseKind(word); ok {
		return kind, nil
	}
	for _, kind := range more {
		if strings.EqualFold(kind.Word(), word) {
			return kind, nil
		}
	}
	return "", fmt.Errorf("%d: kind %q is not a kind that mtlsctl reads", n.Line, word)
}

// wordOf is the word of a kind, without its group.
func wordOf(n *yaml.Node, word string) (string, error) {
	kind, err := kindOf(n, word)
	return kind.Word(), err
}
