package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ServerFirst finds ports on which both sides wait for each other (2.12, 4).
var ServerFirst = register(&analyze.Check{
	Code:     "MTLS0305",
	Name:     "server-first",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkload, resolve.KindService},

	Title: "A protocol in which the server sends first, on a port whose proxy waits for the client",
	Why: `A PERMISSIVE port distinguishes mTLS from plaintext by the client's first bytes, and a port without a declared protocol
distinguishes HTTP from everything else, on both sides. With MySQL, SMTP, FTP, SSH, POP3 or IMAP the client waits for the
server, so no bytes arrive, and Istio waits for ever: protocolDetectionTimeout is 0 unless set. Without a declared protocol
this blocks clients with a sidecar too, even where the server has none. If TCP or MySQL is declared, only plaintext is blocked, because mTLS begins with
bytes of the client's proxy: STRICT then breaks nothing that works. Ports 25, 53, 3306 and 27017 are TCP if nothing is
declared.`,
	Fix: "declare the protocol (appProtocol: tcp), and make the port STRICT; accept the risk: DISABLE if clients without a sidecar call it",
	Docs: []string{
		"https://istio.io/latest/docs/ops/deployment/application-requirements/#server-first-protocols",
		"https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
	},
	Controls: available,
	Before:   mailWorld("name: smtp"),
	After:    mailWorld("name: smtp, appProtocol: tcp"),
	Run: func(p *analyze.Pass) {
		to := newBackends(p)
		hosts := map[resolve.Ref]*outbound.Host{}
		for _, h := range p.Mesh().Hosts() {
			hosts[h.Ref] = h
		}
		if p.Mesh().Config().GetProtocolDetectionTimeout().AsDuration() > 0 {
			return // both sides give up waiting, and take it for TCP
		}
		for _, svc := range p.Services() {
			for i := range svc.Ports {
				w := waiting{p: p, service: svc, index: i, host: hosts[svc.Ref]}
				for _, b := range to.of(svc.Ref.Namespace, svc.Ref.Name, svc.Ports[i].Port) {
					if w.report(b) {
						break // the others of the Service are of the same kind
					}
				}
			}
		}
	},
})

// waiting is a port of a Service that is looked at.
type waiting struct {
	p       *analyze.Pass
	service *inbound.Service
	index   int
	host    *outbound.Host
}

// report reports a backend of the port on which both sides wait; false where they do not.
func (w *waiting) report(b backend) bool {
	sp := &w.service.Ports[w.index]
	protocol, named := speaksFirst(sp, b)
	if protocol == "" {
		return false
	}
	d := b.workload.Membership.Dataplane
	behind := (d == resolve.DataplaneSidecar || d == resolve.DataplaneVM) && b.port.Decision.Mode != resolve.None
	field := resolve.Path("spec", "ports").Index(w.index)
	f := analyze.Finding{Object: w.service.Ref, Origin: w.service.Origin, Involved: []resolve.Ref{b.workload.Ref}}
	if !named {
		f.Confidence = analyze.Likely
	}
	says := fmt.Sprintf("port %d routes to %s at port %d of %s, whose server sends first", sp.Port, protocol, b.port.Number, b.workload.Short())
	clients := w.clients(sp.Port)
	switch {
	case !behind && (d == resolve.DataplaneUnknown || sp.Protocol != resolve.ProtocolAuto || !w.proxied(sp.Port)):
		return false
	case !behind:
		w.undeclared(&f, says, clients.proxied)
	case sp.Protocol == resolve.ProtocolAuto: // what its clients' proxies go by
		f.Field, f.Message = field.Child("port"), says+", and declares no protocol: the proxies wait for the client's first bytes, the client waits for the server's, and the connection hangs"
		f.Fix = "set appProtocol: tcp"
		f.Repair = []analyze.Edit{{Object: w.service.Ref, Verb: analyze.Set, Field: field.Child("appProtocol"), Value: "tcp"}}
		if clients.first != nil {
			f.Severity = analyze.Error
			f.Message += fmt.Sprintf("; declared client %s: %s", clients.first.Client.Short(), clients.first.Says)
		}
	case b.port.Decision.Mode == resolve.Permissive:
		f.Field, f.Subject = field.Child("port"), "permissive"
		f.Message = fmt.Sprintf("%s, and the port is PERMISSIVE: a client without a sidecar hangs, because the proxy waits for its first bytes to distinguish plaintext from mTLS", says)
		f.Mild, f.Fix = true, fmt.Sprintf("make port %d STRICT with portLevelMtls: plaintext does not work today either", b.port.Number)
		if naked := clients.naked; naked != nil {
			f.Severity, f.Mild = analyze.Error, false
			f.Message += fmt.Sprintf("; %s of %s has no sidecar and is declared to call it: %s", naked.Client.Short(), naked.Client.Ref.Namespace, naked.Says)
			f.Fix = fmt.Sprintf("move the client to a workload that can have a sidecar; accept the risk: make port %d DISABLE with portLevelMtls, because %s cannot have one", b.port.Number, naked.Client.Short())
			if remedy.NeverInjected(naked.Client) == "" {
				f.Fix = fmt.Sprintf("inject a sidecar into %s and make port %d STRICT; accept the risk: DISABLE with portLevelMtls until then", naked.Client.Short(), b.port.Number)
			}
		}
	default:
		return false
	}
	w.p.Report(f)
	return true
}

// undeclared is a port without a protocol, and without a proxy at the server: its clients' sidecars
// wait all the same.
func (w *waiting) undeclared(f *analyze.Finding, says string, client *declared.Call) {
	field := resolve.Path("spec", "ports").Index(w.index)
	f.Field, f.Subject, f.Mild = field.Child("port"), "sidecars", true
	f.Message = says + ", and declares no protocol: the sidecar of a client waits for the client's first bytes, the client waits for the server's, and the connection hangs"
	f.Fix = "set appProtocol: tcp"
	f.Repair = []analyze.Edit{{Object: w.service.Ref, Verb: analyze.Set, Field: field.Child("appProtocol"), Value: "tcp"}}
	if client != nil {
		f.Severity, f.Mild = analyze.Error, false
		f.Message += fmt.Sprintf("; declared client %s: %s", client.Client.Short(), client.Says)
	}
}

// proxied reports that a client with a sidecar knows the port.
func (w *waiting) proxied(port int32) bool {
	if w.host == nil {
		return false
	}
	sidecars := func(c *outbound.ClientClass) bool { return c.Dataplane == resolve.DataplaneSidecar }
	for con := range w.p.Mesh().Connections(outbound.Filter{Client: sidecars, Host: func(h *outbound.Host) bool { return h == w.host }}) {
		if con.Port.Number == port {
			return true
		}
	}
	return false
}

// knownClients are calls of a port that configuration speaks of: the first, and the first
// of a client without and with a sidecar.
type knownClients struct{ first, naked, proxied *declared.Call }

func (w *waiting) clients(port int32) (k knownClients) {
	if w.host == nil {
		return k
	}
	for _, d := range declared.In(w.p.Mesh()).On(w.host) {
		if d.Client == nil || d.Handed || !d.On(port) || d.By.Kind == resolve.KindAuthorizationPolicy {
			continue
		}
		if k.first == nil {
			k.first = d
		}
		if k.naked == nil && d.Client.Membership.Dataplane == resolve.DataplaneNone {
			k.naked = d
		}
		if k.proxied == nil && d.Client.Membership.Dataplane == resolve.DataplaneSidecar {
			k.proxied = d
		}
	}
	return k
}
