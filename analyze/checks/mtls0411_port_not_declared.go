package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// PortNotDeclared finds URLs with a port that the host does not have (3.1.3).
var PortNotDeclared = register(&analyze.Check{
	Code:      "MTLS0411",
	Name:      "port-not-declared",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A URL leads to a port that its Service or ServiceEntry does not have",
	Why: `A sidecar knows a host port by port. A call to another port matches no rule, no policy of the client's side and no auto
mTLS: it is passed on as the application sent it, or refused with REGISTRY_ONLY. Mostly the scheme decides: http:// without a
number is port 80, https:// is 443. At a Service
with a cluster IP nothing answers there at all; at a headless one the pods do, and a STRICT port of theirs refuses the plaintext.`,
	Fix:      "correct the URL, or add the port to the Service or ServiceEntry",
	Docs:     []string{"https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/"},
	Controls: inTransit,
	Before:   originationWorld("http://api.maps.test", 443, "HTTPS", "", "{mode: DISABLE}"),
	After:    originationWorld("https://api.maps.test", 443, "HTTPS", "", "{mode: DISABLE}"),
	Run: func(p *analyze.Pass) {
		for class, d := range urlCalls(p) {
			if class == nil || !d.Lacking() || len(d.Host.Ports) == 0 || d.Host.Kubernetes && d.Host.Passthrough && refuser(d) == nil {
				continue
			}
			p.Report(analyze.Finding{
				Object: d.By, Origin: d.Origin, Field: d.Field, Subject: fmt.Sprint(d.Client.Ref, d.Host.Name, d.Port),
				Message:  fmt.Sprintf("%s calls %s:%d, and %s has port %s only: %s (%s)", d.Client.Short(), shortHost(d.Host), d.Port, d.Host.Ref, portsOf(d.Host), lackingEffect(class, d), d.Says),
				Fix:      lackingFix(d),
				Involved: []resolve.Ref{d.Client.Ref, d.Host.Ref},
			})
		}
	},
})

func portsOf(h *outbound.Host) string {
	var list []string
	for _, p := range h.Ports {
		list = append(list, fmt.Sprint(p.Number))
	}
	return strings.Join(list, ", ")
}

// lackingEffect is what becomes of a call to a port that its host does not have.
func lackingEffect(class *outbound.ClientClass, d *declared.Call) string {
	switch {
	case class.RegistryOnly():
		return "the sidecar refuses the call (REGISTRY_ONLY)"
	case d.Host.Kubernetes && d.Host.Passthrough:
		return fmt.Sprintf("the sidecar knows no such port of the pods, and passes on plaintext, which port %d of %s (STRICT) refuses", d.Port, refuser(d).Short())
	case d.Host.Kubernetes:
		return "nothing answers there"
	}
	return "no DestinationRule applies, and the sidecar passes on what the application sends"
}

// refuser is the workload of a headless Service whose port refuses what a sidecar passes on: it knows
// no listener for the port at the pods' addresses. nil for none.
func refuser(d *declared.Call) *inbound.Workload {
	for i := range d.Host.Ports[0].Endpoints {
		if w := d.Host.Ports[0].Endpoints[i].Workload; w != nil {
			if mode, _ := w.Serves(d.Port); mode.Mode == resolve.Strict {
				return w
			}
		}
	}
	return nil
}

func lackingFix(d *declared.Call) string {
	if tls := portSaying(d.Host, resolve.Protocol.SaysTLS); speaksPlain(d) && tls != nil && !d.Host.Kubernetes {
		return fmt.Sprintf("call https://%s, or add port %d with targetPort: %d to %s and let a DestinationRule add TLS (SIMPLE)", d.Host.Name, d.Port, tls.Number, d.Host.Ref)
	}
	return fmt.Sprintf("write one of its ports (%s) into the URL, or add port %d to %s", portsOf(d.Host), d.Port, d.Host.Ref)
}

// portSaying is the first port of a host whose protocol is one of a kind, nil for none.
func portSaying(h *outbound.Host, is func(resolve.Protocol) bool) *outbound.HostPort {
	for i := range h.Ports {
		if is(h.Ports[i].Protocol) {
			return &h.Ports[i]
		}
	}
	return nil
}
