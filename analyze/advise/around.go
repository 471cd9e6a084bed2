package advise

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// around is what would bring the call of a caller whose own proxy has no say in what is sent
// through a STRICT port, the safe way first.
func around(p *path.Path) string { return Around(p, p.Server) }

// Around is what would bring a call that no proxy of the caller's encrypts through the STRICT port
// of an endpoint, the safe way first.
func Around(p *path.Path, at *outbound.Endpoint) string {
	verb := "keep"
	if p.Serves.Mode == resolve.Strict {
		verb = "make"
	}
	exception := fmt.Sprintf("accept the risk: %s port %d of %s PERMISSIVE with portLevelMtls", verb, at.Port, at)
	switch p.Call.Way {
	case declared.ToPods, declared.ToAddress:
		if p.Sends.Why.Cause.PastProxy() && p.Call.By.Kind == resolve.KindMapping {
			return "set tls of the Mapping to a TLSContext with the mesh's certificate (alpn_protocols: istio); " + exception
		}
		if help := p.Call.Helps; help != "" && !p.Sends.Why.Cause.PastProxy() {
			return help + "; " + exception
		}
		return "route the call through a gateway of the mesh; " + exception
	case declared.BeforeProxy, declared.PerhapsBeforeProxy:
		return "start the proxy first, as a native sidecar (annotation sidecar.istio.io/nativeSidecar: \"true\"); " + exception
	case declared.AsProxy:
		return fmt.Sprintf("run the container that calls as a user and a group other than %d; %s", pod.ProxyID, exception)
	case declared.Outside:
		return "route the call through a gateway of the mesh; " + exception
	}
	return "let the client send plaintext to its sidecar, which adds mTLS; " + exception
}
