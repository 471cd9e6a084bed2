package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// OutsideWithoutGateway finds workloads that a Service opens to clients outside of the
// cluster (4).
var OutsideWithoutGateway = register(&analyze.Check{
	Code:     "MTLS0408",
	Name:     "outside-without-gateway",
	Severity: analyze.Warning,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload, resolve.KindService},
	Title:    "A Service is reachable from outside the cluster, and those clients have no mesh certificate",
	Why: `A Service of type LoadBalancer or NodePort, or with externalIPs, sends calls from outside directly to the pods, without a
gateway. Those clients have no mesh certificate: a STRICT port rejects all of them, and a PERMISSIVE or DISABLE port accepts
their plaintext, without an identity that a policy could check. Use a gateway: it can accept TLS with a certificate that the
clients trust, and send mTLS to the pods.`,
	Fix:  "make the Service ClusterIP and route the calls through a gateway",
	Docs: []string{"https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-control/"},

	Controls: inTransit,
	Before:   openedWorld("type: LoadBalancer"),
	After:    openedWorld("type: ClusterIP"),
	Run: func(p *analyze.Pass) {
		to, hosts := newBackends(p), map[resolve.Ref]*outbound.Host{}
		for _, h := range p.Mesh().Hosts() {
			hosts[h.Ref] = h
		}
		for _, svc := range p.Services() {
			if svc.Outside != "" {
				o := &opened{service: svc}
				for i := range svc.Ports {
					o.look(svc.Ports[i].Port, to.of(svc.Ref.Namespace, svc.Ref.Name, svc.Ports[i].Port))
				}
				o.report(p, hosts[svc.Ref])
			}
		}
	},
})

// opened is what clients outside of the cluster meet behind a Service.
type opened struct {
	service       *inbound.Service
	strict, plain []string
	unsure        bool // whether the STRICT ones have a sidecar is not in the input
	refs          []resolve.Ref
	strictBy      resolve.Ref
	plainMode     resolve.Mode
}

// look takes what is behind one port: a gateway is what it is for, and TLS of the
// application's own is not plaintext.
func (o *opened) look(port int32, behind []backend) {
	for _, b := range behind {
		d := b.workload.Membership.Dataplane
		if d == resolve.DataplaneGateway || d == resolve.DataplaneWaypoint || d == resolve.DataplaneNone {
			continue
		}
		mode, known := b.mode()
		text := fmt.Sprintf("%d (port %d of %s)", port, b.port.Number, b.workload.Short())
		switch {
		case mode == resolve.Strict:
			if len(o.strict) == 0 {
				o.unsure, o.strictBy = !known, b.port.Decision.By
			}
			o.strict = append(o.strict, text)
		case known && (mode == resolve.Permissive || mode == resolve.Disable) && b.port.Protocol != resolve.ProtocolHTTPS && b.port.Protocol != resolve.ProtocolTLS:
			o.plain, o.plainMode = append(o.plain, text), mode
		default:
			continue
		}
		if !slices.Contains(o.refs, b.workload.Ref) {
			o.refs = append(o.refs, b.workload.Ref)
		}
	}
}

func (o *opened) report(p *analyze.Pass, host *outbound.Host) {
	f := analyze.Finding{Object: o.service.Ref, Origin: o.service.Origin, Field: "spec.type", Involved: o.refs}
	if !strings.HasPrefix(o.service.Outside, "type") {
		f.Field = "spec.externalIPs"
	}
	switch {
	case len(o.strict) > 0:
		f.Message = fmt.Sprintf("%s exposes %s, which is STRICT, to clients outside the cluster: clients without a mesh certificate are rejected", o.service.Outside, list(o.strict))
		if !o.strictBy.IsZero() {
			f.Involved = append(f.Involved, o.strictBy)
		}
		if n := refusedOutside(p, host); n > 0 {
			f.Severity = analyze.Error
			f.Message += fmt.Sprintf("; %.0f calls observed from clients without a name", n)
		}
		if o.unsure {
			f.Confidence, f.Mild = analyze.Likely, true
			f.Message += "; the input does not show whether the workload has a sidecar"
		}
	case len(o.plain) > 0:
		f.Mild = true
		f.Message = fmt.Sprintf("%s exposes %s, which is %s, to clients outside the cluster: their plaintext is accepted without a gateway", o.service.Outside, list(o.plain), o.plainMode)
	default:
		return
	}
	p.Report(f)
}

// list names the first few of some things.
func list(of []string) string {
	text := strings.Join(of[:min(len(of), maxExamples)], ", ")
	if more := len(of) - maxExamples; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// refusedOutside is how often a host's servers were seen to refuse clients that no record
// can name.
func refusedOutside(p *analyze.Pass, h *outbound.Host) float64 {
	if h == nil {
		return 0
	}
	n := 0.0
	for _, failure := range p.Evidence().FailuresTo(h) {
		elsewhere := failure.Port != 0 && !slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool { return p.LeadsTo(failure.Port) })
		if !elsewhere && !failure.Client.Identified() && failure.Kind != evidence.FailureHandshake {
			n += failure.Count
		}
	}
	return n
}
