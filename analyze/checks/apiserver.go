package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
)

// apiserverCall is a call that kube-apiserver makes because an object says so: TLS, and
// never with a certificate of the mesh.
type apiserverCall struct {
	declared.APIServerCall
	// subject tells the calls of one object apart; more says what else depends on it.
	subject, more string
}

// apiserver finds calls that its backends do not take.
type apiserver struct {
	p  *analyze.Pass
	to backends
	x  *exceptions
}

func newAPIServer(p *analyze.Pass) *apiserver {
	p.Services() // for the ports that say HTTP
	return &apiserver{p: p, to: newBackends(p), x: newExceptions(p)}
}

// report reports a call of which a backend takes nothing.
func (a *apiserver) report(c apiserverCall) {
	for _, b := range a.to.of(c.Namespace, c.Name, c.Port) {
		mode, known := b.mode()
		if resolve.Judge(resolve.SendsSimple, mode, b.port.Protocol).Verdict != resolve.VerdictBroken || mode == resolve.Disable {
			continue
		}
		if mode != resolve.Strict && b.workload.Membership.Dataplane == resolve.DataplaneAmbient {
			continue // ztunnel has no filter chains: it passes all of it through (4)
		}
		f := analyze.Finding{
			Object: c.Object.Ref(), Origin: c.Object.Origin, Field: c.Field, Subject: c.subject + " " + b.workload.Ref.String(), Mild: !known,
			Involved: []resolve.Ref{b.workload.Ref, {Kind: resolve.KindService, Namespace: c.Namespace, Name: c.Name}},
		}
		if by := b.port.Decision.By; !by.IsZero() && mode == resolve.Strict {
			f.Involved = append(f.Involved, by)
		}
		f.Message, f.Fix = a.says(c, b, mode), a.fix(c, b, mode)
		f.Repair = a.repair(b, mode)
		if !known {
			f.Confidence = analyze.Likely
			f.Message += "; the input does not show whether the workload has a sidecar"
		}
		a.p.Report(f)
		return // the others of the Service are of the same kind
	}
}

func (a *apiserver) says(c apiserverCall, b backend, mode resolve.Mode) string {
	text := fmt.Sprintf("kube-apiserver calls %s.%s:%d, whose port %d of %s is %s: ", c.Name, c.Namespace, c.Port, b.port.Number, b.workload.Short(), mode)
	if mode == resolve.Strict {
		text += "kube-apiserver has no mesh certificate, so every call fails"
	} else {
		text += fmt.Sprintf("the port is declared %s, so it has no filter chain for TLS that is not Istio's (4.1), and every call fails", b.port.Protocol)
	}
	return text + c.more
}

func (a *apiserver) fix(c apiserverCall, b backend, mode resolve.Mode) string {
	safe := advise.Webhook.SafeWay()
	if c.Object.Kind == resolve.KindAPIService {
		safe = advise.APIService.SafeWay()
	}
	exception := fmt.Sprintf("accept the risk: make only port %d of %s PERMISSIVE with portLevelMtls", b.port.Number, b.workload.Short())
	exclusion := fmt.Sprintf("exclude the port from sidecar capture: %s: %q", resolve.ExcludeInboundPortsAnnotation, fmt.Sprint(b.port.Number))
	if named := excludesServicePort(b.workload, b.port); named != 0 {
		exclusion = fmt.Sprintf("write %d instead of %d in %s", b.port.Number, named, resolve.ExcludeInboundPortsAnnotation)
	}
	switch http := saysHTTP(b.port.Protocol); {
	case mode == resolve.Strict && http:
		return safe + "; " + exception + ", and set appProtocol: https in its Service, or " + exclusion
	case mode == resolve.Strict:
		return safe + "; " + exception + ", or " + exclusion
	}
	return "set appProtocol: https in its Service"
}

// repair is the exception, and the protocol where the port says HTTP: TLS that comes to
// it is then handed on as it is (4.1).
func (a *apiserver) repair(b backend, mode resolve.Mode) []analyze.Edit {
	var edits []analyze.Edit
	if mode == resolve.Strict {
		if edits = a.x.of(b.workload, resolve.Permissive, b.port.Number); edits == nil {
			return nil
		}
	}
	if !saysHTTP(b.port.Protocol) {
		return edits
	}
	first := b.port.Services[0] // the oldest decides the protocol (2.7)
	ref := resolve.Ref{Kind: resolve.KindService, Namespace: first.Namespace, Name: first.Name}
	for i, sp := range a.x.services[ref].Ports {
		if sp.Port == first.Port {
			return append(edits, analyze.Edit{Object: ref, Verb: analyze.Set, Field: resolve.Path("spec", "ports").Index(i).Child("appProtocol"), Value: "https"})
		}
	}
	return nil
}

func saysHTTP(p resolve.Protocol) bool {
	switch p {
	case resolve.ProtocolHTTP, resolve.ProtocolHTTP2, resolve.ProtocolGRPC, resolve.ProtocolGRPCWeb, resolve.ProtocolProxy:
		return true
	}
	return false
}
