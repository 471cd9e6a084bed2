package checks

import (
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TargetPortInRule finds portLevelSettings that name the port of the workload, or one that
// the service does not have (3.3.1, 6.1).
var TargetPortInRule = register(&analyze.Check{
	Code:      "MTLS0207",
	Name:      "target-port-in-rule",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindDestinationRule},
	Reads:     []resolve.Kind{resolve.KindWorkload, resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "portLevelSettings uses Service ports, not container ports",
	Why: `The port of a portLevelSettings entry is the number that clients call: the Service port. An entry for the target port
never matches, and its tls has no effect. (portLevelMtls of a PeerAuthentication is the opposite: it uses the container
port.)`,
	Fix:      "use the Service port",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-PortTrafficPolicy"},
	Controls: inTransit,
	Before:   callsWorld + permissiveShop + portRule(8080, "ISTIO_MUTUAL"),
	After:    callsWorld + permissiveShop + portRule(80, "ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		for l := range tlsLevels(p) {
			if l.port == 0 || l.tls == nil || strings.HasPrefix(l.rule.FQDN, "*") {
				continue
			}
			if f, ok := offPort(p, l, p.Reach(l.rule).Hosts); ok {
				p.Report(f)
			}
		}
	},
})

// portRule is a rule of namespace shop with an entry for one port.
func portRule(port int, mode string) string {
	return fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    portLevelSettings:
      - port: {number: %d}
        tls: {mode: %s}
`, port, mode)
}

// offPort is an entry for a port that none of the hosts has; ok is false where one has it,
// or where there is none to look at.
func offPort(p *analyze.Pass, l *tlsLevel, hosts []*outbound.Host) (f analyze.Finding, ok bool) {
	number := int32(l.port)
	if len(hosts) == 0 || slices.ContainsFunc(hosts, func(h *outbound.Host) bool { return h.Port(number) != nil || len(h.Ports) == 0 }) {
		return f, false
	}
	field := l.field.Child("port").Child("number")
	h := hosts[0]
	meant := behind(h, number)
	if meant == nil {
		f = l.finding(field, fmt.Sprintf("%s has no port %d (it has %s): the tls of the entry has no effect", shortHost(h), number, numbers(h)))
		f.Mild = true
		return f, true
	}
	f = l.finding(field, fmt.Sprintf("%d is the container port, but portLevelSettings uses the Service port, %s:%d: the tls of the entry has no effect", number, shortHost(h), meant.Number))
	f.Fix = fmt.Sprintf("use %d, the port of %s", meant.Number, h.Ref)
	if !slices.ContainsFunc(l.above.GetPortLevelSettings(), hasNumber(meant.Number)) {
		f.Repair = proved(p, respelled(l.rule, func(spec *networkingapi.DestinationRule) {
			policy := spec.GetTrafficPolicy()
			if l.subset >= 0 {
				policy = spec.GetSubsets()[l.subset].GetTrafficPolicy()
			}
			policy.PortLevelSettings[l.entry].Port.Number = uint32(meant.Number)
		}))
	}
	f.Involved = []resolve.Ref{h.Ref}
	return f, true
}

// behind is the port of a host that leads to a port of its workloads, nil for none.
func behind(h *outbound.Host, target int32) *outbound.HostPort {
	for i := range h.Ports {
		if slices.ContainsFunc(h.Ports[i].Endpoints, func(e outbound.Endpoint) bool { return e.Port == target }) {
			return &h.Ports[i]
		}
	}
	return nil
}

func numbers(h *outbound.Host) string {
	var out []string
	for _, p := range h.Ports {
		out = append(out, fmt.Sprint(p.Number))
	}
	return strings.Join(out, ", ")
}
