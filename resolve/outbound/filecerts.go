package outbound

import (
	"cmp"
	"regexp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// clientChain is the proxy metadata that gives a proxy client certificates from
// files; the agent reads it from its environment, hence the prefix.
const clientChain = "ISTIO_META_TLS_CLIENT_CERT_CHAIN"

// clientChainSet finds the setting in an annotation's text.
var clientChainSet = regexp.MustCompile(clientChain + `["']?\s*:\s*["']?[^"'\s,}]`)

// certificatesOf says where a proxy is given client certificates from files, ""
// where it uses those of the mesh (3.3.7).
func (side *Side) certificatesOf(w *inbound.Workload) string {
	if clientChainSet.MatchString(w.Annotations[resolve.ProxyConfigAnnotation]) {
		return "annotation " + resolve.ProxyConfigAnnotation
	}
	if side.In.Control.Of(cmp.Or(w.Membership.Revision, resolve.DefaultRevision)).Config.GetDefaultConfig().GetProxyMetadata()[clientChain] != "" {
		return "meshConfig.defaultConfig.proxyMetadata"
	}
	return ""
}

// withFiles is what a client with certificates of its own sends where others send
// Istio mTLS; auto mTLS does not tell endpoints apart for it (3.3.7).
func (c *Call) withFiles() *resolve.Sending {
	return &resolve.Sending{TLS: resolve.SendsMutual, Auto: true, Why: resolve.Because(resolve.CauseFilesShown, resolve.Details{Name: c.Class.Certificates})}
}

// replacesMutual reports whether those certificates take the place of what a
// DestinationRule asks for. It never does for MESH_EXTERNAL hosts.
func (c *Call) replacesMutual() bool {
	return c.Class.Certificates != "" && (!c.Host.External || c.plane().Off("PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES"))
}
