package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// nodeAgentName is the ConfigMap of istio-cni.
const nodeAgentName = "istio-cni-config"

// nodeAgentMap reads what istio-cni is configured with, nil where that is not in it.
func nodeAgentMap(n *yaml.Node) metav1.Object {
	data := Child(n, "data", "EXCLUDE_NAMESPACES")
	if data == nil {
		return nil
	}
	a := &config.NodeAgent{}
	for ns := range strings.SplitSeq(data.Value, ",") {
		if ns = strings.TrimSpace(ns); ns != "" {
			a.Excluded = append(a.Excluded, ns)
		}
	}
	a.Name, a.Namespace = Scalar(n, "metadata", "name"), Scalar(n, "metadata", "namespace")
	return a
}
