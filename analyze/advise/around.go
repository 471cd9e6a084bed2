package advise

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
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
	exception := fmt.Sprintf("%s port %d of %s PERMISSIVE by portLevelMtls", verb, at.Port, at)
	switch p.Call.Way {
	case declared.ToPods, declared.ToAddress:
		if p.Sends.Why.Cause.PastProxy() && p.Call.By.Kind == resolve.KindMapping {
			return "name a TLSContext in tls of the Mapping that shows the mesh's certificate (alpn_protocols: istio); or " + exception
		}
		if help := p.Call.Helps; help != "" && !p.Sends.Why.Cause.PastProxy() {
			return help + "; or " + exception
		}
		return "let it come in by a gateway of the mesh; or " + exception
	case declared.BeforeProxy, declared.PerhapsBeforeProxy:
		return "let the proxy start first: a native sidecar (annotation sidecar.istio.io/nativeSidecar: \"true\"); or " + exception
	case declared.Outside:
		return "let it come in by a gateway of the mesh; or " + exception
	}
	return exception
}
